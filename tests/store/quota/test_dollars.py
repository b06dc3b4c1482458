"""Limits in dollars: what an answer may cost is held back, and it costs no more."""

import pytest

from bot.core.answers.events import Usage
from bot.core.models.tokens import RateCard
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Amounts
from bot.store.database import Database
from tests.store.rulings import DOLLARS_A_DAY, server, set_limit, user
from tests.store.samples import GRACE, NOW, ask, charge, ledger, reserve

PRICE = 3_000_000  # micro-dollars a million tokens: three for each
BY = ledger(None)


async def _limit(database: Database, microusd: int) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), microusd, DOLLARS_A_DAY)


async def test_what_all_wanted_tokens_may_cost_is_held_back(database: Database) -> None:
    await _limit(database, 20_000)

    reserved = await reserve(database, ask(1, wanted=4_000, price=PRICE), by=BY)

    (standing,) = reserved.standings
    assert reserved.allowance.held == Amounts(tokens=4_000, microusd=12_000, answers=1)
    assert (standing.reserved, standing.remaining) == (12_000, 8_000)


async def test_the_next_answer_may_cost_what_is_left(database: Database) -> None:
    await _limit(database, 20_000)
    await reserve(database, ask(1, wanted=4_000, price=PRICE), by=BY)

    reserved = await reserve(database, ask(2, wanted=4_000, price=PRICE), by=BY)

    purse = reserved.allowance.purse
    assert reserved.allowance.microusd == 8_000
    assert purse is not None
    # Whatever share of it is input, the rest is affordable and one more token is not.
    for sent in (0, 100, 1_500):
        written = purse.output_room(sent)
        rates = RateCard(input=PRICE, output=PRICE)
        assert rates.cost(Usage(input_tokens=sent, output_tokens=written)) <= 8_000
        assert rates.cost(Usage(input_tokens=sent, output_tokens=written + 1)) > 8_000


async def test_less_than_the_smallest_answer_costs_is_refused(database: Database) -> None:
    await _limit(database, 1_499)

    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(1, smallest=500, price=PRICE), by=BY)

    assert refused.value.has_price
    assert refused.value.standing.remaining == 1_499


async def test_an_unknown_price_is_refused_whatever_is_left(database: Database) -> None:
    await _limit(database, 10**12)

    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(1, price=None), by=BY)

    assert not refused.value.has_price


async def test_what_costs_nothing_is_answered_with_nothing_left(database: Database) -> None:
    await _limit(database, 0)

    reserved = await reserve(database, ask(1, price=0), by=BY)

    assert reserved.allowance.held == Amounts(tokens=4_000, answers=1)


async def test_the_true_cost_is_booked_the_rest_given_back(database: Database) -> None:
    await _limit(database, 20_000)
    await reserve(database, ask(1, wanted=4_000, price=PRICE), by=BY)

    async with database.transaction() as tx:
        settled = await BY.settle(tx, 1, charge(1_000, cost=2_345), now=NOW)

    assert settled is not None
    (standing,) = settled.standings
    assert (standing.spent, standing.reserved, standing.remaining) == (2_345, 0, 17_655)


async def test_an_answer_whose_cost_nobody_knows_counts_nothing_in_dollars(
    database: Database,
) -> None:
    await reserve(database, ask(1), by=BY)
    async with database.transaction() as tx:
        await BY.settle(tx, 1, charge(1_000, cost=None), now=NOW)
    await _limit(database, 20_000)

    reserved = await reserve(database, ask(2, price=PRICE), by=BY)

    assert reserved.standings[0].spent == 0


async def test_answers_within_their_allowance_never_cost_more_than_the_limit(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, server(), 50_000, DOLLARS_A_DAY)
    spent, message_id = 0, 0

    while True:
        message_id += 1
        try:
            request = ask(message_id, user_id=GRACE, wanted=3_333, smallest=7, price=PRICE)
            held = (await reserve(database, request, by=BY)).allowance
        except QuotaExceeded:
            break
        spent += held.microusd
        async with database.transaction() as tx:
            await BY.settle(tx, message_id, charge(held.tokens, cost=held.microusd), now=NOW)

    assert 50_000 - 7 * 3 < spent <= 50_000
