"""What limits do not cover is drawn from grants: once, and no more than was granted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Requester, Unit
from bot.store.database import Database
from bot.store.schema.tables import draws
from tests.store.rulings import (
    DOLLARS_A_DAY,
    TOKENS_A_DAY,
    TOKENS_AN_HOUR,
    grant,
    revoke,
    role,
    set_limit,
    user,
)
from tests.store.samples import ADA, GRACE, NOW, PLACE, ask, charge, ledger, reserve

pytestmark = pytest.mark.proof

ARTIST = 71
MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)  # in Berlin


async def _grant(database: Database, amount: int, unit: Unit = Unit.TOKENS) -> int:
    async with database.transaction() as tx:
        return await grant(tx, user(), amount, unit)


async def _limit(database: Database, amount: int) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), amount)


async def _settle(
    database: Database, message_id: int, tokens: int, *, cost: int | None = None
) -> None:
    async with database.transaction() as tx:
        settled = await ledger().settle(tx, message_id, charge(tokens, cost=cost), now=NOW)
    assert settled is not None


async def _drawn(database: Database) -> list[tuple[int, int, int]]:
    """Grant, message, amount."""
    async with database.reading() as conn:
        assert await ledger().verify(conn) == []
        rows = await conn.execute(
            select(draws.c.grant_id, draws.c.message_id, draws.c.amount).order_by(
                draws.c.message_id, draws.c.grant_id
            )
        )
        return [(row.grant_id, row.message_id, row.amount) for row in rows]


async def _figures(
    database: Database, *, now: datetime = NOW, user_id: int = ADA, role_ids: tuple[int, ...] = ()
) -> list[tuple[int, int, int]]:
    """Spent, reserved and granted under each limit."""
    async with database.reading() as conn:
        who = Requester.at(PLACE, user_id, role_ids)
        explained = await ledger().explain(conn, who, now=now)
    return [(each.spent, each.reserved, each.granted) for each in explained.standings]


async def test_what_the_limit_covers_leaves_the_grant_alone(database: Database) -> None:
    await _limit(database, 1_000)
    await _grant(database, 500)
    await reserve(database, ask(1, wanted=1_500))

    await _settle(database, 1, 1_000)

    assert await _drawn(database) == []
    assert await _figures(database) == [(1_000, 0, 500)]


async def test_exactly_what_the_limit_does_not_cover_is_drawn(database: Database) -> None:
    await _limit(database, 1_000)
    number = await _grant(database, 500)
    reserved = await reserve(database, ask(1, wanted=9_000))

    await _settle(database, 1, 1_200)

    assert reserved.allowance.tokens == 1_500
    assert await _drawn(database) == [(number, 1, 200)]
    assert await _figures(database) == [(1_000, 0, 300)]


async def test_with_limit_and_grant_used_up_nothing_is_left(database: Database) -> None:
    await _limit(database, 1_000)
    number = await _grant(database, 500)
    await reserve(database, ask(1, wanted=9_000))
    await _settle(database, 1, 1_500)

    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(2, smallest=1))

    assert refused.value.standing.remaining == 0
    assert await _drawn(database) == [(number, 1, 500)]


async def test_more_than_was_held_is_taken_while_the_grant_lasts(
    database: Database,
) -> None:
    await _limit(database, 1_000)
    number = await _grant(database, 500)
    await reserve(database, ask(1, wanted=9_000))

    await _settle(database, 1, 1_700)

    assert await _drawn(database) == [(number, 1, 500)]
    assert await _figures(database) == [(1_200, 0, 0)]


async def test_grant_is_whole_for_who_has_overrun_a_limit(database: Database) -> None:
    await _limit(database, 1_000)
    await reserve(database, ask(1, wanted=1_000))
    await _settle(database, 1, 1_400)
    number = await _grant(database, 500)

    reserved = await reserve(database, ask(2, wanted=9_000))
    await _settle(database, 2, 500)

    assert reserved.allowance.tokens == 500
    assert await _drawn(database) == [(number, 2, 500)]
    assert await _figures(database) == [(1_400, 0, 0)]


async def test_a_grant_lasts_over_windows_until_it_is_used(
    database: Database,
) -> None:
    await _limit(database, 0)
    number = await _grant(database, 1_000)
    for message_id, days in ((1, 0), (2, 1), (3, 2)):
        now = NOW + timedelta(days=days)
        await reserve(database, ask(message_id, wanted=300, smallest=1, now=now), now=now)
        await _settle(database, message_id, 300)

    assert await _drawn(database) == [(number, each, 300) for each in (1, 2, 3)]
    assert await _figures(database, now=NOW + timedelta(days=3)) == [(0, 0, 100)]


async def test_the_most_under_any_limit_is_taken(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 10_000, TOKENS_A_DAY)
        await set_limit(tx, user(), 1_000, TOKENS_AN_HOUR)
    number = await _grant(database, 5_000)
    await reserve(database, ask(1, wanted=3_000))

    await _settle(database, 1, 3_000)

    assert await _drawn(database) == [(number, 1, 2_000)]
    assert await _figures(database) == [(1_000, 0, 3_000), (1_000, 0, 3_000)]


async def test_what_expires_first_is_drawn_first(database: Database) -> None:
    await _limit(database, 100)
    async with database.transaction() as tx:
        late = await grant(tx, user(), 500, expires_at=NOW + timedelta(days=9))
        soon = await grant(tx, user(), 400, expires_at=NOW + timedelta(days=1))
    await reserve(database, ask(1, wanted=900))

    await _settle(database, 1, 900)

    assert await _drawn(database) == [(late, 1, 400), (soon, 1, 400)]


async def test_each_unit_is_drawn_from_grants_of_its_own(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 1_000, TOKENS_A_DAY)
        await set_limit(tx, user(), 2_000, DOLLARS_A_DAY)
    tokens = await _grant(database, 5_000)
    dollars = await _grant(database, 5_000, Unit.DOLLARS)
    await reserve(database, ask(1, wanted=1_500, price=2_000_000))

    await _settle(database, 1, 1_500, cost=2_600)

    assert await _drawn(database) == [(tokens, 1, 500), (dollars, 1, 600)]


async def test_a_roles_grant_is_drawn_by_each_member_for_themselves(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, role(ARTIST), 0)
        number = await grant(tx, role(ARTIST), 700)
    for message_id, user_id in ((1, ADA), (2, GRACE)):
        request = ask(message_id, user_id=user_id, wanted=600, role_ids=(ARTIST,))
        await reserve(database, request)
        await _settle(database, message_id, 600)

    assert await _drawn(database) == [(number, 1, 600), (number, 2, 600)]
    for user_id in (ADA, GRACE):
        left = await _figures(database, user_id=user_id, role_ids=(ARTIST,))
        assert left == [(0, 0, 100)]


async def test_two_answers_over_midnight_use_a_grant_once(
    database: Database,
) -> None:
    await _limit(database, 0)
    number = await _grant(database, 1_000)
    before, after = MIDNIGHT - timedelta(seconds=1), MIDNIGHT + timedelta(seconds=1)
    await reserve(database, ask(1, wanted=700, smallest=1, now=before), now=before)

    second = await reserve(database, ask(2, wanted=700, smallest=1, now=after), now=after)
    await _settle(database, 2, 300)
    await _settle(database, 1, 700)

    assert second.allowance.tokens == 300
    assert await _drawn(database) == [(number, 1, 700), (number, 2, 300)]


async def test_an_answer_admitted_by_a_slower_clock_is_counted_on(
    database: Database,
) -> None:
    await _limit(database, 0)
    await _grant(database, 1_000)
    before, after = MIDNIGHT - timedelta(seconds=1), MIDNIGHT + timedelta(seconds=1)
    await reserve(database, ask(1, wanted=700, smallest=1, now=after), now=after)

    second = await reserve(database, ask(2, wanted=700, smallest=1, now=before), now=before)

    assert second.allowance.tokens == 300


async def test_what_was_revoked_meanwhile_is_not_drawn(database: Database) -> None:
    await _limit(database, 1_000)
    number = await _grant(database, 500)
    await reserve(database, ask(1, wanted=9_000))
    async with database.transaction() as tx:
        await revoke(tx, number)

    await _settle(database, 1, 1_500)

    assert await _drawn(database) == []
    assert await _figures(database) == [(1_500, 0, 0)]


async def test_what_expires_while_it_is_being_answered_is_still_drawn(database: Database) -> None:
    await _limit(database, 1_000)
    async with database.transaction() as tx:
        number = await grant(tx, user(), 500, expires_at=NOW + timedelta(seconds=1))
    await reserve(database, ask(1, wanted=9_000))

    async with database.transaction() as tx:
        await ledger().settle(tx, 1, charge(1_500), now=NOW + timedelta(minutes=1))

    assert await _drawn(database) == [(number, 1, 500)]


async def test_a_grant_that_has_expired_gives_nothing(database: Database) -> None:
    await _limit(database, 0)
    async with database.transaction() as tx:
        await grant(tx, user(), 500, expires_at=NOW)

    with pytest.raises(QuotaExceeded):
        await reserve(database, ask(1, smallest=1))


async def test_a_grant_given_meanwhile_pays_for_the_rest(
    database: Database,
) -> None:
    await _limit(database, 1_000)
    await reserve(database, ask(1, wanted=1_000))
    await _grant(database, 500)

    await _settle(database, 1, 1_300)

    assert [(message, amount) for _, message, amount in await _drawn(database)] == [(1, 300)]


async def test_who_is_unlimited_draws_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), None)
    await _grant(database, 500)
    await reserve(database, ask(1, wanted=9_000))

    await _settle(database, 1, 9_000)

    assert await _drawn(database) == []


async def test_answer_admitted_before_a_grant_draws_from_it_as_well(database: Database) -> None:
    """Else who is granted something in the middle of an answer would keep too much of it."""
    await _limit(database, 1_000)
    await reserve(database, ask(1, wanted=1_000))  # all of the limit
    await _grant(database, 500)
    await reserve(database, ask(2, wanted=500))

    await _settle(database, 2, 500)  # the later one first: the limit covers it
    await _settle(database, 1, 1_000)

    assert await _figures(database) == [(1_000, 0, 0)]
    assert [(message, amount) for _, message, amount in await _drawn(database)] == [(1, 500)]
