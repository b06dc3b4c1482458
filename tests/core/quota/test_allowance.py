"""The allowance that a reservation grants, charges, what is taken from grants, and warnings of caps."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.answers.events import Ending, Usage
from bot.core.calendar.periods import Period
from bot.core.models.tokens import RateCard
from bot.core.quota.allowance import (
    Allowance,
    AllowanceRequest,
    Charge,
    crossing,
    grant_allowance,
    needed_from_grants,
)
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import NOTHING, Amounts, Unit
from bot.core.quota.standings import Standing, with_reserved
from tests.core.quota.standings import TODAY, answers, dollars, standing

PRICES = RateCard(input=2_000_000, output=8_000_000)  # 2 and 8 micro-dollars a token
FREE = RateCard(input=0, output=0)


def wants(
    tokens: int = 8_000, smallest: int = 1_000, prices: RateCard | None = None
) -> AllowanceRequest:
    return AllowanceRequest(tokens=tokens, smallest=smallest, prices=prices)


# -- the allowance --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standings", "granted", "bound"),
    [
        pytest.param([], 8_000, None, id="no-limit"),
        pytest.param([standing(None)], 8_000, None, id="unlimited"),
        pytest.param([standing(50_000)], 8_000, None, id="plenty"),
        pytest.param([standing(8_000)], 8_000, None, id="exactly-what-is-wanted"),
        pytest.param([standing(10_000, 3_000, 2_000)], 5_000, 0, id="what-is-left"),
        pytest.param([standing(10_000, 9_000)], 1_000, 0, id="exactly-the-smallest"),
        pytest.param(
            [standing(9_000), standing(3_000), standing(7_000)], 3_000, 1, id="the-tightest"
        ),
        pytest.param([standing(None), standing(3_000)], 3_000, 1, id="a-limit-beside-none"),
        pytest.param([standing(2_000, 2_000, granted=1_500)], 1_500, 0, id="of-a-grant-alone"),
        pytest.param([answers(5, 4)], 8_000, None, id="the-last-of-five-answers"),
    ],
)
def test_an_allowance_is_what_is_wanted_or_what_is_left(
    standings: list[Standing], granted: int, bound: int | None
) -> None:
    allowance = grant_allowance(standings, wants())

    assert allowance.tokens == granted
    assert allowance.bound == (None if bound is None else standings[bound])
    assert allowance.held == Amounts(tokens=granted, answers=1)


@pytest.mark.parametrize(
    "refusing",
    [
        pytest.param(standing(20_000, 15_000, 4_001), id="tokens"),
        pytest.param(answers(5, 4, 1), id="answers"),
        pytest.param(dollars(8_000, 1), id="dollars"),
        pytest.param(standing(1_000, 1_000, granted=999), id="a-grant-too-small"),
    ],
)
def test_too_little_left_is_refused_with_the_limit_that_refuses(refusing: Standing) -> None:
    with pytest.raises(QuotaExceeded) as refused:
        grant_allowance([standing(None), standing(9_000), refusing], wants(prices=PRICES))

    assert refused.value.standing is refusing
    assert refused.value.has_price


def test_a_full_ceiling_is_named_before_any_other_limit() -> None:
    full = standing(2_000, 2_000)
    ceiling = replace(full, limit=replace(full.limit, is_ceiling=True))

    for standings in ([full, ceiling, full], [ceiling, full], [full, ceiling]):
        with pytest.raises(QuotaExceeded) as refused:
            grant_allowance(standings, wants())
        assert refused.value.standing is ceiling


def test_an_unknown_price_is_refused_under_dollars() -> None:
    with pytest.raises(QuotaExceeded) as refused:
        grant_allowance([dollars(10**9)], wants(prices=None))

    assert not refused.value.has_price


def test_an_unknown_price_matters_to_no_other_limit() -> None:
    assert grant_allowance([standing(9_000), answers(1)], wants(prices=None)).tokens == 8_000


def test_what_costs_nothing_is_answered_with_no_dollar_left() -> None:
    allowance = grant_allowance([dollars(100, 100)], wants(prices=FREE))

    assert (allowance.tokens, allowance.microusd) == (8_000, 0)


@pytest.mark.parametrize(
    ("left", "held", "has_purse"),
    [
        # 8,000 tokens cost 64,000 micro-dollars at most.
        pytest.param(64_000, 64_000, False, id="enough-for-all"),
        pytest.param(10**9, 64_000, False, id="more-than-enough"),
        pytest.param(63_999, 63_999, True, id="a-little-less"),
        pytest.param(8_000, 8_000, True, id="exactly-the-smallest"),
    ],
)
def test_dollars_that_are_left_are_held_and_bound_the_answer(
    left: int, held: int, has_purse: bool
) -> None:
    limit = dollars(left)

    allowance = grant_allowance([limit], wants(prices=PRICES))

    assert allowance.held == Amounts(tokens=8_000, microusd=held, answers=1)
    assert (allowance.purse is not None) == has_purse
    assert allowance.bound == (limit if has_purse else None)


amounts = st.integers(0, 100_000)
units = st.sampled_from(Unit)
held_standings = st.lists(
    st.builds(
        standing,
        st.none() | amounts,
        amounts,
        amounts,
        granted=amounts,
        unit=units,
        period=st.sampled_from(Period),
    ),
    max_size=6,
)
prices = st.builds(RateCard, input=st.integers(0, 200_000_000), output=st.integers(0, 200_000_000))
wanteds = st.builds(wants, st.integers(1_000, 50_000), st.integers(1, 1_000), st.none() | prices)


def grant_or_refuse(standings: list[Standing], wanted: AllowanceRequest) -> Allowance | None:
    try:
        return grant_allowance(iter(standings), wanted)
    except QuotaExceeded:
        return None


@given(held_standings, wanteds)
def test_an_allowance_overruns_no_limit_in_any_unit(
    standings: list[Standing], wanted: AllowanceRequest
) -> None:
    allowance = grant_or_refuse(standings, wanted)

    assume(allowance is not None)
    assert allowance is not None
    assert wanted.smallest <= allowance.tokens <= wanted.tokens
    for each in standings:
        if each.remaining is not None:
            assert allowance.held.of(each.limit.measure.unit) <= each.remaining


@given(held_standings, st.integers(1_000, 50_000), st.integers(1, 1_000))
def test_only_too_little_left_is_refused(
    standings: list[Standing], tokens: int, smallest: int
) -> None:
    counted = [each for each in standings if each.limit.measure.unit is not Unit.DOLLARS]
    left = [each.remaining for each in counted if each.remaining is not None]
    no_answer_left = any(
        each.remaining == 0 for each in counted if each.limit.measure.unit is Unit.ANSWERS
    )
    tokens_left = [
        each.remaining
        for each in counted
        if each.remaining is not None and each.limit.measure.unit is Unit.TOKENS
    ]

    allowance = grant_or_refuse(counted, wants(tokens, smallest))

    if no_answer_left or min([tokens, *tokens_left]) < smallest:
        assert allowance is None
    else:
        assert allowance is not None
        assert allowance.tokens == min([tokens, *tokens_left])
    assert left or allowance is not None


@given(st.integers(1, 10**7), prices, st.integers(1_000, 50_000), st.data())
def test_an_answer_costs_no_more_than_is_held(
    left: int, rates: RateCard, tokens: int, data: st.DataObject
) -> None:
    allowance = grant_or_refuse([dollars(left)], wants(tokens, 1, rates))
    assume(allowance is not None)
    assert allowance is not None
    purse = allowance.purse

    sent = data.draw(st.integers(0, allowance.tokens))
    room = allowance.tokens - sent
    if purse is not None:
        room = min(room, purse.output_room(sent))
    assume(room >= 0)
    written = data.draw(st.integers(0, room))

    cost = rates.cost(Usage(input_tokens=sent, output_tokens=written))
    assert cost <= allowance.microusd <= left


@given(st.lists(amounts, min_size=1, max_size=4), st.integers(1, 9_000), st.integers(1, 1_000))
def test_answers_at_once_never_hold_more_than_any_limit(
    limits: list[int], wanted: int, smallest: int
) -> None:
    standings: tuple[Standing, ...] = tuple(
        standing(amount, unit=unit) for amount, unit in zip(limits, Unit, strict=False)
    )
    asking = wants(max(wanted, smallest), smallest, PRICES)

    for _ in range(50):
        try:
            standings = with_reserved(standings, grant_allowance(standings, asking).held)
        except QuotaExceeded:
            break

    assert all(each.reserved <= (each.amount or 0) for each in standings)


# -- what an answer has used ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "cost", "amounts"),
    [
        pytest.param(
            Usage(input_tokens=700, output_tokens=300, cached_tokens=512, reasoning_tokens=64),
            4_321,
            Amounts(tokens=1_000, microusd=4_321, answers=1),
            id="cached-is-part-of-input-and-reasoning-of-output",
        ),
        pytest.param(
            Usage(input_tokens=700, output_tokens=0),
            None,
            Amounts(tokens=700, answers=1),
            id="no-price-known",
        ),
        pytest.param(
            Usage(input_tokens=0, output_tokens=0),
            None,
            NOTHING,
            id="failed-before-any-text-is-no-answer",
        ),
    ],
)
def test_a_charge_counts_what_was_used(usage: Usage, cost: int | None, amounts: Amounts) -> None:
    charge = Charge(ending=Ending.COMPLETED, model="gpt", usage=usage, cost_microusd=cost)

    assert charge.amounts == amounts


# -- grants ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standings", "drawn"),
    [
        pytest.param([], NOTHING, id="nothing-limits"),
        pytest.param([standing(1_000)], NOTHING, id="all-within-the-limit"),
        pytest.param([standing(1_000, 700)], Amounts(tokens=200), id="what-the-limit-leaves-over"),
        pytest.param([standing(1_000, 1_400)], Amounts(tokens=500), id="no-more-than-was-used"),
        pytest.param(
            [standing(1_000, 700), standing(1_000, 900, period=Period.WEEK)],
            Amounts(tokens=400),
            id="the-most-under-any-limit-of-the-unit",
        ),
        pytest.param([standing(None, 10**9)], NOTHING, id="unlimited"),
        pytest.param(
            [dollars(100, 90), answers(3, 3), standing(10_000)],
            Amounts(microusd=60, answers=1),
            id="each-unit-by-itself",
        ),
        pytest.param(
            [standing(1_000, 700, granted=10**9)], Amounts(tokens=200), id="whatever-is-granted"
        ),
    ],
)
def test_what_limits_do_not_cover_is_taken_from_grants(
    standings: list[Standing], drawn: Amounts
) -> None:
    used = Amounts(tokens=500, microusd=70, answers=1)

    assert needed_from_grants(standings, used) == drawn


@given(held_standings, st.integers(0, 10**6), st.integers(0, 10**6))
def test_after_what_was_taken_every_limit_covers_the_rest(
    standings: list[Standing], tokens: int, microusd: int
) -> None:
    used = Amounts(tokens=tokens, microusd=microusd, answers=1)

    rest = used - needed_from_grants(standings, used)

    for each in standings:
        unit = each.limit.measure.unit
        assert 0 <= rest.of(unit) <= used.of(unit)
        if each.amount is not None:
            assert rest.of(unit) <= max(0, each.amount - each.spent)


# -- warnings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [
        pytest.param(0, 499, None, id="not-yet"),
        pytest.param(499, 500, 50, id="exactly-half"),
        pytest.param(500, 799, None, id="told-already"),
        pytest.param(500, 800, 80, id="four-fifths"),
        pytest.param(0, 999, 80, id="two-shares-in-one-leap-are-told-once"),
        pytest.param(999, 1_000, 100, id="all"),
        pytest.param(0, 5_000, 100, id="far-beyond"),
        pytest.param(1_000, 1_200, None, id="beyond-already"),
        pytest.param(500, 500, None, id="nothing-was-used"),
    ],
)
def test_a_cap_warns_once_of_each_share(before: int, after: int, percent: int | None) -> None:
    cap = standing(1_000).limit

    found = crossing(cap, TODAY, before=before, after=after)

    assert (found and found.percent) == percent
    assert found is None or (found.spent, found.window) == (after, TODAY)


@pytest.mark.parametrize("amount", [pytest.param(None, id="none"), pytest.param(0, id="nothing")])
def test_where_nothing_may_be_used_nothing_is_warned_of(amount: int | None) -> None:
    cap = replace(standing(1_000).limit, amount=amount)

    assert crossing(cap, TODAY, before=0, after=10**6) is None


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**5), max_size=30))
def test_each_share_is_told_once_and_the_last_always(amount: int, steps: list[int]) -> None:
    cap = standing(amount).limit
    told, spent = [], 0

    for step in steps:
        found = crossing(cap, TODAY, before=spent, after=spent + step)
        spent += step
        if found is not None:
            told.append(found.percent)

    assert told == sorted(set(told))
    highest = max((each for each in (50, 80, 100) if spent * 100 >= amount * each), default=None)
    assert (told[-1] if told else None) == highest
