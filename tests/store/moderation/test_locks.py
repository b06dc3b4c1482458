"""Two processes at once: the second one sees what the first has done, whatever they share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from bot.core.messages.incoming_message import Place
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit
from bot.store.database import Connection, Database
from bot.store.quota.counters import EVERYTHING
from bot.store.quota.ledger import Reserved
from tests.store.rulings import (
    TOKENS_A_DAY,
    TOKENS_AN_HOUR,
    channel,
    grant,
    server,
    set_limit,
    user,
)
from tests.store.samples import ADA, GRACE, LIMIT, NOW, PLACE, SHOP, ask, charge, ledger, reserve

pytestmark = pytest.mark.proof

ELSEWHERE = Place(guild_id=SHOP + 1, channel_id=501)
_A_MOMENT = 0.15  # seconds: the second process has come as far as it can

Step = Callable[[Connection], Awaitable[object]]


@pytest.fixture
async def two_processes(url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Database.open(url))
        yield first, await stack.enter_async_context(Database.open(url))


async def _reserve_while(
    databases: tuple[Database, Database],
    first: Step,
    second: Callable[[Database], Awaitable[Reserved]],
) -> Reserved:
    """Let `second` run while the transaction that `first` has been done in is still open."""
    async with asyncio.TaskGroup() as tasks, databases[0].transaction() as tx:
        await first(tx)
        waiting = tasks.create_task(_outcome(second(databases[1])))
        await asyncio.sleep(_A_MOMENT)
        assert not waiting.done()
    outcome = waiting.result()
    if isinstance(outcome, QuotaExceeded):
        raise outcome
    return outcome


async def _outcome(reserving: Awaitable[Reserved]) -> Reserved | QuotaExceeded:
    try:
        return await reserving
    except QuotaExceeded as refused:
        return refused


async def test_two_answers_of_one_member_are_admitted_in_turn(
    two_processes: tuple[Database, Database],
) -> None:
    reserved = await _reserve_while(
        two_processes,
        lambda tx: ledger().reserve(tx, ask(1, wanted=9_000), now=NOW),
        lambda database: reserve(database, ask(2, wanted=4_000)),
    )

    assert reserved.allowance.tokens == 1_000


async def test_two_members_under_a_channels_cap_are_admitted_in_turn(
    two_processes: tuple[Database, Database],
) -> None:
    thread = Place(guild_id=SHOP, channel_id=777, parent_id=PLACE.channel_id)
    async with two_processes[0].transaction() as tx:
        await set_limit(tx, channel(PLACE.channel_id), 5_000)

    reserved = await _reserve_while(
        two_processes,
        lambda tx: ledger().reserve(tx, ask(1, wanted=4_000), now=NOW),
        lambda database: reserve(database, ask(2, user_id=GRACE, place=thread)),
    )

    assert reserved.allowance.tokens == 1_000


async def test_two_members_under_a_servers_cap_are_admitted_in_turn(
    two_processes: tuple[Database, Database],
) -> None:
    async with two_processes[0].transaction() as tx:
        await set_limit(tx, server(), 5_000)

    reserved = await _reserve_while(
        two_processes,
        lambda tx: ledger().reserve(tx, ask(1, wanted=4_000), now=NOW),
        lambda database: reserve(database, ask(2, user_id=GRACE)),
    )

    assert reserved.allowance.tokens == 1_000


async def test_two_servers_under_one_cap_are_admitted_in_turn(
    two_processes: tuple[Database, Database],
) -> None:
    caps = (Limit(subject=EVERYTHING, measure=TOKENS_A_DAY, amount=5_000),)
    by = ledger(None, caps=caps)

    reserved = await _reserve_while(
        two_processes,
        lambda tx: by.reserve(tx, ask(1, wanted=4_000), now=NOW),
        lambda database: reserve(database, ask(2, user_id=GRACE, place=ELSEWHERE), by=by),
    )

    assert reserved.allowance.tokens == 1_000


async def test_a_grant_in_use_is_not_counted_on_by_others(
    two_processes: tuple[Database, Database],
) -> None:
    async with two_processes[0].transaction() as tx:
        await grant(tx, user(ADA), 2_000)
    await reserve(two_processes[0], ask(1, wanted=LIMIT + 2_000))

    with pytest.raises(QuotaExceeded) as refused:
        await _reserve_while(
            two_processes,
            lambda tx: ledger().settle(tx, 1, charge(LIMIT + 2_000), now=NOW),
            lambda database: reserve(database, ask(2)),
        )

    assert refused.value.standing.granted == 0


async def test_two_members_without_a_common_cap_do_not_wait(
    postgresql_url: str,
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Database.open(postgresql_url))
        second = await stack.enter_async_context(Database.open(postgresql_url, patience=1))
        async with first.transaction() as tx:
            await ledger().reserve(tx, ask(1), now=NOW)

            reserved = await reserve(second, ask(2, user_id=GRACE))

    assert reserved.allowance.tokens == 4_000


async def test_many_answers_under_many_caps_wait_in_no_ring(
    two_processes: tuple[Database, Database],
) -> None:
    async with two_processes[0].transaction() as tx:
        await set_limit(tx, server(), 10**9)
        for number in range(4):
            await set_limit(tx, channel(500 + number), 10**9)
            await grant(tx, user(ADA + number), 10**6)
            await set_limit(tx, user(ADA + number), 50, TOKENS_AN_HOUR)

    async def answer(number: int) -> None:
        database = two_processes[number % 2]
        place = Place(guild_id=SHOP, channel_id=500 + number % 4)
        request = ask(number, user_id=ADA + number // 4 % 4, place=place, wanted=600)
        await reserve(database, request)
        async with database.transaction() as tx:
            await ledger().settle(tx, number, charge(100), now=NOW)

    await asyncio.gather(*(answer(number) for number in range(1, 41)))

    async with two_processes[0].reading() as conn:
        assert await ledger().verify(conn) == []
