"""The process ends, whatever the cause and whatever it is at: in order, and in time."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.documents import text_pdf
from tests.e2e.conftest import PATIENCE, Town, end, has_stop
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script

pytestmark = pytest.mark.proof

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
PDF = ("lease.pdf", text_pdf("The tenant pays 700 euros."), "application/pdf")
TALE = "Once upon a time there was a bot. " * 10
INTERRUPTED = "I was restarted in the middle of this answer. Please ask again."
NOT_YET = "I was restarted before I could answer. Please ask again."
ENDLESS = 3_600  # seconds


async def ended(process: asyncio.subprocess.Process) -> int:
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "Discord closed the connection (code 4004)"),
        (4014, "Discord does not let this bot read messages"),
    ],
    ids=["token was reset", "intent was switched off"],
)
async def test_fatal_close_in_mid_answer_leaves_a_marked_reply(
    town: Town, code: int, sentence: str
) -> None:
    """It left half a reply with its Stop button, and often hung."""
    async with town.running(exit_code=2) as process:
        asked = await town.ask(town.general, f"tell me a tale [[text='{TALE}' pace=0.2]]")
        reply = await town.started(asked)

        town.discord.gateway.drop(code)

        assert await ended(process) == 2
    assert INTERRUPTED in reply.content
    assert not has_stop(reply)
    assert f"glimpse: {sentence}" in town.log
    assert "ending=interrupted" in town.log
    assert (await town.command("database", "verify")).code == 0


async def test_closed_terminal_leaves_a_marked_reply(town: Town) -> None:
    """The process was gone at once, and half a reply stood there with its Stop button."""
    async with town.running() as process:
        asked = await town.ask(town.general, f"tell me a tale [[text='{TALE}' pace=0.2]]")
        reply = await town.started(asked)

        await end(process, signal.SIGHUP)

        assert process.returncode == 0
    assert INTERRUPTED in reply.content
    assert not has_stop(reply)


async def test_bot_under_nohup_outlives_its_terminal(town: Town) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by what is started
    try:
        async with town.running() as process:
            process.send_signal(signal.SIGHUP)
            await town.answered(await town.ask(town.general, "are you still there?"))
    finally:
        signal.signal(signal.SIGHUP, before)


def workers_of(process: asyncio.subprocess.Process) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(child) for child in children.split()]


async def test_stop_while_a_slow_file_is_read_ends_the_process(town: Town) -> None:
    """SIGTERM hung while slow PDFs were read: the database was opened again after its end."""
    async with town.running() as process:
        await town.answered(await town.ask(town.general, "a picture first", images=[PNG]))
        for worker in workers_of(process):
            os.kill(worker, signal.SIGSTOP)
        asked = await town.ask(town.open_channel(), "what is the rent?", images=[PDF])
        await town.wait(lambda: town.discord.cdn.served > 1, "the file is downloaded")

        await end(process)

        assert process.returncode == 0
        await town.reply_saying(asked, NOT_YET)
    assert not town.requests_about("what is the rent?")
    assert (await town.command("database", "verify")).code == 0


async def test_stop_before_discord_answers_ends_the_process(town: Town) -> None:
    town.discord.faults.hang(ENDLESS, path="/users/@me$")
    process = await town.start("run")
    await town.wait(lambda: town.discord.faults.met, "the bot logs in")

    await end(process)

    assert process.returncode == 0
    assert "Traceback" not in town.log


async def test_stop_while_a_command_waits_for_discord_ends_the_process(town: Town) -> None:
    async with town.running() as process:
        town.discord.faults.hang(ENDLESS, path="/callback$")
        asking = asyncio.get_running_loop().create_task(town.alice.slash("quota", "me"))
        await town.wait(lambda: town.discord.faults.met, "the command is answered")

        await end(process)

        assert process.returncode == 0
        asking.cancel()


async def test_stop_with_a_silent_gateway_ends_the_process(town: Town) -> None:
    async with town.running() as process:
        town.discord.gateway.fall_silent()

        await end(process)

        assert process.returncode == 0


@pytest.mark.proof
async def test_stop_with_a_locked_database_ends_the_process_all_the_same(town: Town) -> None:
    town.endpoint.play(Script(text=TALE, pace=0.1))
    process = await town.start("run")
    await town.wait(lambda: town.discord.gateway.connected_shards, "the bot connects")
    await town.started(await town.ask(town.general, "tell me a tale"))
    with closing(sqlite3.connect(town.folder / "glimpse.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        await end(process)

    assert process.returncode == 1
    assert "the process did not end in time and was cut off" in town.log
