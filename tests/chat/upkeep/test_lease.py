"""The name of a process: waited for, refused, taken over, kept, lost and given back."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.upkeep import lease as leasing
from bot.chat.upkeep.lease import NameLease, hold_lease
from bot.core.errors import LeaseLost, StartFailed
from bot.core.leases import Lease, new_lease
from bot.store.database import Database
from bot.store.processes import leases
from bot.store.processes.file_lock import hold_name
from tests.chat.conftest import NOON

OLD = new_lease("main", "old run", NOON)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "_LOOK_AGAIN", 0.0)
    monkeypatch.setattr(leasing, "RENEW_EVERY", timedelta(milliseconds=1))


def lease_of(database: Database, holder: str = "new run") -> NameLease:
    """Each look at the stopwatch takes four seconds; the clock stands still."""
    seconds = itertools.count(0.0, 4.0)
    return NameLease(database, "main", holder, clock=lambda: NOON, monotonic=lambda: next(seconds))


async def put(database: Database, lease: Lease) -> None:
    async with database.transaction() as tx:
        await leases.take(tx, lease, instead_of=None)


async def holder(database: Database) -> str | None:
    async with database.reading() as connection:
        found = await leases.find(connection, "main")
    return None if found is None else found.holder


async def test_name_of_a_run_that_does_not_renew_it_is_taken_after_a_term(
    database: Database,
) -> None:
    await put(database, OLD)

    await lease_of(database).take(lock=None)

    assert await holder(database) == "new run"


async def test_start_is_refused_while_another_run_renews_its_lease(database: Database) -> None:
    await put(database, OLD)
    taking = asyncio.get_running_loop().create_task(lease_of(database).take(lock=None))
    for second in itertools.count(1):
        async with database.transaction() as tx:
            await leases.renew(tx, "main", "old run", now=NOON + timedelta(seconds=second))
        if taking.done():
            break

    with pytest.raises(StartFailed, match="named `main` already runs"):
        taking.result()
    assert await holder(database) == "old run"


async def test_run_that_held_the_file_lock_is_dead_and_not_waited_for(
    database: Database, tmp_path: Path
) -> None:
    url, standstill = f"sqlite:///{tmp_path}/glimpse.db", lambda: 0.0
    first = NameLease(database, "main", "old run", clock=lambda: NOON, monotonic=standstill)
    second = NameLease(database, "main", "new run", clock=lambda: NOON, monotonic=standstill)
    async with hold_name(url, "main", folder=tmp_path, patience=0) as lock:
        await first.take(lock=lock)

    async with hold_name(url, "main", folder=tmp_path, patience=0) as lock:
        await second.take(lock=lock)

    assert await holder(database) == "new run"


async def test_run_that_was_taken_over_learns_of_it(database: Database) -> None:
    lease = lease_of(database)
    await lease.take(lock=None)
    async with database.transaction() as tx:
        await leases.give_back(tx, "main", "new run")
    await put(database, replace(OLD, holder="newer run"))

    with pytest.raises(LeaseLost):
        await lease.keep()

    assert await holder(database) == "newer run"


async def test_lease_that_vanished_with_its_database_is_taken_again(database: Database) -> None:
    lease = lease_of(database)
    await lease.take(lock=None)
    await lease.give_back()

    keeping = asyncio.get_running_loop().create_task(lease.keep())
    while await holder(database) is None:
        assert not keeping.done()
    keeping.cancel()
    await asyncio.wait([keeping])  # or it would write while the database is closed

    assert await holder(database) == "new run"


async def test_lease_is_given_back_at_the_end_of_the_block(database: Database) -> None:
    async with hold_lease(lease_of(database), None):
        assert await holder(database) == "new run"

    assert await holder(database) is None
