"""Caps: what all share in a channel with its threads, in a server, and in everything."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.calendar.periods import Period
from bot.core.messages.incoming_message import Place
from bot.core.quota.allowance import Crossing
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.rules import OperatorRules, default_limits
from bot.store.database import Database
from bot.store.quota.counters import EVERYTHING
from bot.store.quota.ledger import Ledger, Settled
from tests.store.rulings import (
    ANSWERS_A_DAY,
    DOLLARS_A_DAY,
    TOKENS_A_DAY,
    channel,
    grant,
    server,
    set_limit,
    set_zone,
    user,
)
from tests.store.samples import ADA, GRACE, NOW, PLACE, SHOP, ask, charge, ledger, reserve

pytestmark = pytest.mark.proof

THREAD = Place(guild_id=SHOP, channel_id=777, parent_id=PLACE.channel_id)
NEXT_DOOR = Place(guild_id=SHOP, channel_id=PLACE.channel_id + 1)
ELSEWHERE = Place(guild_id=SHOP + 1, channel_id=900)
DIRECT_MESSAGE = Place(guild_id=0, channel_id=901)


def capped(amount: int, measure: Measure = TOKENS_A_DAY) -> Ledger:
    """Nobody is limited; everything is."""
    return ledger(None, caps=(Limit(subject=EVERYTHING, measure=measure, amount=amount),))


@pytest.fixture
async def two_processes(url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Database.open(url)) for _ in range(2)]


async def _settle(
    database: Database, message_id: int, tokens: int, *, by: Ledger, now: datetime = NOW
) -> tuple[Crossing, ...]:
    async with database.transaction() as tx:
        settled = await by.settle(tx, message_id, charge(tokens, cost=tokens), now=now)
    assert isinstance(settled, Settled)
    return settled.crossings


async def test_a_channel_with_its_threads_is_capped_together(database: Database) -> None:
    by = ledger(None)
    async with database.transaction() as tx:
        await set_limit(tx, channel(PLACE.channel_id), 5_000)
    await reserve(database, ask(1, wanted=3_000), by=by)
    await reserve(database, ask(2, user_id=GRACE, wanted=1_500, place=THREAD), by=by)

    elsewhere = await reserve(database, ask(3, wanted=9_000, place=NEXT_DOOR), by=by)
    there = await reserve(database, ask(4, wanted=9_000), by=by)

    assert elsewhere.allowance.tokens == 9_000
    assert there.allowance.tokens == 500
    assert there.allowance.bound is not None
    assert there.allowance.bound.limit.subject == channel(PLACE.channel_id)


async def test_a_server_is_capped_over_all_its_channels(database: Database) -> None:
    by = ledger(None)
    async with database.transaction() as tx:
        await set_limit(tx, server(), 5_000)
    await reserve(database, ask(1, wanted=3_000), by=by)
    await _settle(database, 1, 2_000, by=by)
    await reserve(database, ask(2, user_id=GRACE, wanted=2_700, place=NEXT_DOOR), by=by)

    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(3, place=THREAD), by=by)

    standing = refused.value.standing
    assert standing.limit.subject == server()
    assert (standing.spent, standing.reserved, standing.remaining) == (2_000, 2_700, 300)


async def test_a_cap_of_one_server_is_none_of_another(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, server(), 0)

    reserved = await reserve(database, ask(1, place=ELSEWHERE), by=ledger(None))

    assert reserved.standings == ()


async def test_everything_is_capped_over_all_servers_and_direct_messages(
    database: Database,
) -> None:
    by = capped(10_000)
    await reserve(database, ask(1, wanted=3_000), by=by)
    await _settle(database, 1, 3_000, by=by)
    await reserve(database, ask(2, wanted=3_000, place=ELSEWHERE), by=by)
    await reserve(database, ask(3, wanted=3_000, place=DIRECT_MESSAGE), by=by)

    reserved = await reserve(database, ask(4, user_id=GRACE), by=by)

    assert reserved.allowance.tokens == 1_000


async def test_servers_in_two_zones_share_a_cap_on_one_day(
    database: Database,
) -> None:
    # 23:30 in Berlin is tomorrow in Kolkata, and is booked there.
    late = datetime(2026, 11, 21, 22, 55, tzinfo=UTC)
    by = capped(5_000)
    async with database.transaction() as tx:
        await set_zone(tx, "Asia/Kolkata", guild_id=ELSEWHERE.guild_id)
    await reserve(database, ask(1, place=ELSEWHERE, now=late), now=late, by=by)

    today = await reserve(database, ask(2, now=late), now=late, by=by)
    after = late + timedelta(minutes=6)
    tomorrow = await reserve(database, ask(3, now=after), now=after, by=by)

    assert today.allowance.tokens == 4_000
    assert tomorrow.allowance.tokens == 1_000


async def test_a_moved_server_counts_held_amounts_where_they_are_booked(
    database: Database,
) -> None:
    late = datetime(2026, 11, 21, 23, 58, tzinfo=UTC)  # 22 November in Berlin
    by = Ledger(ZoneInfo("Europe/Berlin"), OperatorRules(default=default_limits(5_000)))
    await reserve(database, ask(1, now=late), now=late, by=by)
    async with database.transaction() as tx:
        await set_zone(tx, "UTC")

    the_21st = await reserve(database, ask(2, now=late), now=late, by=by)
    after = late + timedelta(minutes=3)
    the_22nd = await reserve(database, ask(3, now=after), now=after, by=by)

    assert the_21st.allowance.tokens == 4_000
    assert the_22nd.allowance.tokens == 1_000


async def test_a_grant_lifts_no_cap(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 0)
        await set_limit(tx, server(), 1_500)
        await grant(tx, user(), 9_000)

    reserved = await reserve(database, ask(1))

    assert reserved.allowance.tokens == 1_500


async def test_an_own_limit_and_every_cap_bind_side_by_side(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 4_000)
        await set_limit(tx, channel(PLACE.channel_id), 3_000)
        await set_limit(tx, server(), 1, ANSWERS_A_DAY)

    first = await reserve(database, ask(1, wanted=9_000))
    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(2, user_id=GRACE, place=NEXT_DOOR))

    assert first.allowance.tokens == 3_000
    assert refused.value.standing.limit.measure == ANSWERS_A_DAY


async def test_each_share_of_a_cap_is_told_once(database: Database) -> None:
    by = ledger(None)
    async with database.transaction() as tx:
        await set_limit(tx, channel(PLACE.channel_id), 1_000)
    told = []

    for message_id in range(1, 13):
        with_room = ask(message_id, wanted=1, smallest=1)
        try:
            await reserve(database, with_room, by=by)
        except QuotaExceeded:
            continue
        found = await _settle(database, message_id, 100, by=by)
        told += [(each.percent, each.spent) for each in found]

    assert told == [(50, 500), (80, 800), (100, 1_000)]


@pytest.mark.parametrize(
    ("subject", "measure"),
    [
        pytest.param(channel(PLACE.channel_id), TOKENS_A_DAY, id="channel"),
        pytest.param(server(), DOLLARS_A_DAY, id="server"),
        pytest.param(server(), ANSWERS_A_DAY, id="answers"),
        pytest.param(EVERYTHING, TOKENS_A_DAY, id="everything"),
    ],
)
async def test_each_share_is_told_once_however_many_processes_there_are(
    two_processes: list[Database], subject: Subject, measure: Measure
) -> None:
    amount = 20 if measure.unit is Unit.ANSWERS else 2_000
    by = ledger(None)
    if subject.kind is SubjectKind.EVERYTHING:
        by = capped(amount, measure)
    else:
        async with two_processes[0].transaction() as tx:
            await set_limit(tx, subject, amount, measure)
    price = 1_000_000 if measure.unit is Unit.DOLLARS else None
    messages = range(1, 21)
    for number in messages:
        request = ask(number, user_id=ADA + number % 3, wanted=100, smallest=100, price=price)
        await reserve(two_processes[number % 2], request, by=by)

    told = await asyncio.gather(
        *(_settle(two_processes[number % 2], number, 100, by=by) for number in messages)
    )

    assert Counter(each.percent for found in told for each in found) == {50: 1, 80: 1, 100: 1}


async def test_a_share_passed_in_a_past_window_is_not_told(database: Database) -> None:
    by = capped(1_000)
    await reserve(database, ask(1, wanted=1_000), by=by)

    told = await _settle(database, 1, 1_000, by=by, now=NOW + timedelta(days=1))

    assert told == ()


async def test_limits_of_members_are_not_told_of(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 1_000)
    await reserve(database, ask(1, wanted=1_000))

    assert await _settle(database, 1, 1_000, by=ledger()) == ()


@pytest.mark.parametrize("period", list(Period))
async def test_a_cap_has_room_again_in_the_next_window(database: Database, period: Period) -> None:
    by = capped(1_000, Measure(unit=Unit.TOKENS, period=period))
    await reserve(database, ask(1, wanted=1_000), by=by)
    await _settle(database, 1, 1_000, by=by)
    async with database.reading() as conn:
        explained = await by.explain(conn, ask(2).requester, now=NOW)
    resets_at = explained.standings[0].window.resets_at

    before = resets_at - timedelta(microseconds=1)
    with pytest.raises(QuotaExceeded):
        await reserve(database, ask(2, now=before), now=before, by=by)
    again = await reserve(database, ask(3, now=resets_at), now=resets_at, by=by)

    assert again.allowance.tokens == 1_000
