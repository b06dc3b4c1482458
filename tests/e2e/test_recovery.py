"""Kills at awkward moments: after the next start, every question has its word, and has it once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from bot.standins.playground.messages import threads
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Message
from tests.e2e.conftest import FOOTER, Town, has_stop
from tests.scripted_endpoint import Script
from tests.scripted_pictures import PictureScript

pytestmark = pytest.mark.proof

TALE = "Once upon a time there was a bot. " * 10
INTERRUPTED = "I was restarted in the middle of this answer. Please ask again."


@asynccontextmanager
async def dying(town: Town) -> AsyncIterator[None]:
    """A bot that is killed at the end of the block."""
    process = await town.start("run")
    try:
        await town.wait(lambda: town.discord.gateway.connected_shards, "the bot connects")
        yield
    finally:
        process.kill()
        await process.wait()
    await town.wait(lambda: not town.discord.gateway.connected_shards, "it is gone")


def states(town: Town) -> dict[int, str]:
    """The questions that are kept, and what is owed of them."""
    with closing(sqlite3.connect(town.folder / "glimpse.db")) as connection:
        return dict(connection.execute("SELECT message_id, state FROM questions"))


async def finished(town: Town, *asked: Message) -> None:
    await town.wait(
        lambda: all(states(town).get(each.id) == "done" for each in asked), "all is given"
    )


async def test_kill_before_the_first_word_is_made_good_once(town: Town) -> None:
    async with dying(town):
        asked = await town.ask(town.general, "what is it? [[delay=30]]")
        await town.wait(lambda: town.requests_about("what is it?"), "the endpoint is asked")
    town.endpoint.play(Script(text="It is a cat."))

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert reply.content.startswith("It is a cat." + FOOTER)
    assert len(town.requests_about("what is it?")) == 2
    assert (await town.command("database", "verify")).code == 0


async def test_question_queued_in_a_thread_outlives_a_kill(town: Town) -> None:
    """It got no reply at all."""
    thread = await town.alice.create_thread(town.general, "one by one")
    async with dying(town):
        first = await town.ask(thread, f"first in line [[text='{TALE}' pace=0.5]]")
        await town.started(first)
        second = await town.ask(thread, "second in line", by=town.server.add_member("bob"))
        await town.wait(lambda: second.id in states(town), "it stands in the queue")

    async with town.running():
        await finished(town, first, second)

    (marked,), (answered,) = town.discord.replies_to(first), town.discord.replies_to(second)
    assert INTERRUPTED in marked.content
    assert not has_stop(marked)
    assert FOOTER in answered.content


async def test_settled_answer_outlives_an_outage_and_a_kill(town: Town) -> None:
    """With Discord's REST down, finished answers were thrown away and charged."""
    async with dying(town):
        asked = await town.ask(town.general, "a tale [[text='Once. It ends.' pace=0.3]]")
        await town.started(asked)
        town.discord.faults.answer(503, times=1_000, method="PATCH")
        await town.wait(lambda: states(town).get(asked.id) == "owed", "it is settled")
    town.discord.faults.clear()

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert reply.content.startswith("Once. It ends." + FOOTER)
    assert len(town.requests_about("a tale")) == 1
    assert not has_stop(reply)


async def test_reply_that_was_created_but_not_noted_is_marked(town: Town) -> None:
    async with dying(town):
        asked = await town.ask(town.general, f"a tale [[text='{TALE}' pace=0.2]]")
        await town.started(asked)
    with closing(sqlite3.connect(town.folder / "glimpse.db")) as connection:
        connection.execute("UPDATE questions SET reply_ids = '[]'")
        connection.execute("UPDATE reservations SET reply_message_id = NULL")
        connection.commit()

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert INTERRUPTED in reply.content
    assert not has_stop(reply)


async def test_question_deleted_while_the_bot_was_dead_gets_no_answer(town: Town) -> None:
    async with dying(town):
        asked = await town.ask(town.general, "forget it [[delay=30]]")
        await town.wait(lambda: town.requests_about("forget it"), "the endpoint is asked")
    await town.alice.delete(asked)

    async with town.running():
        await finished(town, asked)

    assert not town.later(asked)
    assert len(town.requests_about("forget it")) == 1


async def test_question_edited_while_the_bot_was_dead_is_read_anew(town: Town) -> None:
    async with dying(town):
        asked = await town.ask(town.general, "how are yuo? [[delay=30]]")
        await town.wait(lambda: town.requests_about("how are yuo?"), "the endpoint is asked")
    await town.alice.edit(asked, f"{town.mention} how are you?")

    async with town.running():
        await finished(town, asked)

    assert town.requests_about("how are you?")


async def test_half_posted_while_the_bot_was_dead_belongs_to_the_question(town: Town) -> None:
    """The answer was about the first half alone, and the second stood below it without a word."""
    async with dying(town):
        asked = await town.ask(town.general, "what is this? [[delay=30]]")
        await town.wait(lambda: town.requests_about("what is this?"), "the endpoint is asked")
    await town.alice.say(town.general, "the one with the red hat")
    town.endpoint.play(Script(text="A cat."))

    async with town.running():
        await finished(town, asked)

    assert len(town.requests_about("red hat")) == 1


@pytest.mark.parametrize("script", ["delay=30", f"text='{TALE}' pace=0.2"], ids=["none", "half"])
async def test_thread_closed_while_the_bot_was_dead_stays_closed(town: Town, script: str) -> None:
    """The answer opened it again; below half a reply stood that none could be given."""
    thread = await town.alice.create_thread(town.general, "tales")
    async with dying(town):
        asked = await town.ask(thread, f"a tale [[{script}]]")
        await town.wait(lambda: town.requests_about("a tale"), "the endpoint is asked")
        if "pace" in script:
            await town.started(asked)
    before = [each.content for each in thread.living()]
    await town.alice.archive(thread)

    async with town.running():
        await finished(town, asked)

    assert [each.content for each in thread.living()] == before
    assert thread.thread is not None
    assert thread.thread.archived


async def test_half_reply_in_a_thread_that_fell_asleep_is_marked(town: Town) -> None:
    """It kept its Stop button, and below it stood that no answer could be given."""
    thread = await town.alice.create_thread(town.general, "tales")
    async with dying(town):
        asked = await town.ask(thread, f"a tale [[text='{TALE}' pace=0.2]]")
        await town.started(asked)
    town.discord.skip(25 * 3_600)
    threads.set_archived(town.discord.world, thread, archived=True)

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert INTERRUPTED in reply.content
    assert not has_stop(reply)


async def test_question_that_is_too_old_is_told_so(town: Town) -> None:
    town.set("answers", answer_after_restart=0)
    async with dying(town):
        asked = await town.ask(town.general, "what is it? [[delay=30]]")
        await town.wait(lambda: town.requests_about("what is it?"), "the endpoint is asked")

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert reply.content.startswith("I was away when you asked this")


async def test_two_kills_in_a_row_answer_once(town: Town) -> None:
    async with dying(town):
        asked = await town.ask(town.general, "still there? [[delay=30]]")
        await town.wait(lambda: len(town.requests_about("still there?")) == 1, "it is asked")
    async with dying(town):
        await town.wait(lambda: len(town.requests_about("still there?")) == 2, "it is asked anew")
    town.endpoint.play(Script(text="Yes."))

    async with town.running():
        await finished(town, asked)

    (reply,) = town.later(asked)
    assert reply.content.startswith("Yes." + FOOTER)


async def test_command_goes_on_after_a_kill(town: Town) -> None:
    """The interaction's token is kept until the answer is settled."""
    moderator = town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)
    town.set("pictures", through="images-api", model="gpt-image-2")
    town.endpoint.draw(PictureScript(fault="stall"))
    async with dying(town):
        await moderator.slash("manage", "settings", "pictures", where=town.general, state="on")
        before = set(states(town))
        opening = asyncio.create_task(
            town.alice.slash("imagine", where=town.general, prompt="a lighthouse")
        )
        await town.wait(lambda: set(states(town)) - before, "it is taken")
        await town.wait(
            lambda: any(one.attachments for one in town.general.living()), "a state is shown"
        )
        await opening
    town.endpoint.draw(PictureScript())

    async with town.running():
        await town.wait(
            lambda: [one for one in town.general.living() if one.attachments and not has_stop(one)],
            "the picture is there",
        )
        await town.wait(lambda: set(states(town).values()) == {"done"}, "all is given")

    (reply,) = [one for one in town.general.living() if not one.is_ephemeral]
    assert len(reply.attachments) == 1
    assert reply.content.startswith("> a lighthouse")
