"""Models that the operator describes."""

from pathlib import Path

import pytest

from bot.core.models.tokens import PatchRule, RateCard, TileRule, UnknownRule
from bot.responses.models import find_card
from tests.config.configurations import problems_of, read

PRICED = """
[endpoint]
base_url = "https://llm.example.org/v1"
model = "org/seer-1.5"
[models."org/seer-1.5"]
input_price = 1.25
cached_input_price = 0.125
output_price = 10
context_tokens = 64_000
max_output_tokens = 8_000
image_rule = "patches"
image_budget = 900
image_multiplier = 1
efforts = ["high", "low"]
temperature = false
streams = false
"""


def test_what_is_said_of_a_model_reaches_its_card(file: Path) -> None:
    endpoint = read(file, PRICED).endpoint

    card = find_card(endpoint.model, endpoint.base_url, endpoint.overrides)

    assert card.rate_card == RateCard(input=1_250_000, output=10_000_000, cached_input=125_000)
    assert (card.context_tokens, card.max_output_tokens) == (64_000, 8_000)
    assert card.image_rule == PatchRule(budget=900, multiplier=1.0)
    assert card.efforts == ("low", "high")
    assert card.takes_temperature is False
    assert card.streams is False


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        (
            'image_rule = "tiles"\nimage_base = 85\nimage_per_tile = 170',
            TileRule(base=85, per_tile=170),
        ),
        ('image_rule = "unknown"\nimage_assumed = 577', UnknownRule(assumed=577)),
        ('image_rule = "unknown"', UnknownRule()),
        ("efforts = []", None),
    ],
)
def test_image_rule_of_a_model_may_be_any(file: Path, keys: str, rule: object) -> None:
    config = read(file, f'[models."seer"]\n{keys}')

    assert config.endpoint.overrides["seer"].image_rule == rule


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        pytest.param(
            '[models."seer"]\ninput_price = -1\noutput_price = 2',
            'config.toml: [models."seer"] input_price is -1, '
            "but must be a number of US dollars from 0 to 1_000_000.",
            id="negative price",
        ),
        pytest.param(
            '[models."seer"]\ninput_price = nan\noutput_price = 2',
            'config.toml: [models."seer"] input_price is NaN, '
            "but must be a number of US dollars from 0 to 1_000_000.",
            id="no number",
        ),
        pytest.param(
            '[models."seer"]\noutput_price = 2',
            'config.toml: [models."seer"] has output_price without input_price: '
            "both are needed to know a cost.",
            id="half a price",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9',
            'config.toml: [models."seer"] has image_rule = "patches" without image_multiplier.',
            id="half a rule",
        ),
        pytest.param(
            '[models."seer"]\nimage_base = 85',
            'config.toml: [models."seer"] has image_base, which belongs to image_rule = "tiles".',
            id="key of another rule",
        ),
        pytest.param(
            '[models."seer"]\nefforts = ["huge"]',
            'config.toml: [models."seer"] efforts is "huge", but must be '
            '"none", "minimal", "low", "medium", "high", "xhigh" or "max".',
            id="no effort",
        ),
        pytest.param(
            '[models."seer"]\nefforts = "low"',
            'config.toml: [models."seer"] efforts is "low", but must be a list of any of '
            '"none", "minimal", "low", "medium", "high", "xhigh" or "max".',
            id="no list",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9\nimage_multiplier = 0',
            'config.toml: [models."seer"] image_multiplier is 0, '
            "but must be a number from 0.01 to 100.",
            id="multiplier of nothing",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9\nimage_multiplier = true',
            'config.toml: [models."seer"] image_multiplier is true, '
            "but must be a number from 0.01 to 100.",
            id="multiplier that is none",
        ),
    ],
)
def test_model_that_is_described_wrongly_is_told_in_one_sentence(
    file: Path, toml: str, problem: str
) -> None:
    assert problems_of(file, toml) == [problem]
