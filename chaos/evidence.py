"""What is known of a question once all is calm, without any opinion about it."""

from dataclasses import dataclass, field

from chaos.questions import Question


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A message of the bot that is still there and belongs to the question."""

    content: str
    is_reply: bool = False  # refers to the question, or is the first answer to the command
    has_stop: bool = False
    is_loading: bool = False  # Discord shows "thinking …"
    pictures: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One request at the endpoint, and what it bills. Times are in seconds since 1970."""

    began_at: float
    ended_at: float
    tokens: int
    is_reported: bool  # its usage was sent to the bot, which then lived long enough to note it


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """A row of the ledger."""

    tokens: int
    is_borne: bool = False  # by the operator
    is_estimated: bool = False
    ending: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """`shown` is oldest first. `acknowledged` is about commands and buttons alone."""

    question: Question
    shown: tuple[Shown, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    bookings: tuple[Booking, ...] = ()
    changes: int = 0  # that one command of a moderator has made
    is_acknowledged: bool = True
    was_bot_away: bool = False  # or could not speak, when the command was given
    could_not_be_kept: bool = False  # it was deferred, and lost with its process behind a lock
    was_barred: bool = False  # Discord refused the bot's messages in this place (403)
    timeline: tuple[str, ...] = field(default=(), compare=False)
