"""What the catalogue knows, and what it does not pretend to know."""

import pytest

from bot.core.tokens import ImageRule, PatchRule, RateCard, TileRule, UnknownRule
from bot.responses.models import find_card

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


def test_price_at_gptproto_is_gptprotos() -> None:
    card = find_card("gpt-5.2-pro", "https://gptproto.com/v1")

    assert card.rate_card == RateCard(input=14_700_000, output=117_600_000)
    assert card.context_tokens == 400_000


def test_price_at_openai_is_the_list_price() -> None:
    rate_card = find_card("gpt-5.2-pro", OPENAI).rate_card

    assert rate_card == RateCard(input=21_000_000, output=168_000_000)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [("gpt-5.2-pro", "http://localhost:4000"), ("gpt-4o", OPENAI), ("llava:13b", OPENAI)],
)
def test_price_that_is_not_known_is_none(model: str, base_url: str) -> None:
    assert find_card(model, base_url).rate_card is None


def test_card_keeps_the_name_as_configured() -> None:
    assert find_card("openai/GPT-5.2-pro", OPENAI).name == "openai/GPT-5.2-pro"
