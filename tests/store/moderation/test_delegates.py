"""What servers' settings say of commands: replaced as a whole, and told once."""

import asyncio

from bot.core.moderation.delegates import Delegate
from bot.core.quota.limits import Subject, SubjectKind
from bot.store.database import Database
from bot.store.moderation import delegates
from tests.store.samples import ADA, NOW, SHOP

OTHER_SERVER = SHOP + 1
STEWARDS = Delegate(command="quota", subject=Subject(kind=SubjectKind.ROLE, id=7), is_allowed=True)
HERSELF = Delegate(
    command="manage", subject=Subject(kind=SubjectKind.USER, id=ADA), is_allowed=False
)


async def put(database: Database, *said: Delegate, guild_id: int = SHOP) -> None:
    async with database.transaction() as tx:
        await delegates.replace(tx, guild_id, said, now=NOW)


async def claim(database: Database) -> bool:
    async with database.transaction() as tx:
        return await delegates.claim_notice(tx, SHOP, now=NOW)


async def test_what_is_read_anew_replaces_what_was_there(database: Database) -> None:
    await put(database, STEWARDS, guild_id=OTHER_SERVER)
    await put(database, STEWARDS, HERSELF)

    await put(database, HERSELF, HERSELF)

    async with database.reading() as connection:
        assert await delegates.of_server(connection, SHOP) == (HERSELF,)
        assert await delegates.of_server(connection, OTHER_SERVER) == (STEWARDS,)


async def test_server_that_names_nobody_is_read_all_the_same(database: Database) -> None:
    await put(database)
    await put(database, STEWARDS, HERSELF, guild_id=OTHER_SERVER)

    async with database.reading() as connection:
        assert await delegates.servers_read(connection) == {SHOP, OTHER_SERVER}
        assert await delegates.servers_naming_anybody(connection) == {OTHER_SERVER}


async def test_notice_is_claimed_once_and_stays_claimed(database: Database) -> None:
    assert not await claim(database)  # nothing is known of that server
    await put(database, STEWARDS)

    claimed = await asyncio.gather(*(claim(database) for _ in range(3)))
    await put(database, STEWARDS)

    assert sorted(claimed) == [False, False, True]
    assert not await claim(database)
