"""Errors about questions that can't be answered as they are.

The tree of all errors is drawn in `core/errors.py`.
"""

from bot.core.conversation.turns import LeftOut
from bot.core.errors import Refusal


class QuestionTooLarge(Refusal):
    """The question alone does not fit into one answer's allowance."""

    def __init__(self, *, needed: int, allowed: int) -> None:
        super().__init__(f"the question needs about {needed} tokens, {allowed} are allowed")
        self.needed = needed
        self.allowed = allowed


class NothingToRead(Refusal):
    """The question consists of pictures or files alone, and none of them can be read."""

    def __init__(self, left_out: tuple[LeftOut, ...]) -> None:
        super().__init__()
        self.left_out = left_out


class AlreadyAnswered(Refusal):
    """This message is being answered or has been: a replayed event, or another process was first."""
