"""Errors about changes that moderators want to make.

The tree of all errors is drawn in `core/errors.py`.
"""

from enum import StrEnum

from bot.core.errors import Refusal
from bot.core.moderation.changes import Change, Obstacle


class ModerationFault(StrEnum):
    """Faults in a change that a moderator wants."""

    SUBJECT = "subject"  # it is not for such a subject
    AMOUNT = "amount"  # nothing, or less
    UNLIMITED_CAP = "unlimited-cap"  # a cap without an amount is none
    PAST = "past"  # it would be over before it began


class ModerationRefused(Refusal):
    """That can't be changed so; nothing has been."""

    def __init__(self, fault: ModerationFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class CannotUndo(Refusal):
    """A change can't be taken back. `change` is the one in the way, where there is one."""

    def __init__(self, change: Change | None, *, because: Obstacle) -> None:
        super().__init__(because.value)
        self.change = change
        self.because = because


class NotAllowed(Refusal):
    """Only moderators may do that."""
