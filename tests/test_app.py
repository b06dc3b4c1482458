"""The running bot, from its connection to its end."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import app
from bot.app import RunningBot
from bot.chat.answers.admission import AnswerBudget, admit_to_ledger
from bot.chat.upkeep import database_watch
from bot.config import load_config
from bot.core.endings.usage_meter import UsageMeter
from bot.core.errors import DatabaseUnavailable
from tests.chat.conftest import NOON, MakeRoom, Room, message
from tests.chat.conftest import database as database
from tests.chat.conftest import make_room as make_room
from tests.fakes import FakeModel

BUDGET = AnswerBudget(model="fake-1", tokens=1_000, smallest=100, prices=None, time_limit=30.0)


class WaitingClient:
    """Discord is down, and the next attempt to connect is far away: closing does not hasten it."""

    http = None

    def __init__(self) -> None:
        self.is_waiting = asyncio.Event()

    async def stay_connected(self) -> None:
        self.is_waiting.set()
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


def replace_file(file: Path) -> None:
    file.rename(file.with_name("moved.db"))
    file.touch()


async def test_bot_ends_where_another_file_replaces_its_database(
    make_room: MakeRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went on writing into the file that was no longer there."""
    monkeypatch.setattr(database_watch, "LOOK_EVERY", 0.001)
    room = make_room()
    replace_file(tmp_path / "glimpse.db")
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    with pytest.raises(DatabaseUnavailable, match="another file"):
        await room.standing()
    async with asyncio.timeout(30):
        await app._watch_database(running_in(room, WaitingClient()), stop)

    assert stop.result() == app.FAILED


async def test_reservation_whose_settlement_is_owed_is_not_repaired(make_room: MakeRoom) -> None:
    """An answer that was whole was marked as interrupted, once its reservation had expired."""
    room, asked = make_room(), message("hello")
    async with admit_to_ledger(asked, room.using, owner="main")(BUDGET, UsageMeter(FakeModel.card)):
        later = replace(room.using, clock=lambda: NOON + timedelta(hours=1))
        before = await app._expired(later)
        await later.backlog.settle(asked.id, refuse)

        assert [each.message_id for each in before] == [asked.id]
        assert await app._expired(later) == []


async def refuse() -> None:
    raise DatabaseUnavailable("disk full")
