"""Models that may be chosen, by what people type."""

import pytest

from bot.core.models.offers import Offer, find_offer, suggest_offers
from bot.core.models.tokens import ModelCard


def offer(name: str, endpoint: str = "main") -> Offer:
    return Offer(name=name, endpoint=endpoint, card=ModelCard(name=name))


PRO, MINI, LLAMA = offer("gpt-5.2-pro"), offer("gpt-5-mini"), offer("Llama-3", "home")
OFFERED = (PRO, MINI, LLAMA)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("gpt-5-mini", MINI), (" GPT-5-Mini ", MINI), ("llama-3", LLAMA), ("gpt-5", None), ("", None)],
)
def test_model_is_found_by_its_whole_name_whatever_the_case(
    typed: str, found: Offer | None
) -> None:
    assert find_offer(OFFERED, typed) == found


def test_names_that_differ_in_case_are_told_apart() -> None:
    upper, lower = offer("M"), offer("m")

    assert find_offer((upper, lower), "m") == lower
    assert find_offer((upper, lower), " m") is None


def test_suggestions_begin_with_what_is_typed_then_hold_it() -> None:
    held = offer("o-gpt")

    assert suggest_offers((held, *OFFERED), "gpt") == (PRO, MINI, held)


def test_typed_model_is_suggested_before_longer_names() -> None:
    short = offer("GPT-5")

    assert suggest_offers((MINI, PRO, short), "gpt-5") == (short, MINI, PRO)


def test_everything_is_suggested_before_anything_is_typed() -> None:
    assert suggest_offers(OFFERED, "") == OFFERED


def test_models_are_suggested_by_their_endpoint_too() -> None:
    assert suggest_offers(OFFERED, "home") == (LLAMA,)
