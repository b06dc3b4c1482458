"""Resets: what a member spent today no longer counts against their limits; everywhere else it does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.calendar.windows import window
from bot.core.messages.incoming_message import Place
from bot.core.quota.limits import NOTHING, Amounts, Measure, Requester, Unit
from bot.store.database import Database
from bot.store.schema.tables import ledger as ledger_table
from tests.store.rulings import grant, server, set_limit, set_zone, user
from tests.store.samples import (
    ADA,
    BERLIN,
    GRACE,
    NOW,
    PLACE,
    SHOP,
    ask,
    charge,
    ledger,
    moderation,
    reserve,
)

pytestmark = pytest.mark.proof

_YESTERDAY = NOW - timedelta(days=1)
_AN_HOUR_AGO = NOW - timedelta(hours=1)
_LATER = NOW + timedelta(minutes=1)


async def _limit_every_window(database: Database) -> None:
    async with database.transaction() as tx:
        for period in Period:
            await set_limit(tx, user(), 50_000, Measure(unit=Unit.TOKENS, period=period))


async def _spend(
    database: Database,
    message_id: int,
    tokens: int,
    *,
    now: datetime = NOW,
    user_id: int = ADA,
    place: Place = PLACE,
) -> None:
    request = ask(message_id, wanted=tokens, user_id=user_id, now=now, place=place)
    await reserve(database, request, now=now, by=ledger(None))
    async with database.transaction() as tx:
        await ledger(None).settle(tx, message_id, charge(tokens, cost=2 * tokens), now=now)


async def _reset(database: Database, *, at: datetime = NOW, user_id: int = ADA) -> Amounts:
    async with database.transaction() as tx:
        return await ledger().reset(tx, moderation(at=at, user_id=user_id))


async def _unreset(database: Database, *, of: datetime, at: datetime) -> None:
    async with database.transaction() as tx:
        await ledger().unreset(tx, moderation(at=at), of=of)


async def _spent(database: Database, *, now: datetime = NOW, user_id: int = ADA) -> dict[str, int]:
    """Tokens, by the kind and period of the limit; the counters agree with the ledger."""
    async with database.reading() as conn:
        assert await ledger().verify(conn) == []
        who = Requester.at(PLACE, user_id)
        explained = await ledger(None).explain(conn, who, now=now)
    return {
        f"{each.limit.subject.kind} {each.limit.measure.period}": each.spent
        for each in explained.standings
    }


async def test_reset_forgives_what_was_spent_today_in_all_units(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    await _spend(database, 2, 400)

    forgiven = await _reset(database)

    assert forgiven == Amounts(tokens=700, microusd=1_400, answers=2)
    assert set((await _spent(database)).values()) == {0}


async def test_reset_leaves_what_was_spent_before_today(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 100, now=_YESTERDAY)
    await _spend(database, 2, 200, now=_AN_HOUR_AGO)
    await _spend(database, 3, 400)

    forgiven = await _reset(database)

    assert forgiven.tokens == 600
    assert await _spent(database) == {
        f"user {period}": 0 if period in UP_TO_A_DAY else 100 for period in Period
    }
    assert (await _spent(database, now=_YESTERDAY))["user day"] == 100
    # Of the hour before only the day's count was forgiven: that hour is over.
    assert (await _spent(database, now=_AN_HOUR_AGO))["user hour"] == 200


async def test_reset_lets_all_caps_and_reports_go_on_counting(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, server(), 5_000)
    await _spend(database, 1, 300)

    await _reset(database)

    assert await _spent(database) == {"server day": 300}


async def test_reset_leaves_what_answers_hold_reserved(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    await reserve(database, ask(2, wanted=1_000))

    await _reset(database)

    async with database.reading() as conn:
        explained = await ledger().explain(conn, Requester.at(PLACE, ADA), now=NOW)
    assert {each.reserved for each in explained.standings} == {1_000}


async def test_reset_of_one_member_in_one_server_is_nobody_elses(database: Database) -> None:
    await _limit_every_window(database)
    async with database.transaction() as tx:
        await set_limit(tx, user(GRACE), 50_000)
    await _spend(database, 1, 300)
    await _spend(database, 2, 400, user_id=GRACE)
    await _spend(database, 3, 500, place=Place(guild_id=SHOP + 1, channel_id=500))

    await _reset(database)

    assert await _spent(database, user_id=GRACE) == {"user day": 400}
    async with database.reading() as conn:
        elsewhere = Requester(guild_id=SHOP + 1, user_id=ADA)
        explained = await ledger().explain(conn, elsewhere, now=NOW)
    assert explained.standings[0].spent == 500


async def test_reset_of_who_has_spent_nothing_writes_nothing(database: Database) -> None:
    await _spend(database, 1, 300, now=_YESTERDAY)

    assert await _reset(database) == NOTHING

    async with database.reading() as conn:
        kinds = await conn.execute(select(ledger_table.c.kind))
        assert list(kinds.scalars()) == ["usage"]


async def test_reset_twice_forgives_once(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)

    await _reset(database)

    assert await _reset(database, at=_LATER) == NOTHING
    assert (await _spent(database))["user week"] == 0


async def test_reset_forgives_nothing_that_was_drawn_from_a_grant(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 200)
        await grant(tx, user(), 1_000)
    await reserve(database, ask(1, wanted=500))
    async with database.transaction() as tx:
        await ledger().settle(tx, 1, charge(500), now=NOW)

    forgiven = await _reset(database)

    assert forgiven.tokens == 200
    assert await _spent(database) == {"user day": 0}


async def test_what_is_spent_after_a_reset_counts(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    await _reset(database)
    await _spend(database, 2, 50, now=_LATER)

    assert set((await _spent(database, now=_LATER)).values()) == {50}


async def test_unreset_lets_count_again_exactly_what_was_forgiven(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 200, now=_AN_HOUR_AGO)
    await _spend(database, 2, 300)
    before = await _spent(database)
    await _reset(database)

    await _unreset(database, of=NOW, at=_LATER)

    assert await _spent(database) == before


async def test_unreset_a_day_later_counts_on_the_resets_day(
    database: Database,
) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    await _reset(database)
    tomorrow = NOW + timedelta(days=1)

    await _unreset(database, of=NOW, at=tomorrow)

    assert (await _spent(database))["user day"] == 300
    assert (await _spent(database, now=tomorrow))["user day"] == 0
    assert (await _spent(database, now=tomorrow))["user month"] == 300


async def test_an_unreset_can_itself_be_taken_back(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    await _reset(database)
    await _unreset(database, of=NOW, at=_LATER)

    await _unreset(database, of=_LATER, at=_LATER + timedelta(minutes=1))

    assert set((await _spent(database)).values()) == {0}


async def test_reset_of_tokens_alone_is_taken_back(
    database: Database,
) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)
    old = {"kind": "reset", "guild_id": SHOP, "user_id": ADA, "tokens": -300, "is_estimated": False}
    counts = dict.fromkeys(
        ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens"), 0
    )
    instants = {"window_starts_at": window(Period.DAY, NOW, BERLIN).key, "settled_at": NOW}
    async with database.transaction() as tx:
        await tx.execute(insert(ledger_table), {**old, **counts, **instants})

    await _unreset(database, of=NOW, at=_LATER)

    async with database.reading() as conn:
        rows = select(ledger_table.c.tokens).where(ledger_table.c.kind == "reset")
        assert list(await conn.scalars(rows)) == [-300, 300]


async def test_unreset_of_what_never_was_changes_nothing(database: Database) -> None:
    await _limit_every_window(database)
    await _spend(database, 1, 300)

    await _unreset(database, of=_YESTERDAY, at=NOW)

    assert set((await _spent(database)).values()) == {300}


async def test_reset_after_a_move_forgives_the_day_there(
    database: Database,
) -> None:
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, tomorrow in Kolkata
    await _limit_every_window(database)
    await _spend(database, 1, 300, now=late)
    async with database.transaction() as tx:
        await set_zone(tx, "Asia/Kolkata")

    forgiven = await _reset(database, at=late)

    assert forgiven == NOTHING
    async with database.reading() as conn:
        assert await ledger().verify(conn) == []
