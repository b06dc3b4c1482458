"""The cost of a question, estimated by the same steps as its answer."""

from dataclasses import replace

import pytest

from bot.chat.terminal.cost_estimate import TYPICAL_ANSWER, Cost, estimate_cost
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.models.tokens import ModelCard, RateCard, TileRule
from tests.chat.conftest import SETTINGS

CARD = ModelCard(
    name="tiles-1",
    image_rule=TileRule(base=85, per_tile=170),
    rate_card=RateCard(input=1_000_000, output=2_000_000),
)


def estimate(*frames: tuple[int, int], card: ModelCard = CARD, question: str = "") -> Cost:
    return estimate_cost(frames or ((512, 512),), card, SETTINGS, name="cat", question=question)


def test_picture_and_text_are_priced_by_the_models_card() -> None:
    cost = estimate()

    assert cost.image_tokens >= 85 + 170
    assert cost.text_tokens > 0
    assert cost.input_microusd == cost.image_tokens + cost.text_tokens
    assert cost.answer_microusd == 2 * TYPICAL_ANSWER
    assert (cost.sent, cost.is_reduced) == ((512, 512), False)


def test_price_that_nobody_knows_is_not_guessed() -> None:
    cost = estimate(card=replace(CARD, rate_card=None))

    assert cost.image_tokens > 0
    assert (cost.input_microusd, cost.answer_microusd) == (None, None)


def test_each_frame_of_an_animation_costs() -> None:
    assert estimate((512, 512), (512, 512)).image_tokens == 2 * estimate().image_tokens


def test_question_adds_to_the_text_alone() -> None:
    short, long = estimate(), estimate(question="what is it? " * 20)

    assert long.text_tokens > short.text_tokens
    assert long.image_tokens == short.image_tokens


def test_question_beyond_one_answer_is_refused() -> None:
    with pytest.raises(QuestionTooLarge):
        estimate(question="many words " * 5_000)
