"""The running bot, from its connection to its end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import lifecycle
from bot.app import RunningBot
from bot.chat.moderation.delegation import Delegation
from bot.chat.upkeep import database_file_watch
from bot.chat.upkeep.deferrals import Deferrals
from bot.chat.upkeep.sessions import Sessions
from bot.config import load_config
from bot.core.errors import DatabaseUnavailable
from bot.shutdown import Deadline
from tests.chat.conftest import MakeRoom, Room
from tests.chat.conftest import database as database
from tests.chat.conftest import make_room as make_room


class WaitingClient:
    """Discord is down, and the next attempt to connect is far away: closing does not hasten it."""

    http = None
    tree = None
    fetch_question = None
    forbidden = None

    def __init__(self) -> None:
        self.is_waiting = asyncio.Event()

    async def stay_connected(self) -> None:
        self.is_waiting.set()
        await asyncio.Event().wait()

    async def end_events(self, *, patience: float) -> None:
        """There are none."""

    async def wait_until_ready(self) -> None:
        await asyncio.Event().wait()

    async def shut_down(self) -> None:
        """As discord.py does, without waking what sleeps until the next attempt."""


def running_in(room: Room, client: WaitingClient) -> RunningBot:
    parts: Any = {
        "using": room.using,
        "pictures": SimpleNamespace(),
        "answering": room.answering,
        "in_flight": room.in_flight,
        "client": client,
        "delegation": Delegation(room.using),
        "watch": SimpleNamespace(),
        "claims": SimpleNamespace(purge=None),
        "deferrals": Deferrals(room.using.database, room.using.clock, holder="a run"),
        "sessions": Sessions(room.using.database, room.using.clock),
        "lease": SimpleNamespace(keep=asyncio.Event().wait),
    }
    return RunningBot(**parts)


async def test_stop_does_not_wait_for_the_next_attempt_to_connect(make_room: MakeRoom) -> None:
    """It took two minutes from SIGTERM to the end while Discord was down."""
    client = WaitingClient()
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    deadline = Deadline()
    running = running_in(make_room(), client)

    life = lifecycle._serve(running, load_config(None, {}), stop, deadline)
    task = asyncio.get_running_loop().create_task(life)
    await client.is_waiting.wait()
    stop.set_result(0)

    async with asyncio.timeout(30):
        assert await task == 0
    deadline.clear()


async def fail() -> None:
    raise TypeError("what somebody wrote")


def with_failing_connection(room: Room) -> RunningBot:
    client: Any = WaitingClient()
    client.stay_connected = fail
    return running_in(room, client)


def with_failing_side_task(room: Room) -> RunningBot:
    lease: Any = SimpleNamespace(keep=fail)
    return replace(running_in(room, WaitingClient()), lease=lease)


@pytest.mark.parametrize("running_with", [with_failing_connection, with_failing_side_task])
async def test_failed_part_of_the_bot_ends_the_process_with_1(
    make_room: MakeRoom,
    caplog: pytest.LogCaptureFixture,
    running_with: Callable[[Room], RunningBot],
) -> None:
    """What discord.py raised left a process without a gateway, deaf to SIGTERM."""
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    deadline = Deadline()
    running = running_with(make_room())

    async with asyncio.timeout(30):
        code = await lifecycle._serve(running, load_config(None, {}), stop, deadline)
    deadline.clear()

    assert code == 1
    assert running.in_flight.is_closing
    assert "a part of the bot failed, and so it ends" in caplog.text
    assert "somebody wrote" not in caplog.text


async def test_bot_ends_where_another_file_replaces_its_database(
    make_room: MakeRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went on writing into the file that was no longer there."""
    monkeypatch.setattr(database_file_watch, "LOOK_EVERY", 0.001)
    room, stop = make_room(), asyncio.get_running_loop().create_future()
    file, deadline = tmp_path / "glimpse.db", Deadline()
    running = running_in(room, WaitingClient())
    life = asyncio.create_task(lifecycle._serve(running, load_config(None, {}), stop, deadline))
    await asyncio.sleep(0.1)
    file.rename(file.with_name("moved.db"))
    file.touch()

    with pytest.raises(DatabaseUnavailable, match="another file"):
        await room.standing()
    async with asyncio.timeout(30):
        assert await life == 1
    deadline.clear()
