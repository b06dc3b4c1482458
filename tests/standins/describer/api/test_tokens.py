"""Tokens of pictures and of text."""

import pytest

from bot.core.models.tokens import PatchRule, image_tokens
from bot.standins.describer.api.tokens import image_tokens as describers_image_tokens
from bot.standins.describer.api.tokens import text_tokens


@pytest.mark.parametrize(
    "size", [(1, 1), (33, 32), (900, 420), (1800, 2400), (4000, 3000), (20_000, 20), (5000, 64)]
)
def test_picture_costs_what_the_documented_rule_says(size: tuple[int, int]) -> None:
    rule = PatchRule(budget=1536, multiplier=1.2)

    assert describers_image_tokens(*size) == image_tokens(*size, rule)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("the cat", 2), ("2026", 2), ("你好", 2), ("a, b", 3)]
)
def test_text_costs_about_what_a_tokenizer_says(text: str, tokens: int) -> None:
    assert text_tokens(text) == tokens
