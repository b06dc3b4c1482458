"""Accounts of earlier versions after the upgrade that lets moderators run quotas, and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.core.quota.limits import Amounts, Requester
from bot.store.database import Database
from bot.store.engine.engines import parse_url
from bot.store.schema import migration_scripts
from tests.store.samples import ADA, GRACE, NOW, SHOP, ask, charge, ledger, moderation

_TODAY = datetime(2026, 11, 20, 23, tzinfo=UTC)  # midnight in Berlin, where it is the 21st
_IN_UTC = datetime(2026, 11, 21, tzinfo=UTC)  # before the operator moved from UTC to Berlin
_COLUMNS = (
    "kind, message_id, guild_id, channel_id, user_id, model, input_tokens, cached_tokens, "
    "output_tokens, reasoning_tokens, tokens, cost_microusd, is_estimated, ending, "
    "window_starts_at, admitted_at, settled_at"
)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def quoted(at: datetime) -> str:
    return f"'{at:%Y-%m-%d %H:%M:%S.%f}'"


async def book(
    connection: AsyncConnection, message_id: int, tokens: int, cost: int | None, day: datetime
) -> None:
    """As earlier versions did; a negative amount is a reset."""
    price = "NULL" if cost is None else str(cost)
    usage = f"{message_id}, {SHOP}, 500, {ADA}, 'm', {tokens}, 0, 0, 0, {tokens}, {price}, FALSE"
    reset = f"NULL, {SHOP}, NULL, {ADA}, NULL, 0, 0, 0, 0, {tokens}, NULL, FALSE"
    kind, values = ("usage", usage) if tokens > 0 else ("reset", reset)
    ending, admitted = ("'completed'", quoted(NOW)) if tokens > 0 else ("NULL", "NULL")
    await connection.execute(
        text(
            f"INSERT INTO ledger ({_COLUMNS}) VALUES "  # noqa: S608
            f"('{kind}', {values}, {ending}, {quoted(day)}, {admitted}, {quoted(NOW)})"
        )
    )


async def reserve_as_before(connection: AsyncConnection, message_id: int) -> None:
    later = quoted(NOW + timedelta(minutes=10))
    await connection.execute(
        text(
            "INSERT INTO reservations VALUES "  # noqa: S608
            f"({message_id}, {SHOP}, 500, NULL, {ADA}, 1000, 'm', 'first', {quoted(NOW)}, {later}, "
            f"{quoted(_TODAY)}, {quoted(_TODAY + timedelta(days=1))}, NULL, NULL, NULL)"
        )
    )


@pytest.fixture
async def old_url(empty_url: str) -> str:
    async with connected(empty_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, "0004")
        await book(connection, 1, 900, 90, _TODAY)
        await book(connection, 2, 300, None, _IN_UTC)
        await book(connection, 3, -900, None, _TODAY)
        await book(connection, 4, 50, 5, _TODAY)
        await book(connection, 5, 7_000, 700, _TODAY - timedelta(days=1))
        await reserve_as_before(connection, 9)
    return empty_url


async def test_what_was_spent_and_forgiven_before_the_upgrade_still_is(old_url: str) -> None:
    async with connected(old_url) as connection:
        await connection.run_sync(
            migration_scripts.upgrade, migration_scripts.known_revisions()[-1]
        )

        explained = await ledger().explain(
            connection, Requester(guild_id=SHOP, user_id=ADA), now=NOW
        )
        differences = await ledger().verify(connection)

    (standing,) = explained.standings
    assert (standing.spent, standing.reserved) == (350, 1_000)
    assert differences == []


async def test_old_accounts_go_on_and_back_and_forth(old_url: str) -> None:
    newest = migration_scripts.known_revisions()[-1]
    async with connected(old_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, newest)
    async with Database.open(old_url) as database:
        async with database.transaction() as tx:
            assert await ledger().settle(tx, 9, charge(400, cost=40), now=NOW) is not None
            forgiven = await ledger().reset(tx, moderation())
        async with database.transaction() as tx:
            await ledger().reserve(tx, ask(10, user_id=GRACE), now=NOW)
            await ledger().settle(tx, 10, charge(100, cost=10), now=NOW)
        async with database.reading() as conn:
            assert await ledger().verify(conn) == []
    async with connected(old_url) as connection:
        await connection.run_sync(migration_scripts.downgrade, "0004")
        spent = await connection.scalar(
            text("SELECT SUM(spent_tokens) FROM counters WHERE subject_id = :user"), {"user": ADA}
        )
    async with connected(old_url) as connection:
        await connection.run_sync(migration_scripts.upgrade, newest)

        explained = await ledger().explain(
            connection, Requester(guild_id=SHOP, user_id=ADA), now=NOW
        )
        differences = await ledger().verify(connection)

    assert forgiven == Amounts(tokens=750, microusd=135, answers=4)
    assert spent == 7_000
    assert explained.standings[0].spent == 0
    assert differences == []
