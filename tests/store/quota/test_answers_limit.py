"""Limits in answers: each one counts, however short; what failed before any text does not."""

import pytest

from bot.core.answers.events import Ending
from bot.core.quota.allowance import Charge
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Unit
from bot.store.database import Database
from tests.store.rulings import ANSWERS_A_DAY, grant, set_limit, user
from tests.store.samples import ADA, NOW, ask, charge, ledger, reserve

BY = ledger(None)


async def _limit(database: Database, answers: int) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), answers, ANSWERS_A_DAY)


async def _answer(database: Database, message_id: int, charged: Charge) -> int:
    """Returns how many answers count afterwards."""
    await reserve(database, ask(message_id), by=BY)
    async with database.transaction() as tx:
        settled = await BY.settle(tx, message_id, charged, now=NOW)
    assert settled is not None
    return settled.standings[0].spent


async def test_as_many_answers_are_given_as_the_limit_says(database: Database) -> None:
    await _limit(database, 3)

    counted = [await _answer(database, number, charge(1)) for number in (1, 2, 3)]
    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(4), by=BY)

    assert counted == [1, 2, 3]
    assert refused.value.standing.limit.measure == ANSWERS_A_DAY
    assert refused.value.standing.remaining == 0


async def test_answers_that_are_being_written_count(database: Database) -> None:
    await _limit(database, 2)
    await reserve(database, ask(1), by=BY)
    await reserve(database, ask(2), by=BY)

    with pytest.raises(QuotaExceeded) as refused:
        await reserve(database, ask(3), by=BY)

    assert (refused.value.standing.spent, refused.value.standing.reserved) == (0, 2)


async def test_an_answer_gets_all_the_tokens_that_it_wants(database: Database) -> None:
    await _limit(database, 1)

    reserved = await reserve(database, ask(1, wanted=4_000), by=BY)

    assert reserved.allowance.tokens == 4_000
    assert reserved.allowance.bound is None


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.REFUSED])
async def test_what_has_used_nothing_is_no_answer(database: Database, ending: Ending) -> None:
    await _limit(database, 1)

    counted = await _answer(database, 1, Charge(ending=ending, model="gpt-test"))
    again = await reserve(database, ask(2), by=BY)

    assert counted == 0
    assert again.allowance.tokens == 4_000


async def test_answers_beyond_the_limit_are_drawn_from_a_grant(database: Database) -> None:
    await _limit(database, 1)
    async with database.transaction() as tx:
        await grant(tx, user(ADA), 2, Unit.ANSWERS)

    for number in (1, 2, 3):
        assert await _answer(database, number, charge(700)) == 1
    with pytest.raises(QuotaExceeded):
        await reserve(database, ask(4), by=BY)
