"""The operator's ceiling for a server: whatever moderators do, it is not passed in a day."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.core.messages.incoming_message import Place
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Requester
from bot.core.quota.standings import Standing
from bot.store.database import Connection, Database
from bot.store.quota.ledger import Ledger, Settled
from tests.store.rulings import (
    TOKENS_A_MONTH,
    channel,
    everyone,
    grant,
    server,
    set_limit,
    set_zone,
    user,
)
from tests.store.samples import (
    ADA,
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

CEILING = 10_000
BY = ledger(3_000, server_ceiling=CEILING)  # by days of Berlin
ELSEWHERE = Place(guild_id=SHOP + 1, channel_id=900)
NEXT_DOOR = Place(guild_id=SHOP, channel_id=PLACE.channel_id + 1)
DIRECT_MESSAGE = Place(guild_id=0, channel_id=901)

Deed = Callable[[Connection], Awaitable[object]]


@pytest.fixture
async def two_processes(url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Database.open(url)) for _ in range(2)]


async def _do(database: Database, *deeds: Deed) -> None:
    async with database.transaction() as tx:
        for deed in deeds:
            await deed(tx)


async def _settle(
    database: Database, message_id: int, tokens: int, *, now: datetime = NOW, by: Ledger = BY
) -> Settled:
    async with database.transaction() as tx:
        settled = await by.settle(tx, message_id, charge(tokens), now=now)
    assert settled is not None
    return settled


async def _fill(database: Database, tokens: int = CEILING, *, now: datetime = NOW) -> None:
    """An answer of so many tokens, for which the asker's limit is lifted."""
    await _do(database, lambda tx: set_limit(tx, everyone(), None))
    await reserve(database, ask(1_000, wanted=tokens, now=now), now=now, by=BY)
    await _settle(database, 1_000, tokens, now=now)


async def _ceiling(database: Database, *, now: datetime = NOW) -> Standing:
    async with database.reading() as conn:
        explained = await BY.explain(conn, Requester.at(PLACE, ADA), now=now)
    (found,) = [each for each in explained.standings if each.limit.is_ceiling]
    return found


async def _refused(database: Database, *, now: datetime = NOW, user_id: int = GRACE) -> Standing:
    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(2_000, user_id=user_id, now=now), now=now, by=BY)
    return refused.value.standing


@pytest.mark.parametrize(
    "deeds",
    [
        pytest.param([lambda tx: set_limit(tx, everyone(), None)], id="everyone-unlimited"),
        pytest.param([lambda tx: set_limit(tx, user(GRACE), 10**9)], id="a-high-limit"),
        pytest.param([lambda tx: set_limit(tx, server(), 10**9)], id="a-high-cap"),
        pytest.param(
            [
                lambda tx: set_limit(tx, server(), 10**9, TOKENS_A_MONTH),
                lambda tx: set_limit(tx, channel(PLACE.channel_id), 10**9),
            ],
            id="other-caps",
        ),
        pytest.param([lambda tx: grant(tx, user(GRACE), 10**9)], id="a-grant"),
        pytest.param([lambda tx: BY.reset(tx, moderation(user_id=ADA))], id="a-reset"),
        pytest.param([lambda tx: set_zone(tx, "Pacific/Kiritimati")], id="a-zone-of-tomorrow"),
        pytest.param([lambda tx: set_zone(tx, "Pacific/Pago_Pago")], id="a-zone-behind"),
        pytest.param([lambda tx: set_zone(tx, "Asia/Kathmandu")], id="a-zone-of-odd-minutes"),
    ],
)
async def test_a_servers_owner_can_not_lift_the_ceiling(
    database: Database, deeds: list[Deed]
) -> None:
    await _fill(database)

    await _do(database, *deeds)

    standing = await _refused(database)
    assert standing.limit == BY.ceiling(SHOP)
    assert (standing.spent, standing.remaining) == (CEILING, 0)


async def test_all_members_share_the_ceiling_over_all_channels(database: Database) -> None:
    await reserve(database, ask(1, wanted=3_000), by=BY)
    await _settle(database, 1, 2_900)
    await reserve(database, ask(2, user_id=GRACE, wanted=3_000, place=NEXT_DOOR), by=BY)
    await reserve(database, ask(3, user_id=13, wanted=3_000), by=BY)

    last = await reserve(database, ask(4, user_id=14, wanted=3_000), by=BY)

    assert last.allowance.tokens == 1_100
    assert last.allowance.bound is not None
    assert last.allowance.bound.limit.is_ceiling
    assert (last.standings[-1].spent, last.standings[-1].reserved) == (2_900, 7_100)


async def test_what_a_grant_pays_for_counts(database: Database) -> None:
    await _do(
        database,
        lambda tx: set_limit(tx, user(), 0),
        lambda tx: grant(tx, user(), 50_000),
    )
    await reserve(database, ask(1, wanted=9_000), by=BY)
    await _settle(database, 1, 9_000)

    second = await reserve(database, ask(2, wanted=9_000), by=BY)

    assert second.allowance.tokens == 1_000


async def test_what_was_forgiven_counts(database: Database) -> None:
    await _fill(database, 4_000)

    await _do(database, lambda tx: BY.reset(tx, moderation()))

    assert (await _ceiling(database)).spent == 4_000


async def test_other_servers_and_direct_messages_do_not_count(
    database: Database,
) -> None:
    await _fill(database)

    elsewhere = await reserve(database, ask(1, wanted=2_000, place=ELSEWHERE), by=BY)
    direct = await reserve(database, ask(2, wanted=3_000, place=DIRECT_MESSAGE), by=BY)

    assert elsewhere.allowance.tokens == 2_000
    assert direct.allowance.tokens == 3_000
    assert not any(each.limit.is_ceiling for each in direct.standings)


async def test_it_counts_beside_a_cap_on_everything(database: Database) -> None:
    everything = ledger(None, server_ceiling=3_000)
    await reserve(database, ask(1, wanted=2_000), by=everything)
    await reserve(database, ask(2, wanted=2_000, place=ELSEWHERE), by=everything)

    here = await reserve(database, ask(3), by=everything)

    assert here.allowance.tokens == 1_000


async def test_it_has_room_again_at_the_operators_midnight(
    database: Database,
) -> None:
    await _do(database, lambda tx: set_zone(tx, "Asia/Tokyo"))
    await _fill(database)
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)  # in Berlin

    before = await _refused(database, now=midnight - timedelta(microseconds=1))
    after = await reserve(database, ask(1, now=midnight), now=midnight, by=BY)

    assert before.window.resets_at == midnight
    assert after.allowance.tokens == 4_000


async def test_an_hour_over_midnight_counts_where_it_began(
    database: Database,
) -> None:
    await _do(database, lambda tx: set_zone(tx, "Asia/Kolkata"))
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    await _fill(database, now=midnight + timedelta(minutes=5))

    still = await _refused(database, now=midnight + timedelta(minutes=29))
    moved = midnight + timedelta(minutes=29)
    await _do(database, lambda tx: set_zone(tx, "Europe/Berlin"))
    today = await _ceiling(database, now=moved)

    assert still.window.resets_at == midnight + timedelta(minutes=30)
    assert (still.spent, today.spent) == (CEILING, 0)
    assert today.window.key > still.window.key


async def test_what_was_held_before_midnight_is_booked_there(database: Database) -> None:
    late = datetime(2026, 11, 21, 22, 58, tzinfo=UTC)
    after = late + timedelta(minutes=3)
    await reserve(database, ask(1, wanted=3_000, now=late), now=late, by=BY)

    held = await _ceiling(database, now=after)
    settled = await _settle(database, 1, 3_000, now=after)

    assert (held.spent, held.reserved) == (0, 0)
    assert settled.standings[-1].spent == 0
    assert (await _ceiling(database, now=late)).spent == 3_000


async def test_a_server_that_keeps_moving_gets_no_more(
    database: Database,
) -> None:
    await _do(database, lambda tx: set_limit(tx, everyone(), None))
    zones = ("Pacific/Kiritimati", "Asia/Kolkata", "Pacific/Pago_Pago", "UTC", "Asia/Tokyo") * 2
    granted = 0

    for number, zone in enumerate(zones):
        await _do(database, partial(set_zone, zone=zone))
        request = ask(number, wanted=3_000, smallest=1)
        try:
            granted += (await reserve(database, request, by=BY)).allowance.tokens
        except QuotaExceeded:
            continue
        await _settle(database, number, 3_000)

    assert granted == CEILING


async def test_many_at_once_in_many_processes_do_not_pass_it(
    two_processes: list[Database],
) -> None:
    await _do(two_processes[0], lambda tx: set_limit(tx, everyone(), None))

    async def answer(number: int) -> int:
        database = two_processes[number % 2]
        request = ask(number, user_id=ADA + number, wanted=700, smallest=1)
        try:
            allowance = (await reserve(database, request, by=BY)).allowance
        except QuotaExceeded:
            return 0
        if number % 3:
            await _settle(database, number, allowance.tokens)
        return allowance.tokens

    granted = await asyncio.gather(*(answer(number) for number in range(1, 31)))

    assert sum(granted) == CEILING


async def test_each_share_of_the_ceiling_is_told_once(database: Database) -> None:
    await _do(
        database,
        lambda tx: set_limit(tx, everyone(), None),
        lambda tx: set_zone(tx, "Pacific/Kiritimati"),  # where it is another day
    )
    told = []

    for message_id in range(1, 11):
        await reserve(database, ask(message_id, wanted=1_000), by=BY)
        settled = await _settle(database, message_id, 1_000)
        told += [(each.limit.is_ceiling, each.percent) for each in settled.crossings]

    assert told == [(True, 50), (True, 80), (True, 100)]


async def test_a_share_passed_in_a_past_day_is_not_told(database: Database) -> None:
    await _do(database, lambda tx: set_limit(tx, everyone(), None))
    await reserve(database, ask(1, wanted=CEILING), by=BY)

    settled = await _settle(database, 1, CEILING, now=NOW + timedelta(days=1))

    assert settled.crossings == ()
