"""Orders of pictures: what may be ordered, what it takes, and what it is charged."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.answers.events import (
    NOTHING_USED,
    Completed,
    Ending,
    Failed,
    Failure,
    PicturesCounted,
    Refused,
    Usage,
)
from bot.core.models.tokens import ModelCard, RateCard, estimate_text
from bot.core.pictures.errors import OrderFault, OrderRefused
from bot.core.pictures.orders import (
    INPUT_PICTURE,
    LONGEST_PROMPT,
    STATE_TOKENS,
    TOOL_OVERHEAD,
    Menu,
    PictureCall,
    PictureCard,
    PictureOrder,
    PicturePrices,
    charge_for_pictures,
)
from bot.core.quota.allowance import Charge

ORDER = PictureOrder(prompt="a cat", size="1024x1024", quality="low")
PRICES = PicturePrices(text=5_000_000, image=10_000_000, output=40_000_000)
CARD = PictureCard(name="gpt-image-1", assumed=7_000, prices=PRICES)
CALLER = ModelCard(name="m", rate_card=RateCard(input=1_000_000, output=2_000_000))
COUNTED = PicturesCounted(text_tokens=20, image_tokens=30, output_tokens=1_000)
MENU = Menu(sizes=("auto", "1024x1024"), qualities=("auto", "low"), max_count=2)
DONE = Completed(usage=None)
BROKEN = Failed(failure=Failure.BROKEN_STREAM)


def charge(*attempts: PictureCall, card: PictureCard = CARD, **changes: Any) -> Charge:
    return charge_for_pictures(Ending.COMPLETED, card, replace(ORDER, **changes), attempts, given=0)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"prompt": " \n"}, OrderFault.NO_PROMPT),
        ({"prompt": "x" * (LONGEST_PROMPT + 1)}, OrderFault.TOO_LONG),
        ({"size": "64x64"}, OrderFault.SIZE),
        ({"quality": "hd"}, OrderFault.QUALITY),
        ({"count": 0}, OrderFault.COUNT),
        ({"count": 3}, OrderFault.COUNT),
    ],
)
def test_order_of_what_is_not_offered_names_the_first_fault(
    changes: dict[str, Any], fault: OrderFault
) -> None:
    with pytest.raises(OrderRefused) as refused:
        MENU.check(replace(ORDER, **changes))

    assert refused.value.fault is fault


def test_order_of_what_is_offered_is_taken() -> None:
    MENU.check(ORDER)


@pytest.mark.parametrize(
    ("size", "quality", "tokens"),
    [
        ("1024x1024", "low", 272),
        ("1536x1024", "high", 6_208),
        ("auto", "low", 408),  # the most it can be
        ("1024x1024", "auto", 4_160),
        ("auto", "auto", 6_240),
        ("2048x2048", "high", 7_000),  # not published
    ],
)
def test_known_model_takes_the_published_tokens(size: str, quality: str, tokens: int) -> None:
    assert CARD.tokens(replace(ORDER, size=size, quality=quality)) == tokens


def test_states_on_the_way_count_among_the_tokens() -> None:
    assert replace(CARD, partials=2).tokens(ORDER) == 272 + 2 * STATE_TOKENS


def test_unknown_model_takes_the_configured_tokens() -> None:
    assert replace(CARD, name="something-else").tokens(ORDER) == 7_000


def test_reservation_covers_every_picture_and_its_input() -> None:
    order = replace(ORDER, count=2)
    each = 272 + TOOL_OVERHEAD + estimate_text("a cat") + 3 * INPUT_PICTURE

    assert replace(CARD, caller=CALLER).needed(order, given=3) == 2 * each


def test_reported_tokens_are_charged_as_they_are() -> None:
    made = PictureCall(was_sent=True, has_begun=True, made=1, counted=COUNTED, ended=DONE)

    assert charge(made) == Charge(
        ending=Ending.COMPLETED,
        model="gpt-image-1",
        usage=Usage(input_tokens=50, output_tokens=1_000),
        cost_microusd=100 + 300 + 40_000,
    )


def test_two_pictures_are_charged_together() -> None:
    made = PictureCall(was_sent=True, has_begun=True, made=1, counted=COUNTED, ended=DONE)

    together = charge(made, made)

    assert together.usage == Usage(input_tokens=100, output_tokens=2_000)
    assert together.cost_microusd == 2 * 40_400


def test_tools_caller_is_charged_beside_the_picture() -> None:
    usage = Usage(input_tokens=2_000, output_tokens=60, cached_tokens=5)
    made = PictureCall(
        was_sent=True, has_begun=True, made=1, counted=COUNTED, ended=Completed(usage=usage)
    )

    charged = charge(made, card=replace(CARD, caller=CALLER))

    assert charged.usage == usage + Usage(input_tokens=50, output_tokens=1_000)
    assert charged.cost_microusd == 40_400 + 2_000 + 120
    assert not charged.is_estimated


def test_unknown_price_of_the_caller_leaves_the_cost_unknown() -> None:
    usage = Usage(input_tokens=2_000, output_tokens=60)
    made = PictureCall(was_sent=True, made=1, counted=COUNTED, ended=Completed(usage=usage))
    card = replace(CARD, caller=ModelCard(name="m"))

    assert charge(made, card=card).cost_microusd is None


def test_picture_of_which_nothing_is_reported_is_charged_by_estimate() -> None:
    made = PictureCall(was_sent=True, has_begun=True, made=1, ended=DONE)

    charged = charge(made)

    assert charged.is_estimated
    assert charged.usage == Usage(input_tokens=estimate_text("a cat"), output_tokens=272)


@pytest.mark.parametrize(
    "attempt",
    [
        PictureCall(was_sent=True),  # stopped before anything came
        PictureCall(was_sent=True, has_begun=True),  # stopped after a state
        PictureCall(was_sent=True, has_begun=True, ended=BROKEN),  # broke off after a state
    ],
)
def test_picture_that_was_begun_is_charged_by_estimate(attempt: PictureCall) -> None:
    charged = charge(attempt)

    assert charged.is_estimated
    assert charged.usage.output_tokens == 272
    assert charged.cost_microusd is not None
    assert charged.cost_microusd > 272 * 40


@pytest.mark.parametrize("ended", [BROKEN, Refused(usage=None)])
def test_call_that_fails_or_is_declined_before_anything_is_free(ended: Failed | Refused) -> None:
    attempt = PictureCall(was_sent=True, ended=ended)

    for card in (CARD, replace(CARD, caller=CALLER)):
        charged = charge(attempt, card=card)
        assert charged.usage == NOTHING_USED
        assert charged.cost_microusd == 0
        assert not charged.is_estimated


def test_refusal_that_reports_its_usage_is_charged_with_that() -> None:
    usage = Usage(input_tokens=2_000, output_tokens=30)
    declined = PictureCall(was_sent=True, text="No.", ended=Refused(usage=usage))

    charged = charge(declined, card=replace(CARD, caller=CALLER))

    assert charged.usage == usage
    assert charged.cost_microusd == 2_000 + 60
    assert not charged.is_estimated


def test_what_an_attempt_before_has_reported_stays_charged() -> None:
    made = PictureCall(
        was_sent=True,
        made=1,
        counted=COUNTED,
        ended=DONE,
        earlier=Usage(input_tokens=500, output_tokens=0),
    )

    charged = charge(made, card=replace(CARD, caller=CALLER))

    assert charged.usage.input_tokens >= 500 + 50
    assert charged.cost_microusd is not None
    assert charged.cost_microusd >= 40_400 + 500


def test_call_that_was_never_sent_costs_nothing() -> None:
    assert charge(PictureCall()).usage == NOTHING_USED
    assert charge().usage == NOTHING_USED


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        ({"low 1024x1024": 11_000, "low": 1, "any": 2}, 11_000),
        ({"low": 12_000, "1024x1024": 1}, 12_000),
        ({"1024x1024": 13_000, "any": 1}, 13_000),
        ({"any": 14_000}, 14_000),
        ({"high": 1}, 40_400),  # by the tokens
    ],
)
def test_price_of_a_picture_goes_before_that_of_tokens(prices: dict[str, int], cost: int) -> None:
    made = PictureCall(was_sent=True, has_begun=True, made=1, counted=COUNTED, ended=DONE)

    assert charge(made, card=replace(CARD, per_picture=prices)).cost_microusd == cost


def test_cost_of_an_unpriced_model_is_unknown() -> None:
    made = PictureCall(was_sent=True, made=1, counted=COUNTED, ended=DONE)

    assert charge(made, card=replace(CARD, prices=None)).cost_microusd is None
