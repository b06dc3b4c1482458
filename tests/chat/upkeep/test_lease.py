"""The name of a process: waited for, refused, taken over, kept, lost and given back."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from bot.chat.upkeep import lease as leasing
from bot.chat.upkeep.lease import NameLease, hold_lease
from bot.core.errors import LeaseLost, StartFailed
from bot.core.leases import Lease, new_lease
from bot.store.database import Database
from bot.store.processes import leases
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

    await lease_of(database).take(is_alone=False)

    assert await holder(database) == "new run"


async def test_start_is_refused_while_another_run_renews_its_lease(database: Database) -> None:
    await put(database, OLD)
    taking = asyncio.get_running_loop().create_task(lease_of(database).take(is_alone=False))
    for second in itertools.count(1):
        async with database.transaction() as tx:
            await leases.renew(tx, "main", "old run", now=NOON + timedelta(seconds=second))
        if taking.done():
            break

    with pytest.raises(StartFailed, match="named `main` already runs"):
        taking.result()
    assert await holder(database) == "old run"


async def test_who_is_alone_by_the_file_lock_does_not_wait(database: Database) -> None:
    await put(database, OLD)

    await lease_of(database).take(is_alone=True)

    assert await holder(database) == "new run"


async def test_run_that_was_taken_over_learns_of_it(database: Database) -> None:
    lease = lease_of(database)
    await lease.take(is_alone=False)
    await lease_of(database, "newer run").take(is_alone=True)

    with pytest.raises(LeaseLost):
        await lease.keep()

    assert await holder(database) == "newer run"


async def test_lease_that_vanished_with_its_database_is_taken_again(database: Database) -> None:
    lease = lease_of(database)
    await lease.take(is_alone=False)
    await lease.give_back()

    keeping = asyncio.get_running_loop().create_task(lease.keep())
    while await holder(database) is None:
        assert not keeping.done()
    keeping.cancel()

    assert await holder(database) == "new run"


async def test_lease_is_given_back_at_the_end_of_the_block(database: Database) -> None:
    async with hold_lease(lease_of(database), is_alone=False):
        assert await holder(database) == "new run"

    assert await holder(database) is None
