"""Reserving and settling: nobody gets more than the limit, and everything used is booked once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Executable, Table, func, select
from sqlalchemy.exc import IntegrityError

from bot.core.answers.events import Ending, Usage
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.errors import DatabaseUnavailable
from bot.core.messages.incoming_message import Place
from bot.core.quota.allowance import Charge
from bot.core.quota.errors import QuotaExceeded
from bot.store.database import Connection, Database
from bot.store.schema.tables import counters, reservations
from bot.store.schema.tables import ledger as ledger_table
from tests.store.samples import (
    ADA,
    BERLIN,
    GRACE,
    LIMIT,
    NOW,
    PLACE,
    SHOP,
    ask,
    charge,
    ledger,
    reserve,
    spend,
    standing,
)


@pytest.fixture
async def three_processes(url: str) -> AsyncIterator[list[Database]]:
    """The same database opened three times, as three processes would."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Database.open(url)) for _ in range(3)]


async def test_reserve_with_an_empty_counter_grants_what_was_wanted(database: Database) -> None:
    reserved = await reserve(database, ask(1, wanted=4_000))

    assert reserved.allowance.tokens == 4_000
    assert reserved.standings[0].reserved == 4_000
    assert reserved.standings[0].remaining == LIMIT - 4_000
    assert reserved.standings[0].window.starts_at == datetime(2026, 11, 20, 23, tzinfo=UTC)


async def test_reserve_near_the_limit_grants_only_what_is_left(database: Database) -> None:
    await reserve(database, ask(1, wanted=9_000))

    reserved = await reserve(database, ask(2, wanted=4_000))

    assert reserved.allowance.tokens == 1_000


async def test_reserve_below_the_smallest_answer_is_refused_with_the_figures(
    database: Database,
) -> None:
    await spend(database, 1, 3_000)
    await reserve(database, ask(2, wanted=6_800))

    with pytest.raises(QuotaExceeded) as refusal:
        await reserve(database, ask(3, smallest=500))

    refused = refusal.value.standing
    assert (refused.remaining, refused.reserved) == (200, 6_800)
    assert refused.window.resets_at == datetime(2026, 11, 21, 23, tzinfo=UTC)


async def test_reserve_that_is_refused_writes_nothing(database: Database) -> None:
    with pytest.raises(QuotaExceeded):
        await reserve(database, ask(1, smallest=LIMIT + 1))

    async with database.reading() as conn:
        assert await _count(conn, reservations) == 0
        assert await _count(conn, counters) == 0


async def test_reserve_does_not_count_others_or_other_servers(
    database: Database,
) -> None:
    elsewhere = Place(guild_id=SHOP + 1, channel_id=501)
    await reserve(database, ask(1, user_id=GRACE, wanted=9_000))
    await reserve(database, ask(2, place=elsewhere, wanted=9_000))

    reserved = await reserve(database, ask(3, wanted=9_000))

    assert reserved.allowance.tokens == 9_000


async def test_reserve_without_a_limit_grants_whatever_is_wanted(database: Database) -> None:
    reserved = await reserve(database, ask(1, wanted=10**12), by=ledger(None))

    assert reserved.allowance.tokens == 10**12
    assert reserved.standings == ()


async def test_concurrent_reservations_of_one_user_never_exceed_the_limit(
    three_processes: list[Database],
) -> None:
    attempts = [
        reserve(three_processes[number % 3], ask(number, wanted=900, smallest=900))
        for number in range(1, 31)
    ]

    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    granted = [each for each in outcomes if not isinstance(each, BaseException)]
    refused = [each for each in outcomes if isinstance(each, QuotaExceeded)]
    assert len(granted) == 11  # 11 × 900 fit into 10,000
    assert len(refused) == 19


async def test_concurrent_reservations_and_settlements_keep_counters_and_ledger_equal(
    three_processes: list[Database],
) -> None:
    attempts = [
        spend(three_processes[number % 3], number, 100, user_id=ADA + number % 2)
        for number in range(1, 31)
    ]

    await asyncio.gather(*attempts)

    async with three_processes[0].reading() as conn:
        assert await ledger().verify(conn) == []
    of_ada = await standing(three_processes[0])
    assert (of_ada.spent, of_ada.reserved) == (1_500, 0)


async def test_reserve_for_a_message_that_is_being_answered_is_refused(database: Database) -> None:
    await reserve(database, ask(1))

    with pytest.raises(AlreadyAnswered):
        await reserve(database, ask(1))


async def test_reserve_for_a_message_that_has_been_answered_is_refused(database: Database) -> None:
    await spend(database, 1, 100)

    with pytest.raises(AlreadyAnswered):
        await reserve(database, ask(1))


async def test_reserve_for_one_message_in_many_processes_succeeds_once(
    three_processes: list[Database],
) -> None:
    attempts = [reserve(three_processes[number % 3], ask(1, wanted=600)) for number in range(12)]

    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(each, AlreadyAnswered) for each in outcomes) == 11


async def test_reserve_racing_over_midnight_for_one_message_succeeds_once(
    three_processes: list[Database],
) -> None:
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    moments = [midnight + timedelta(seconds=number % 2 - 1) for number in range(12)]
    attempts = [
        reserve(three_processes[number % 3], ask(1, wanted=600), now=now)
        for number, now in enumerate(moments)
    ]

    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sum(isinstance(each, AlreadyAnswered) for each in outcomes) == 11


async def test_settle_replaces_the_reservation_by_what_was_used(database: Database) -> None:
    await reserve(database, ask(1, wanted=4_000))

    async with database.transaction() as tx:
        settled = await ledger().settle(tx, 1, charge(1_234, cost=77), now=NOW)

    assert settled is not None
    (after,) = settled.standings
    assert (after.spent, after.reserved) == (1_234, 0)


async def test_settle_books_every_figure_of_the_charge(database: Database) -> None:
    later = NOW + timedelta(seconds=30)
    usage = Usage(input_tokens=700, cached_tokens=512, output_tokens=300, reasoning_tokens=64)
    told = Charge(
        ending=Ending.STOPPED, model="gpt-x", usage=usage, is_estimated=True, cost_microusd=4_321
    )
    await reserve(database, ask(1))

    async with database.transaction() as tx:
        await ledger().settle(tx, 1, told, now=later)

    async with database.reading() as conn:
        row = (await conn.execute(select(ledger_table))).mappings().one()
    assert dict(row) == {
        "id": row["id"],
        "kind": "usage",
        "message_id": 1,
        "guild_id": SHOP,
        "channel_id": PLACE.channel_id,
        "user_id": ADA,
        "model": "gpt-x",
        "input_tokens": 700,
        "cached_tokens": 512,
        "output_tokens": 300,
        "reasoning_tokens": 64,
        "tokens": 1_000,
        "cost_microusd": 4_321,
        "is_estimated": True,
        "ending": "stopped",
        **{each.row.column: window(each, NOW, BERLIN).key for each in Period},
        "hour_starts_at": datetime(2026, 11, 21, 15, tzinfo=UTC),
        "window_starts_at": datetime(2026, 11, 21, tzinfo=UTC),  # by the wall clock of Berlin
        "week_starts_at": datetime(2026, 11, 16, tzinfo=UTC),
        "month_starts_at": datetime(2026, 11, 1, tzinfo=UTC),
        "parent_id": None,
        "role_id": SHOP,
        "answers": 1,
        "borne_for": None,
        "admitted_at": NOW,
        "settled_at": later,
    }


async def test_settle_twice_charges_once(database: Database) -> None:
    await spend(database, 1, 100)

    async with database.transaction() as tx:
        again = await ledger().settle(tx, 1, charge(100), now=NOW)

    assert again is None
    assert await _spent(database) == 100


async def test_settle_in_two_processes_at_once_charges_once(
    three_processes: list[Database],
) -> None:
    await reserve(three_processes[0], ask(1))

    async def settle(database: Database) -> bool:
        async with database.transaction() as tx:
            return await ledger().settle(tx, 1, charge(100), now=NOW) is not None

    settled = await asyncio.gather(*(settle(database) for database in three_processes * 2))

    assert sum(settled) == 1
    assert await _spent(three_processes[0]) == 100


async def test_settle_beyond_the_limit_books_all_of_it(database: Database) -> None:
    await reserve(database, ask(1, wanted=LIMIT))

    async with database.transaction() as tx:
        settled = await ledger().settle(tx, 1, charge(LIMIT + 50), now=NOW)

    assert settled is not None
    (after,) = settled.standings
    assert after.spent == LIMIT + 50
    assert after.remaining == 0


async def test_settle_after_midnight_charges_the_day_the_answer_began(database: Database) -> None:
    tomorrow = NOW + timedelta(days=1)
    await reserve(database, ask(1))

    async with database.transaction() as tx:
        settled = await ledger().settle(tx, 1, charge(300), now=tomorrow)

    assert settled is not None
    (after,) = settled.standings
    assert after.spent == 0
    assert await _spent(database) == 300


async def test_settle_of_an_expired_reservation_still_charges(database: Database) -> None:
    an_hour_later = NOW + timedelta(hours=1)
    await reserve(database, ask(1))

    async with database.transaction() as tx:
        settled = await ledger().settle(tx, 1, charge(300), now=an_hour_later)

    assert settled is not None
    (after,) = settled.standings
    assert after.spent == 300


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(ledger_table.update().values(tokens=0), id="change an amount"),
        pytest.param(ledger_table.update().values(window_starts_at=NOW), id="move to another day"),
        pytest.param(ledger_table.delete(), id="delete"),
    ],
)
async def test_ledger_row_once_written_is_refused_to_change(
    database: Database, statement: Executable
) -> None:
    await spend(database, 1, 100)

    with pytest.raises((IntegrityError, DatabaseUnavailable), match="append-only"):
        async with database.transaction() as tx:
            await tx.execute(statement)

    assert await _spent(database) == 100


async def test_ledger_row_can_lose_a_person_to_be_forgotten(
    database: Database,
) -> None:
    await spend(database, 1, 100)

    async with database.transaction() as tx:
        await tx.execute(ledger_table.update().values(user_id=0, message_id=None))

    async with database.reading() as conn:
        row = (await conn.execute(select(ledger_table))).one()
    assert (row.user_id, row.message_id, row.tokens) == (0, None, 100)


async def test_everything_is_there_after_the_database_was_opened_again(url: str) -> None:
    async with Database.open(url) as database:
        await spend(database, 1, 100)
        await reserve(database, ask(2, wanted=4_000))

    async with Database.open(url) as database:
        found = await standing(database)

    assert (found.spent, found.reserved) == (100, 4_000)


async def _spent(database: Database) -> int:
    return (await standing(database)).spent


async def _count(conn: Connection, table: Table) -> int:
    number: int = (await conn.execute(select(func.count()).select_from(table))).scalar_one()
    return number
