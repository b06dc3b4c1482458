"""Looking a model up: its price by the endpoint, its name and its host."""

import pytest

from bot.core.models.tokens import RateCard
from bot.responses.models import find_card

OPENAI = "https://api.openai.com/v1"


def test_price_at_gptproto_is_gptprotos() -> None:
    card = find_card("gpt-5.2-pro", "https://gptproto.com/v1")

    assert card.rate_card == RateCard(input=14_700_000, output=117_600_000)
    assert card.context_tokens == 400_000


def test_price_at_openai_is_the_list_price() -> None:
    rate_card = find_card("gpt-5.2-pro", OPENAI).rate_card

    assert rate_card == RateCard(input=21_000_000, output=168_000_000)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [("gpt-5.2-pro", "http://localhost:4000"), ("gpt-4o-imitation", OPENAI), ("llava:13b", OPENAI)],
)
def test_price_that_is_not_known_is_none(model: str, base_url: str) -> None:
    assert find_card(model, base_url).rate_card is None


def test_built_in_describer_is_free_wherever_it_listens() -> None:
    card = find_card("built-in-describer", "http://127.0.0.1:40123/v1")

    assert card.rate_card == RateCard(input=0, output=0)


def test_card_keeps_the_name_as_configured() -> None:
    assert find_card("openai/GPT-5.2-pro", OPENAI).name == "openai/GPT-5.2-pro"


@pytest.mark.parametrize(
    ("base_url", "endpoint"),
    [
        (OPENAI, "api.openai.com"),
        ("localhost:4000/v1", "localhost"),
        ("http://127.0.0.1:8123", "127.0.0.1"),
        ("built-in", "built-in"),
        ("", ""),
    ],
)
def test_card_names_the_host_that_serves_the_model(base_url: str, endpoint: str) -> None:
    assert find_card("m", base_url).endpoint == endpoint
