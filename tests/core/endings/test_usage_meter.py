"""The usage of one answer, counted call by call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.events import NOTHING_USED, Began, Ending, Failed, Failure, Usage
from bot.core.endings.usage_meter import UsageMeter
from bot.core.models.calibration import Estimate
from bot.core.models.output_bound import with_margin
from bot.core.models.tokens import ModelCard, Purse, RateCard, estimate_text
from bot.core.quota.allowance import Allowance

PRICES = RateCard(input=1_000_000, output=2_000_000)  # a micro-dollar, and two, for each token
CARD = ModelCard(name="first", endpoint="a", rate_card=PRICES)
DEAR = ModelCard(
    name="second", endpoint="b", rate_card=RateCard(input=10_000_000, output=20_000_000)
)
REPORT = Usage(input_tokens=100, output_tokens=10)
TEXT = "Some words of an answer."
WRITTEN = estimate_text(TEXT)


@pytest.fixture
def meter() -> UsageMeter:
    return UsageMeter(CARD)


def test_answer_without_a_request_costs_nothing(meter: UsageMeter) -> None:
    charge = meter.charge(Ending.STOPPED)

    assert (charge.usage, charge.is_estimated) == (NOTHING_USED, False)


def test_report_counts_more_than_the_estimate(meter: UsageMeter) -> None:
    meter.send(500)
    meter.write(TEXT)
    meter.report(REPORT)

    charge = meter.charge(Ending.COMPLETED)

    assert (charge.usage, charge.is_estimated, charge.cost_microusd) == (REPORT, False, 120)


def test_call_without_a_report_is_estimated(meter: UsageMeter) -> None:
    meter.send(500)
    meter.write(TEXT)

    charge = meter.charge(Ending.STOPPED)

    assert charge.usage == Usage(input_tokens=500, output_tokens=WRITTEN)
    assert charge.is_estimated


def test_rounds_are_added_up_and_text_counts_once(meter: UsageMeter) -> None:
    meter.send(500)
    meter.write(TEXT)
    meter.report(REPORT)
    meter.end_round()
    meter.send(200)
    meter.write(TEXT)

    charge = meter.charge(Ending.STOPPED)

    assert charge.usage == REPORT + Usage(input_tokens=200, output_tokens=WRITTEN)
    assert charge.is_estimated
    assert meter.text == TEXT + TEXT


def test_round_after_which_nothing_was_sent_adds_nothing(meter: UsageMeter) -> None:
    meter.send(500)
    meter.report(REPORT)
    meter.end_round()

    assert meter.charge(Ending.INCOMPLETE).usage == REPORT


def test_abandoned_request_costs_its_input_and_leaves_no_text(meter: UsageMeter) -> None:
    meter.send(500)
    meter.give_up()
    meter.send(600)
    meter.write(TEXT)
    meter.report(REPORT)

    charge = meter.charge(Ending.COMPLETED)

    assert charge.usage == REPORT + Usage(input_tokens=500, output_tokens=0)
    assert charge.is_estimated
    assert meter.text == TEXT


def test_failed_endpoints_report_is_charged_at_its_own_price(meter: UsageMeter) -> None:
    failed = Failed(failure=Failure.SERVER_ERROR, usage=REPORT)
    meter.send(500)
    meter.begin(Began(card=CARD, endpoint="main"))
    meter.begin(Began(card=DEAR, endpoint="backup", after=failed))
    meter.report(REPORT)

    charge = meter.charge(Ending.COMPLETED)

    assert (charge.model, meter.endpoint) == ("second", "backup")
    assert charge.usage == REPORT + REPORT
    assert charge.cost_microusd == 120 + 1_200


def test_endpoint_that_failed_without_a_report_is_free(meter: UsageMeter) -> None:
    meter.send(500)
    meter.begin(Began(card=DEAR, endpoint="backup", after=Failed(failure=Failure.SERVER_ERROR)))
    meter.report(REPORT)

    assert meter.charge(Ending.COMPLETED).usage == REPORT


def test_searches_of_abandoned_attempts_are_billed_too(meter: UsageMeter) -> None:
    meter.send(500)
    meter.add_cost(10_000)
    meter.give_up()
    meter.send(500)
    meter.add_cost(10_000)
    meter.report(REPORT)

    assert meter.charge(Ending.COMPLETED).cost_microusd == 20_000 + 500 + 120


def test_earlier_calls_leave_the_rest_of_tokens_and_money(meter: UsageMeter) -> None:
    allowance = Allowance(tokens=1_000, purse=Purse(microusd=20_000, prices=PRICES))
    meter.send(500)
    meter.report(REPORT)
    meter.add_cost(10_000)
    before = meter.tokens_left(allowance)
    meter.end_round()
    meter.send(200)  # not yet an earlier one

    assert (before, meter.tokens_left(allowance)) == (1_000, 890)
    assert meter.purse_left(allowance) == Purse(microusd=20_000 - 10_000 - 120, prices=PRICES)


def test_nothing_is_left_of_an_allowance_that_was_overrun(meter: UsageMeter) -> None:
    allowance = Allowance(tokens=50, purse=Purse(microusd=50, prices=PRICES))
    meter.report(REPORT)
    meter.end_round()

    assert meter.tokens_left(allowance) == 0
    assert meter.purse_left(allowance) == Purse(microusd=0, prices=PRICES)
    assert meter.purse_left(Allowance(tokens=50)) is None


@pytest.mark.parametrize(("pages", "written"), [(1, 0), (2, WRITTEN)])
def test_crash_is_told_all_but_what_the_newest_page_shows(
    meter: UsageMeter, pages: int, written: int
) -> None:
    meter.send(500)
    meter.report(REPORT)
    meter.end_round()
    meter.send(200)
    meter.write(TEXT)

    assert meter.known_to_a_crash(pages=pages) == 110 + 200 + written


SAMPLE = Estimate(text=90)


def test_sample_compares_the_first_rounds_input(meter: UsageMeter) -> None:
    meter.expect(SAMPLE)
    meter.send(100)
    meter.report(REPORT)
    meter.end_round()
    meter.report(Usage(input_tokens=900, output_tokens=1))

    assert meter.sample == (SAMPLE, 100)


def test_nothing_is_compared_without_a_report_or_a_sample(meter: UsageMeter) -> None:
    meter.expect(SAMPLE)
    without_report = meter.sample
    meter.expect(None)
    meter.report(REPORT)

    assert (without_report, meter.sample) == (None, None)


def test_sample_for_one_model_says_nothing_of_another(meter: UsageMeter) -> None:
    meter.expect(SAMPLE)
    meter.begin(Began(card=CARD, endpoint="main"))
    meter.report(REPORT)
    of_the_same = meter.sample
    meter.begin(Began(card=DEAR, endpoint="backup"))

    assert of_the_same == (SAMPLE, 100)
    assert meter.sample is None


def test_sample_of_a_request_that_was_given_up_is_forgotten(meter: UsageMeter) -> None:
    meter.expect(SAMPLE)
    meter.report(REPORT)
    meter.give_up()
    meter.report(REPORT)

    assert meter.sample is None


usages = st.builds(Usage, input_tokens=st.integers(0, 10**9), output_tokens=st.integers(0, 10**9))


def test_report_of_more_output_than_was_allowed_is_cut(meter: UsageMeter) -> None:
    """An endpoint that reported a million tokens was believed."""
    meter.send(500, most_output=100)
    meter.report(Usage(input_tokens=500, output_tokens=1_000_000, reasoning_tokens=900_000))

    charge = meter.charge(Ending.COMPLETED)

    assert charge.usage == Usage(input_tokens=500, output_tokens=210, reasoning_tokens=210)
    assert charge.is_estimated
    assert meter.claimed == 1_000_500


def test_report_within_the_margin_is_believed(meter: UsageMeter) -> None:
    meter.send(500, most_output=100)
    meter.report(Usage(input_tokens=500, output_tokens=210))

    assert not meter.charge(Ending.COMPLETED, reserved=600).is_estimated


def test_failed_attempts_report_is_cut_too(meter: UsageMeter) -> None:
    huge = Usage(input_tokens=100, output_tokens=10**9)
    meter.send(500, most_output=100)
    meter.begin(
        Began(card=CARD, endpoint="a", after=Failed(failure=Failure.SERVER_ERROR, usage=huge))
    )

    assert meter.charge(Ending.FAILED).usage.output_tokens == 210


def test_thinking_that_was_streamed_counts_in_the_estimate(meter: UsageMeter) -> None:
    meter.send(500)
    meter.think(70)

    charge = meter.charge(Ending.STOPPED)

    assert charge.usage == Usage(input_tokens=500, output_tokens=70)


def test_thinking_of_an_attempt_that_failed_is_void(meter: UsageMeter) -> None:
    meter.send(500)
    meter.think(70)
    meter.begin(Began(card=CARD, endpoint="a", after=Failed(failure=Failure.SERVER_ERROR)))

    assert meter.charge(Ending.STOPPED).usage.output_tokens == 0


@given(st.lists(st.tuples(usages, st.booleans()), min_size=1, max_size=8), st.integers(16, 50_000))
def test_no_reports_charge_more_than_was_reserved_and_the_margin(
    reports: list[tuple[Usage, bool]], reserved: int
) -> None:
    meter = UsageMeter(CARD)
    for usage, is_failure in reports:
        meter.send(10, most_output=reserved)
        failed = Failed(failure=Failure.SERVER_ERROR, usage=usage)
        meter.begin(Began(card=DEAR, endpoint="b", after=failed if is_failure else None))
        meter.report(usage)
        meter.end_round()

    charge = meter.charge(Ending.COMPLETED, reserved=reserved)

    assert charge.usage.total_tokens <= with_margin(reserved)
    assert charge.is_estimated is (charge.usage.total_tokens < meter.claimed)
