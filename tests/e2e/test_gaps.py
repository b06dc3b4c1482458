"""Questions asked while the bot was away or could not be told: each gets its word, and gets it once."""

from collections.abc import Callable

import pytest

from bot.standins.playground.world.state import Channel, Message
from tests.e2e.conftest import Town, end
from tests.pictures import quadrants, write

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
AWAY = "I was away when you asked this"


def replies(town: Town, message: Message) -> list[str]:
    return [each.content for each in town.discord.replies_to(message)]


def reads(town: Town, channel: Channel) -> list[object]:
    """The requests for that channel's history."""
    path = f"/channels/{channel.id}/messages"
    log = town.discord.dispatcher.log
    return [one for one in log if one.method == "GET" and one.path == path]


async def looked_back(town: Town, times: int = 1) -> None:
    await town.wait(
        lambda: town.log.count("looked back for missed questions") >= times, "it looks back"
    )


async def stopped_once(town: Town) -> None:
    """A bot that has seen the servers, and is stopped."""
    async with town.running():
        await town.answered(await town.ask(town.general, "are you there?"))


async def test_questions_asked_while_the_bot_was_stopped_are_answered(town: Town) -> None:
    """Everything that was posted during a restart stayed silent."""
    thread = await town.alice.create_thread(town.general, "tales")
    automatic = town.open_channel("pictures")
    town.set("triggers", automatic_channels=[automatic.id])
    async with town.running():
        await town.answered(await town.ask(thread, "begin"))
        await town.answered(await town.alice.direct("hello"))
    asked = [
        await town.ask(town.general, "a mention?"),
        await town.alice.say(thread, "and in the thread?"),
        await town.alice.direct("and in private?"),
        await town.alice.say(automatic, images=[PNG]),
    ]

    async with town.running():
        for each in asked:
            await town.answered(each)

    assert [len(replies(town, each)) for each in asked] == [1, 1, 1, 1]


@pytest.mark.proof
@pytest.mark.parametrize("lose", ["invalidate", "drop"])
async def test_questions_between_two_sessions_are_answered_once(town: Town, lose: str) -> None:
    """480 of 480 questions were silent that were asked while no session could be resumed."""
    gateway = town.discord.gateway
    async with town.running():
        await town.answered(await town.ask(town.general, "are you there?"))
        end: dict[str, Callable[[], None]] = {
            "invalidate": gateway.invalidate,
            "drop": gateway.drop,
        }
        end[lose]()
        gateway.forget_sessions()
        asked = [await town.ask(town.open_channel(f"room-{n}"), f"lost {n}?") for n in range(3)]
        for each in asked:
            await town.answered(each)
        await looked_back(town)

    assert [len(replies(town, each)) for each in asked] == [1, 1, 1]
    assert len(town.requests_about("lost")) == 3


@pytest.mark.proof
async def test_questions_that_are_too_old_are_told_so_once(town: Town) -> None:
    town.set("answers", answer_after_restart=0)
    await stopped_once(town)
    asked = await town.ask(town.general, "how late is it?")
    bobs = await town.ask(town.general, "and mine?", by=town.server.add_member("bob"))

    async with town.running():
        await town.reply_saying(asked, AWAY)
        await town.reply_saying(bobs, AWAY)
    async with town.running():
        await looked_back(town, times=2)

    assert len(replies(town, asked)) == len(replies(town, bobs)) == 1
    assert not town.requests_about("how late is it?")


@pytest.mark.proof
async def test_deleted_and_edited_questions_count_as_they_are(town: Town) -> None:
    await stopped_once(town)
    deleted = await town.ask(town.general, "forget it?")
    edited = await town.ask(town.open_channel("other"), "how are yuo?")
    await town.alice.delete(deleted)
    await town.alice.edit(edited, f"{town.mention} how are you?")

    async with town.running():
        await town.answered(edited)
        await looked_back(town)

    assert not town.requests_about("forget it?")
    assert town.requests_about("how are you?")


@pytest.mark.proof
async def test_burst_is_one_question(town: Town) -> None:
    await stopped_once(town)
    first = await town.ask(town.general, "one thing:")
    second = await town.alice.say(town.general, "what is it?")

    async with town.running():
        await town.answered(first)

    assert replies(town, second) == []
    assert len(town.requests_about("what is it?")) == 1


@pytest.mark.proof
async def test_channel_that_has_not_moved_is_not_read(town: Town) -> None:
    quiet = town.open_channel("quiet")
    await town.alice.say(quiet, "long ago")
    await stopped_once(town)
    asked = await town.ask(town.general, "anybody?")

    async with town.running():
        await town.answered(asked)
        await looked_back(town)

    assert reads(town, town.general)
    assert not reads(town, quiet)


@pytest.mark.proof
async def test_first_start_looks_back_nowhere(town: Town) -> None:
    before = await town.ask(town.general, "before you came?")

    async with town.running():
        await town.answered(await town.ask(town.open_channel("other"), "are you there?"))

    assert replies(town, before) == []
    assert not reads(town, town.general)


@pytest.mark.proof
async def test_kill_during_the_answer_to_a_missed_question_answers_once(town: Town) -> None:
    await stopped_once(town)
    asked = await town.ask(town.general, "what is it? [[delay=30]]")
    process = await town.start("run")
    await town.wait(lambda: town.requests_about("what is it?"), "the endpoint is asked")
    process.kill()
    await process.wait()
    await town.alice.edit(asked, f"{town.mention} what is it now?")

    async with town.running():
        await town.answered(asked)
        await looked_back(town, times=2)

    assert len(replies(town, asked)) == 1


@pytest.mark.proof
async def test_history_that_discord_fails_to_give_is_read_later(town: Town) -> None:
    await stopped_once(town)
    asked = await town.ask(town.general, "anybody?")
    town.discord.faults.answer(503, times=1, method="GET", path="/messages")

    async with town.running():
        await town.answered(asked)


@pytest.mark.proof
async def test_two_processes_find_the_same_questions_and_answer_once(town: Town) -> None:
    await stopped_once(town)
    asked = [await town.ask(town.open_channel(f"room-{n}"), f"lost {n}?") for n in range(5)]

    async with town.running():
        town.set("process", name="second")
        second = await town.start("run")
        try:
            await looked_back(town, times=2)
            for each in asked:
                await town.answered(each)
        finally:
            await end(second)

    assert [len(replies(town, each)) for each in asked] == [1] * len(asked)
    assert len(town.requests_about("lost")) == len(asked)


@pytest.mark.proof
async def test_crowd_that_nobody_heard_is_answered_by_and_by(town: Town) -> None:
    """480 of 480 questions were silent that were asked while no session could be resumed."""
    town.set("quota", tokens_per_day="unlimited")
    town.set("catch_up", requests_per_second=10)
    people = [town.server.add_member(f"person-{n}") for n in range(5)]
    rooms = [town.open_channel(f"room-{n}") for n in range(8)]
    await stopped_once(town)
    asked = [await town.ask(room, "anybody?", by=person) for room in rooms for person in people]

    async with town.running():
        for each in asked:
            await town.answered(each)
        live = await town.ask(town.general, "and live?")
        await town.answered(live)

    assert [len(replies(town, each)) for each in asked] == [1] * len(asked)
    assert [len(reads(town, room)) for room in rooms] == [1] * len(rooms)
