"""The running bot, from its connection to its end."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot import app
from bot.app import RunningBot
from bot.config import load_config
from bot.shutdown import Deadline
from tests.chat.conftest import MakeRoom, Room
from tests.chat.conftest import database as database
from tests.chat.conftest import make_room as make_room


class WaitingClient:
    """Discord is down, and the next attempt to connect is far away: closing does not hasten it."""

    http = None

    def __init__(self) -> None:
        self.is_waiting = asyncio.Event()

    async def stay_connected(self) -> None:
        self.is_waiting.set()
        await asyncio.Event().wait()

    async def end_events(self, *, patience: float) -> None:
        """There are none."""

    async def shut_down(self) -> None:
        """As discord.py does, without waking what sleeps until the next attempt."""


def running_in(room: Room, client: WaitingClient) -> RunningBot:
    parts: Any = {
        "using": room.using,
        "pictures": SimpleNamespace(),
        "answering": room.answering,
        "in_flight": room.in_flight,
        "client": client,
        "watch": SimpleNamespace(),
        "claims": SimpleNamespace(purge=None),
        "lease": SimpleNamespace(keep=asyncio.Event().wait),
    }
    return RunningBot(**parts)


async def test_stop_does_not_wait_for_the_next_attempt_to_connect(make_room: MakeRoom) -> None:
    """It took two minutes from SIGTERM to the end while Discord was down."""
    client = WaitingClient()
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    deadline = Deadline()
    running = running_in(make_room(), client)

    serving = app._serve(running, load_config(None, {}), stop, deadline)
    task = asyncio.get_running_loop().create_task(serving)
    await client.is_waiting.wait()
    stop.set_result(0)

    async with asyncio.timeout(30):
        assert await task == 0
    deadline.clear()


class FailingClient(WaitingClient):
    async def stay_connected(self) -> None:
        raise TypeError("what somebody wrote")


async def test_failure_out_of_discord_py_ends_the_process_with_1(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    """One event that could not be parsed left a process without a gateway, deaf to SIGTERM."""
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    deadline = Deadline()
    running = running_in(make_room(), FailingClient())

    code = await app._serve(running, load_config(None, {}), stop, deadline)
    deadline.clear()

    assert code == 1
    assert running.in_flight.is_closing
    assert "a part of the bot failed, and so it ends" in caplog.text
    assert "somebody wrote" not in caplog.text
