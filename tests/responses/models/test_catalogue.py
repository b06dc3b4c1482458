"""The catalogue's facts, and what it does not pretend to know."""

import pytest

from bot.core.models.tokens import Detail, ImageRule, PatchRule, RateCard, TileRule, UnknownRule
from bot.responses.models import WELL_KNOWN, KnownAt, find_card

OPENAI = "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        ("gpt-5.2-pro", PatchRule(budget=1536, multiplier=1.2)),
        ("openai/gpt-5.2-pro", PatchRule(budget=1536, multiplier=1.2)),
        ("gpt-5-mini-2025-08-07", PatchRule(budget=1536, multiplier=1.2)),
        ("gpt-5-nano", PatchRule(budget=1536, multiplier=1.5)),
        ("gpt-5.4", PatchRule(budget=2500, multiplier=1.2, max_side=2048)),
        ("gpt-5.4-mini", PatchRule(budget=1536, multiplier=1.2)),
        ("gpt-4.1-mini", PatchRule(budget=1536, multiplier=1.62)),
        ("gpt-4o-2024-08-06", TileRule(base=85, per_tile=170)),
        ("gpt-4o-mini", TileRule(base=2833, per_tile=5667)),
        ("gpt-5.1", TileRule(base=70, per_tile=140)),
        ("o3", TileRule(base=75, per_tile=150)),
        ("llava:13b", UnknownRule()),
        ("gpt-4o-imitation", UnknownRule()),
    ],
)
def test_model_has_the_image_rule_of_its_family(model: str, rule: ImageRule) -> None:
    assert find_card(model, OPENAI).image_rule == rule


LOW_UP = ("low", "medium", "high")


@pytest.mark.parametrize(
    ("model", "efforts", "takes_temperature"),
    [
        ("gpt-4o", (), True),
        ("gpt-4.1", (), True),
        ("gpt-5", ("minimal", *LOW_UP), False),
        ("gpt-5-pro", ("high",), False),
        ("o3", LOW_UP, False),
        ("gpt-5.1", ("none", *LOW_UP), True),
        ("gpt-5.2", ("none", *LOW_UP, "xhigh"), True),
        ("gpt-5.2-chat-latest", ("medium",), False),
        ("gpt-5.2-pro", ("medium", "high", "xhigh"), False),
        ("gpt-5.5-pro", ("medium", "high", "xhigh"), False),
        ("gpt-5.5", ("none", *LOW_UP, "xhigh"), False),
        ("llava:13b", None, None),
    ],
)
def test_efforts_and_temperature_are_those_that_the_api_accepts(
    model: str, efforts: tuple[str, ...] | None, takes_temperature: bool | None
) -> None:
    card = find_card(model, OPENAI)

    assert (card.efforts, card.takes_temperature) == (efforts, takes_temperature)


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("gpt-4o", RateCard(input=2_500_000, output=10_000_000, cached_input=1_250_000)),
        ("gpt-5-nano", RateCard(input=50_000, output=400_000, cached_input=5_000)),
        ("gpt-5.2-2025-12-11", RateCard(input=1_750_000, output=14_000_000, cached_input=175_000)),
        ("gpt-6.1-terra", RateCard(input=1_000_000, output=5_000_000, cached_input=50_000)),
    ],
)
def test_list_price_is_in_whole_microdollars(model: str, price: RateCard) -> None:
    assert find_card(model, OPENAI).rate_card == price


@pytest.mark.parametrize(
    ("model", "context", "output", "streams"),
    [
        ("gpt-4o", 128_000, 16_384, True),
        ("gpt-5.2-pro", 400_000, 128_000, True),
        ("gpt-5-pro", 400_000, 272_000, False),
        ("o1-pro", 200_000, 100_000, False),
        ("gpt-5.4", 1_050_000, 128_000, True),
        ("llava:13b", 128_000, None, True),
    ],
)
def test_window_and_longest_output_are_known(
    model: str, context: int, output: int | None, streams: bool
) -> None:
    card = find_card(model, OPENAI)

    assert (card.context_tokens, card.max_output_tokens, card.streams) == (
        context,
        output,
        streams,
    )


def test_only_newer_models_know_the_original_detail() -> None:
    original = PatchRule(budget=10_000, multiplier=1.2, max_side=6000)

    assert find_card("gpt-5.4", OPENAI).rule_for(Detail.ORIGINAL) == original
    assert find_card("gpt-5.2", OPENAI).rule_for(Detail.ORIGINAL) == PatchRule(
        budget=1536, multiplier=1.2
    )


@pytest.mark.parametrize("known", WELL_KNOWN, ids=str)
def test_well_known_models_have_prices_and_an_image_rule(known: KnownAt) -> None:
    card = find_card(known.model, known.base_url)

    assert card.rate_card is not None
    assert card.image_rule != UnknownRule()
