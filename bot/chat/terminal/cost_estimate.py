"""The cost of a question about a picture, before it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.settings import AnswerSettings
from bot.chat.terminal.file_description import fit_alone, plan_look
from bot.core.answers.events import Usage
from bot.core.conversation.question import DESCRIBE
from bot.core.conversation.turns import Image, Role, Turn
from bot.core.models.tokens import Detail, ModelCard
from bot.core.vision.views import Size, view_of

TYPICAL_ANSWER = 300  # tokens of output


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """For one model. Money is in micro-dollars; None: the model's prices are not known."""

    card: ModelCard
    sent: Size  # of each frame
    detail: Detail
    image_tokens: int
    text_tokens: int
    input_microusd: int | None
    is_reduced: bool  # smaller than usual, to fit into what one answer may use
    answer_microusd: int | None  # for a typical answer, without the input


def estimate_cost(
    frames: Sequence[Size], card: ModelCard, settings: AnswerSettings, *, name: str, question: str
) -> Cost:
    """Estimate by the same steps as an answer. Raises QuestionTooLarge.

    `frames` are the picture's true sizes: several of an animation.
    """
    plan = plan_look(card, settings, question, frames[0])
    look = plan.looks[0].shared_by(len(frames))
    views = [view_of(size, look) for size in frames]
    images = (
        Image(hash="", media_type="", width=view.width, height=view.height, name=name)
        for view in views
    )
    turn = Turn(role=Role.USER, text=question or DESCRIBE, images=tuple(images))
    context = fit_alone(turn, card, settings, plan.detail)
    estimate = context.estimate
    return Cost(
        card=card,
        sent=(views[0].width, views[0].height),
        detail=plan.detail,
        is_reduced=views[0].is_reduced,
        image_tokens=estimate.images,
        text_tokens=estimate.text,
        input_microusd=_price(card, input_tokens=estimate.text + estimate.images),
        answer_microusd=_price(card, output_tokens=TYPICAL_ANSWER),
    )


def _price(card: ModelCard, *, input_tokens: int = 0, output_tokens: int = 0) -> int | None:
    if card.rate_card is None:
        return None
    return card.rate_card.cost(Usage(input_tokens=input_tokens, output_tokens=output_tokens))
