"""Claims: each interaction is somebody's once."""

import asyncio
from datetime import timedelta

from bot.store.database import Database
from bot.store.processes import claims
from tests.store.samples import NOW

GRANT = 1_573_832_440_248_532_999


async def claim(database: Database) -> bool:
    async with database.transaction() as tx:
        return await claims.claim(tx, GRANT, now=NOW)


async def test_interaction_is_claimed_once(database: Database) -> None:
    assert await claim(database)
    assert not await claim(database)


async def test_two_processes_claim_one_interaction_and_one_of_them_gets_it(
    database: Database, url: str
) -> None:
    async with Database.open(url) as other:
        got = await asyncio.gather(claim(database), claim(other))

    assert sorted(got) == [False, True]


async def test_old_claims_are_purged_and_young_ones_stay(database: Database) -> None:
    await claim(database)
    async with database.transaction() as tx:
        assert await claims.purge(tx, before=NOW) == 0
        assert await claims.purge(tx, before=NOW + timedelta(seconds=1)) == 1

    assert await claim(database)
