"""Leases as rows: held by one run, taken from another only as it was found."""

from dataclasses import replace
from datetime import timedelta

from bot.core.leases import TERM, Lease, new_lease
from bot.store.database import Database
from bot.store.processes import leases
from tests.store.samples import NOW

FIRST = new_lease("main", "first run", NOW)
SECOND = new_lease("main", "second run", NOW + TERM)


async def take(database: Database, lease: Lease, *, instead_of: Lease | None = None) -> bool:
    async with database.transaction() as tx:
        return await leases.take(tx, lease, instead_of=instead_of)


async def find(database: Database) -> Lease | None:
    async with database.reading() as connection:
        return await leases.find(connection, "main")


async def renew(database: Database, lease: Lease, *, after: timedelta) -> bool:
    async with database.transaction() as tx:
        return await leases.renew(tx, lease.name, lease.holder, now=NOW + after)


async def test_lease_that_nobody_has_is_taken(database: Database) -> None:
    assert await take(database, FIRST)

    assert await find(database) == FIRST


async def test_lease_is_not_taken_from_a_holder_that_nobody_saw(database: Database) -> None:
    await take(database, FIRST)

    assert not await take(database, SECOND)

    assert await find(database) == FIRST


async def test_dead_lease_is_taken_by_one_of_two(database: Database) -> None:
    await take(database, FIRST)

    assert await take(database, SECOND, instead_of=FIRST)
    assert not await take(database, replace(SECOND, holder="third run"), instead_of=FIRST)

    assert await find(database) == SECOND


async def test_lease_that_was_renewed_meanwhile_is_not_taken(database: Database) -> None:
    await take(database, FIRST)
    await renew(database, FIRST, after=timedelta(seconds=3))

    assert not await take(database, SECOND, instead_of=FIRST)


async def test_renewed_lease_lasts_a_term_from_then(database: Database) -> None:
    await take(database, FIRST)
    later = timedelta(seconds=3)

    assert await renew(database, FIRST, after=later)

    renewed = replace(FIRST, renewed_at=NOW + later, expires_at=NOW + later + TERM)
    assert await find(database) == renewed


async def test_lease_that_another_took_is_lost(database: Database) -> None:
    await take(database, FIRST)
    await take(database, SECOND, instead_of=FIRST)

    assert not await renew(database, FIRST, after=TERM)

    assert await find(database) == SECOND


async def test_lease_that_is_given_back_is_nobodys(database: Database) -> None:
    await take(database, FIRST)

    async with database.transaction() as tx:
        await leases.give_back(tx, "main", "second run")
        assert await leases.find(tx, "main") == FIRST
        await leases.give_back(tx, "main", "first run")

    assert await find(database) is None


async def test_owners_live_until_their_lease_expires(database: Database) -> None:
    await take(database, FIRST)
    await take(database, new_lease("other", "third run", NOW + TERM))

    async with database.reading() as connection:
        before = await leases.living_owners(connection, NOW + TERM - timedelta(seconds=1))
        after = await leases.living_owners(connection, NOW + TERM)

    assert before == {"main", "other"}
    assert after == {"other"}
