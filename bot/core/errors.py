"""Every error of Glimpse's own.

GlimpseError
├── ConfigurationError      the start stops; one sentence for each mistake
├── StartFailed             the start stops; one sentence
├── Refusal                 expected, worded for the user by core/wording
│   ├── QuotaExceeded
│   │   └── PictureTooDear
│   ├── Blocked
│   ├── QuestionTooLarge
│   ├── NothingToRead
│   ├── AlreadyAnswered
│   ├── PicturesOff
│   ├── OrderRefused
│   ├── ModerationRefused
│   ├── CannotUndo
│   └── NotAllowed
├── StoreError              the database can't be used; nobody is answered
│   ├── DatabaseUnavailable
│   └── DatabaseTooNew
└── SurfaceError            Discord did not show something
    ├── SurfaceGone         the message or channel is no longer there
    ├── SurfaceForbidden    the bot may not
    └── SurfaceUnavailable  Discord is down or unreachable
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.changes import Change, Obstacle
from bot.core.turns import LeftOut

if TYPE_CHECKING:  # they raise what is defined here
    from bot.core.limits import Block
    from bot.core.standings import Standing


class GlimpseError(Exception):
    """The docstring of a subclass is its message where none is given."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").split("\n")[0])


class ConfigurationError(GlimpseError):
    """The configuration has mistakes."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StartFailed(GlimpseError):
    """The bot can't start."""


class Refusal(GlimpseError):
    """The question is not answered, for a reason that the user can understand."""


class QuotaExceeded(Refusal):
    """A limit or a cap leaves no room for a useful answer.

    `has_price`: what the model costs is known; without it nothing fits under a limit in dollars.
    `is_direct`: in direct messages, which nobody moderates.
    """

    def __init__(
        self, standing: "Standing", *, has_price: bool = True, is_direct: bool = False
    ) -> None:
        super().__init__()
        self.standing = standing
        self.has_price = has_price
        self.is_direct = is_direct


class PictureTooDear(QuotaExceeded):
    """The limit leaves no room for the picture that was asked for."""

    def __init__(self, error: QuotaExceeded, *, needed: int) -> None:
        super().__init__(error.standing, has_price=error.has_price, is_direct=error.is_direct)
        self.needed = needed  # tokens


class Blocked(Refusal):
    """Nobody, or not this user, is answered there at present: blocked, or paused.

    `is_operators`: by the configuration, which no moderator can change.
    """

    def __init__(self, block: "Block", *, is_operators: bool = False) -> None:
        super().__init__()
        self.block = block
        self.is_operators = is_operators


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


class PicturesOff(Refusal):
    """No pictures are made there. `is_direct`: in direct messages, which nobody moderates."""

    def __init__(self, *, is_direct: bool) -> None:
        super().__init__()
        self.is_direct = is_direct


class OrderFault(StrEnum):
    """What is wrong with what somebody wants to have drawn."""

    NO_PROMPT = "no-prompt"
    TOO_LONG = "too-long"
    SIZE = "size"
    QUALITY = "quality"
    COUNT = "count"
    NO_PICTURE = "no-picture"  # what was given to draw from is no picture
    MAY_NOT_ATTACH = "may-not-attach"  # the bot, in that channel


class OrderRefused(Refusal):
    """A picture can't be made as it was ordered. `allowed` is what may be chosen instead."""

    def __init__(self, fault: OrderFault, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{fault.value}: {', '.join(allowed)}")
        self.fault = fault
        self.allowed = allowed


class ModerationFault(StrEnum):
    """What is wrong with what a moderator wants to change."""

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


class StoreError(GlimpseError):
    """The database can't be used."""


class DatabaseUnavailable(StoreError):
    """The database can't be reached, is locked, full or damaged."""


class DatabaseTooNew(StoreError):
    """The database was written by a newer version of Glimpse."""


class SurfaceError(GlimpseError):
    """Discord did not show something."""


class SurfaceGone(SurfaceError):
    """The message or the channel is no longer there."""


class SurfaceForbidden(SurfaceError):
    """The bot may not write there."""


class SurfaceUnavailable(SurfaceError):
    """Discord is down, unreachable, or holds us back for too long."""
