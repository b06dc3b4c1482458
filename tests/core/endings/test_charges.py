"""What an answer is charged where more than one call was made for it."""

from bot.core.answers.events import NOTHING_USED, Ending, Usage
from bot.core.endings.charges import CallUsage, add_extra, charge_for
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.quota.allowance import Charge

DEAR = ModelCard(name="dear", rate_card=RateCard(input=10_000_000, output=20_000_000))
CHEAP = ModelCard(name="cheap", rate_card=RateCard(input=1_000_000, output=2_000_000))
UNPRICED = ModelCard(name="home")
USED = Usage(input_tokens=100, output_tokens=10)


def charge(
    card: ModelCard,
    *abandoned: CallUsage,
    ending: Ending = Ending.COMPLETED,
    input_estimate: int = 0,
) -> Charge:
    return charge_for(
        ending=ending,
        card=card,
        reported=USED if ending is Ending.COMPLETED else None,
        earlier=abandoned,
        input_estimate=input_estimate,
        text="",
    )


def attempt(card: ModelCard, *, is_estimated: bool = False) -> CallUsage:
    return CallUsage(card=card, usage=USED, is_estimated=is_estimated)


def test_single_call_costs_by_its_own_card() -> None:
    assert charge(CHEAP) == Charge(
        ending=Ending.COMPLETED, model="cheap", usage=USED, cost_microusd=120
    )


def test_each_call_costs_by_its_own_models_card() -> None:
    both = charge(CHEAP, attempt(DEAR))

    assert (both.model, both.usage.total_tokens) == ("cheap", 220)
    assert both.cost_microusd == 120 + 1_200
    assert not both.is_estimated


def test_estimated_call_makes_the_whole_an_estimate() -> None:
    assert charge(CHEAP, attempt(DEAR, is_estimated=True)).is_estimated


def test_cost_is_unknown_where_one_price_is() -> None:
    assert charge(CHEAP, attempt(UNPRICED)).cost_microusd is None


def test_call_that_used_nothing_needs_no_price() -> None:
    nothing = CallUsage(card=UNPRICED, usage=NOTHING_USED, is_estimated=False)

    assert charge(CHEAP, nothing).cost_microusd == 120


def test_answer_that_nobody_reported_on_is_charged_by_estimate() -> None:
    stopped = charge_for(
        ending=Ending.STOPPED, card=CHEAP, reported=None, earlier=(), input_estimate=500, text="Hi"
    )

    assert (stopped.usage.input_tokens, stopped.usage.output_tokens) == (500, 2)
    assert stopped.is_estimated


def test_web_searches_are_added_to_a_known_cost() -> None:
    assert add_extra(charge(CHEAP), 10_000).cost_microusd == 10_120
    assert add_extra(charge(UNPRICED), 10_000).cost_microusd is None


def test_failure_before_any_text_that_nobody_reported_on_is_free() -> None:
    failed = charge(DEAR, ending=Ending.FAILED, input_estimate=500)

    assert (failed.usage, failed.cost_microusd) == (NOTHING_USED, 0)
