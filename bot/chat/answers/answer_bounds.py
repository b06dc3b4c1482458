"""The bounds of one answer: by its allowance, the model, and the operator's settings."""

from bot.chat.settings import AnswerSettings
from bot.core.conversation.bounds import Bounds
from bot.core.models.tokens import Detail, ModelCard, Purse


def bounds_of(
    card: ModelCard,
    settings: AnswerSettings,
    *,
    allowance: int,
    detail: Detail | None = None,
    purse: Purse | None = None,
) -> Bounds:
    """`detail` is what goes with the pictures; None: as the operator has it."""
    detail = settings.detail if detail is None else detail
    ceilings = (settings.max_output_tokens, card.max_output_tokens, allowance)
    return Bounds(
        allowance=allowance,
        context_tokens=card.context_tokens,
        max_output_tokens=min(ceiling for ceiling in ceilings if ceiling is not None),
        smallest_output=settings.smallest_answer,
        max_images=settings.max_images,
        rule=card.rule_for(detail),
        detail=detail,
        takes_files=card.takes_files,
        purse=purse,
    )
