"""How the process starts, ends, dies and comes back."""

import asyncio
import signal
import sqlite3
from contextlib import closing

import pytest

from bot.standins.playground.world.state import Message
from tests.e2e.conftest import (
    FOOTER,
    PATIENCE,
    Town,
    end,
    has_stop,
    pictures_in,
    stop_button,
    texts_in,
)
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
TALE = "Once upon a time there was a bot. " * 10
INTERRUPTED = "I was restarted in the middle of this answer. Please ask again."


async def test_start_with_a_mistaken_configuration_says_each_mistake(town: Town) -> None:
    town.set("quota", tokens_per_day="plenty", smallest_answer=1)
    town.set("endpoint", base_url="not an address")
    town.set("anwsers", grace_period=1)

    done = await town.command("run")

    assert done.code == 2
    assert done.out == ""
    lines = done.err.splitlines()
    assert all(line.startswith("glimpse: ") for line in lines)
    for name in ("tokens_per_day", "smallest_answer", "base_url", "anwsers"):
        assert [line for line in lines if f"{name}" in line], done.err


async def test_start_without_a_token_says_what_to_set(town: Town) -> None:
    town.environment = {"DISCORD_TOKEN": ""}

    done = await town.command("run")

    assert done.code == 2
    assert "DISCORD_TOKEN" in done.err


async def test_start_without_discord_asks_to_be_started_again(town: Town) -> None:
    """After a reboot, systemd never tried again: exit code 2 means that it would be in vain."""
    town.set("discord", api_url="http://127.0.0.1:9/api/v10")

    done = await town.command("run")

    assert done.code == 1
    assert "glimpse: Discord can't be reached" in done.err


async def test_start_without_its_server_asks_to_be_started_again(town: Town) -> None:
    town.set("database", url="postgresql://glimpse:pass@127.0.0.1:9/glimpse")

    done = await town.command("run")

    assert done.code == 1
    assert "glimpse: the database can't be used: " in done.err


async def test_start_with_a_wrong_token_says_to_copy_it_anew(town: Town) -> None:
    town.environment = {"DISCORD_TOKEN": "wrong-but-still-a-secret"}

    done = await town.command("run")

    assert done.code == 2
    assert "glimpse: Discord rejects the token: copy it anew" in done.err
    assert "Traceback" not in done.err
    assert "wrong-but-still-a-secret" not in done.err


async def test_start_without_the_intent_says_how_to_switch_it_on(town: Town) -> None:
    town.discord.world.privileged = 0

    done = await town.command("run")

    assert done.code == 2
    assert "turn on Message Content Intent" in done.err
    assert "Traceback" not in done.err


async def test_refused_commands_do_not_keep_the_bot_from_answering(town: Town) -> None:
    town.discord.faults.answer(403, path="/commands$")

    async with town.running():
        await town.answered(await town.ask(town.general, "are you there?"))

    assert "slash commands could not be updated reason=Forbidden status=403" in town.log


@pytest.mark.proof
async def test_bot_that_does_without_the_intent_answers_mentions(town: Town) -> None:
    town.discord.world.privileged = 0
    town.set("discord", message_content_intent=False)
    async with town.running():
        asked = await town.ask(town.general, "what is this?", images=[PNG])

        assert await town.answered(asked) == "I see 1 picture(s): png 120x80."


async def test_keyboard_interrupt_finishes_the_answer_and_exits_with_130(
    town: Town,
) -> None:
    town.set("answers", grace_period=20)
    town.endpoint.play(Script(text=TALE, pace=0.01))
    async with town.running(exit_code=130) as process:
        asked = await town.ask(town.general, "tell me a tale")
        await town.started(asked)

        await end(process, signal.SIGINT)

        assert process.returncode == 130
        reply = await town.reply_saying(asked, FOOTER)
        assert reply.content.startswith(TALE.strip())


async def test_interrupted_description_exits_with_130_without_a_traceback(
    town: Town,
) -> None:
    picture = town.folder / "quarters.png"
    picture.write_bytes(PNG[1])
    town.endpoint.play(Script(text=TALE, pace=0.1))
    process = await town.start("describe", str(picture))
    await town.wait(lambda: "Once" in town.output, "the description begins")

    await end(process, signal.SIGINT)

    assert process.returncode == 130
    assert town.log == ""


@pytest.mark.proof
async def test_stop_lets_a_running_answer_finish_within_the_grace_period(town: Town) -> None:
    town.set("answers", grace_period=20)
    town.endpoint.play(Script(text=TALE, pace=0.01))
    async with town.running() as process:
        asked = await town.ask(town.general, "tell me a tale")
        await town.started(asked)

        await end(process)

        assert process.returncode == 0
        reply = await town.reply_saying(asked, FOOTER)
        assert reply.content.startswith(TALE.strip())


async def test_stop_after_the_grace_period_marks_answer_and_waiting_question(
    town: Town,
) -> None:
    town.set("answers", grace_period=0.3)
    async with town.running() as process:
        thread = await town.alice.create_thread(town.general, "one by one")
        bob = town.server.add_member("bob")
        first = await town.ask(thread, f"first in line [[text='{TALE}' pace=0.2]]")
        await town.started(first)
        second = await town.ask(thread, "second in line", by=bob)
        typing = f"/channels/{thread.id}/typing"
        await town.wait(
            lambda: sum(one.path == typing for one in town.discord.dispatcher.log) > 1,
            "the second one is noticed",
        )

        await end(process)

        assert process.returncode == 0
        reply = await town.reply_saying(first, INTERRUPTED)
        assert reply.content.startswith("Once")
        await town.reply_saying(second, "I was restarted before I could answer.")
    (request,) = town.requests_about("first in line")
    await town.wait(request.disconnected.is_set, "the call is ended")
    assert not town.requests_about("second in line")
    assert "ending=interrupted" in town.log
    assert (await town.command("database", "verify")).code == 0


@pytest.mark.proof
async def test_process_ends_when_discord_does_not_know_the_token_any_more(town: Town) -> None:
    """Requests went on for ever, each of them refused."""
    async with town.running(exit_code=2) as process:
        town.discord.world.token = "another-token"  # somebody has reset it
        await town.ask(town.general, "who are you?")

        async with asyncio.timeout(PATIENCE):
            await process.wait()
    assert "glimpse: Discord rejects the token" in town.log
    assert (await town.command("database", "verify")).code == 0


def noted_replies(town: Town) -> set[int]:
    """The replies of open reservations."""
    with closing(sqlite3.connect(town.folder / "glimpse.db")) as connection:
        return {row[0] for row in connection.execute("SELECT reply_message_id FROM reservations")}


async def killed_in_the_middle(town: Town) -> tuple[Message, Message]:
    """A bot that dies while it writes; returns the question and the reply."""
    process = await town.start("run")
    await town.wait(lambda: town.discord.gateway.connected_shards, "the bot connects")
    town.endpoint.play(Script(text=TALE, pace=0.1))
    asked = await town.ask(town.general, "tell me a tale")
    reply = await town.started(asked)
    await town.wait(lambda: reply.id in noted_replies(town), "the reply's id is noted")
    process.kill()
    await process.wait()
    await town.wait(lambda: not town.discord.gateway.connected_shards, "it is gone")
    return asked, reply


async def test_restart_after_a_kill_marks_and_settles_the_reply(town: Town) -> None:
    asked, reply = await killed_in_the_middle(town)
    assert has_stop(reply)
    town.discord.faults.hang(1, method="GET", path=rf"messages/{reply.id}$")

    async with town.running():
        pressed = await town.alice.press(reply, stop_button(asked))
        await town.wait(lambda: INTERRUPTED in reply.content, "the reply is marked")
        shown = await town.alice.slash("quota", "me")

    assert pressed.content == "This answer has already finished."
    assert reply.content.startswith("Once")
    assert not has_stop(reply)
    assert "held by answers" not in shown.content
    assert "· 0 of 100,000" in shown.content  # the operator bears it
    assert "· 0 of 2,000,000" not in shown.content
    assert (await town.command("database", "verify")).code == 0


@pytest.mark.proof
async def test_history_with_its_pictures_and_threads_survives_a_restart(town: Town) -> None:
    thread = await town.alice.create_thread(town.open_channel(), "for ever")
    async with town.running():
        asked = await town.ask(town.general, "a flag [[text='A fine flag.']]", images=[PNG])
        answer = await town.reply_saying(asked, FOOTER)
        await town.answered(await town.ask(thread, "are you there?"))
    asked.attachments[0].is_deleted = True

    async with town.running():
        second = await town.ask(town.general, "whose is it?", reply_to=answer)
        unaddressed = await town.alice.say(thread, "and still?")
        await town.answered(second)
        await town.answered(unaddressed)

    (first,), (request,) = town.requests_about("a flag"), town.requests_about("whose is it?")
    assert texts_in(request)[1] == ("assistant", "A fine flag.")
    assert pictures_in(request) == pictures_in(first)
    assert request.json["instructions"] == first.json["instructions"]
