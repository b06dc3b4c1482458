"""Deferrals: kept by a run for each interaction, and forgotten once."""

import asyncio
from dataclasses import replace

from bot.core.secrets import Secret
from bot.store.database import Database
from bot.store.processes import deferrals
from bot.store.processes.deferrals import KeptDeferral
from tests.store.samples import NOW

GRANT = KeptDeferral(
    id=1_573_832_440_248_532_999,
    holder="ab12",
    token=Secret("aW50ZXJhY3Rpb24"),
    is_edit=True,
    deferred_at=NOW,
)


async def keep(database: Database, *kept: KeptDeferral) -> None:
    async with database.transaction() as tx:
        for each in kept:
            await deferrals.keep(tx, each)


async def forget(database: Database) -> bool:
    async with database.transaction() as tx:
        return await deferrals.forget(tx, GRANT.id, GRANT.holder)


async def test_deferral_is_found_as_it_was_kept(database: Database) -> None:
    other = replace(GRANT, holder="cd34", is_edit=False)
    await keep(database, GRANT, GRANT, other)

    async with database.reading() as connection:
        assert await deferrals.find(connection) == [GRANT, other]


async def test_two_processes_forget_one_deferral_and_one_of_them_is_first(
    database: Database, url: str
) -> None:
    await keep(database, GRANT)

    async with Database.open(url) as other:
        got = await asyncio.gather(forget(database), forget(other))

    assert sorted(got) == [False, True]


def test_token_is_not_to_be_seen() -> None:
    assert GRANT.token.reveal() not in repr(GRANT)
