"""The running bot, from its connection to its end."""

import asyncio
from types import SimpleNamespace
from typing import Any

from bot import app
from bot.app import RunningBot
from bot.chat.moderation.delegation import Delegation
from bot.config import load_config
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

    async def wait_until_ready(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
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
    }
    return RunningBot(**parts)


async def test_stop_does_not_wait_for_the_next_attempt_to_connect(make_room: MakeRoom) -> None:
    """It took two minutes from SIGTERM to the end while Discord was down."""
    client = WaitingClient()
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    serving = app._serve(running_in(make_room(), client), load_config(None, {}), stop)
    task = asyncio.get_running_loop().create_task(serving)
    await client.is_waiting.wait()
    stop.set_result(0)

    async with asyncio.timeout(30):
        await task
