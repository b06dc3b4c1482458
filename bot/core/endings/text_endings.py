"""The endings of answers and what follows from each: one table.

`bot/responses` has named the cause before, from an endpoint's statuses and words. The table is read
by `core/endings/charges.py`, `chat/answers/answer_footer.py` and `responses/retry_policy.py`.
`docs/endings.md` shows it to operators.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final, Protocol

from bot.core import wording
from bot.core.answers.events import (
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)

Cause = Failure | IncompleteReason | Ending


class Retry(StrEnum):
    """Whether the endpoint is asked again by itself. Never after any text, nor after a long wait:
    the endpoint may have done, and billed, the work.
    """

    NEVER = "never"  # the same question would fail the same way, or was answered
    IF_ADVISED = "if advised"  # where the endpoint says so: `x-should-retry: true`
    BEFORE_TEXT = "before text"


class Audience(StrEnum):
    MEMBER = "member"
    OPERATOR = "operator"  # by an error or a warning in the log; a member could do nothing
    BOTH = "both"


class Unreported(StrEnum):
    """The charge where the API reported no usage. Reported usage is charged, whatever happened."""

    ESTIMATE = "estimate"  # of what was sent and written
    NOTHING = "nothing"


class EndingSentence(Protocol):
    def __call__(self, *, incident: str) -> str:
        """Give the asker's sentence; `incident` is the number under which the log has the cause."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class EndingOutcome:
    ending: Ending  # as ledger and log name it
    unreported: Unreported
    sentence: EndingSentence


@dataclass(frozen=True, kw_only=True, slots=True)
class EndingRow:
    cause: Cause
    retry: Retry = Retry.NEVER
    audience: Audience = Audience.MEMBER
    before_text: EndingOutcome  # nothing had been written when it ended
    after_text: EndingOutcome
    advice: Callable[[], str] | None = None  # for the operator

    def outcome(self, *, has_text: bool) -> EndingOutcome:
        return self.after_text if has_text else self.before_text


def _always(say: Callable[[], str]) -> EndingSentence:
    """A sentence without a number: the log has nothing more to tell."""

    def sentence(*, incident: str) -> str:  # noqa: ARG001
        return say()

    return sentence


def _nothing() -> str:
    return ""


def _ends(cause: Ending, before: Callable[[], str], after: Callable[[], str]) -> EndingRow:
    return EndingRow(
        cause=cause,
        audience=Audience.OPERATOR if cause is Ending.UNDELIVERABLE else Audience.MEMBER,
        before_text=EndingOutcome(
            ending=Ending.EMPTY if cause is Ending.COMPLETED else cause,
            unreported=Unreported.ESTIMATE,
            sentence=_always(before),
        ),
        after_text=EndingOutcome(
            ending=cause, unreported=Unreported.ESTIMATE, sentence=_always(after)
        ),
    )


def _stays_incomplete(reason: IncompleteReason) -> EndingRow:
    before, after = (
        EndingOutcome(
            ending=Ending.INCOMPLETE,
            unreported=Unreported.ESTIMATE,
            sentence=_always(partial(wording.incomplete, reason, has_text=has_text)),
        )
        for has_text in (False, True)
    )
    return EndingRow(cause=reason, before_text=before, after_text=after)


def _fails(
    failure: Failure, retry: Retry = Retry.NEVER, audience: Audience = Audience.BOTH
) -> EndingRow:
    return EndingRow(
        cause=failure,
        retry=retry,
        audience=audience,
        before_text=EndingOutcome(
            ending=Ending.FAILED,
            unreported=Unreported.NOTHING,
            sentence=partial(wording.failed, failure),
        ),
        after_text=EndingOutcome(
            ending=Ending.CUT,
            unreported=Unreported.ESTIMATE,
            sentence=partial(wording.cut, failure),
        ),
        advice=partial(wording.operator_advice, failure),
    )


def _either(say: Callable[..., str]) -> tuple[Callable[[], str], Callable[[], str]]:
    return partial(say, has_text=False), partial(say, has_text=True)


TABLE: Final = (
    _ends(Ending.COMPLETED, wording.empty_answer, _nothing),
    _stays_incomplete(IncompleteReason.LIMIT),  # before any text: it was still thinking
    _stays_incomplete(IncompleteReason.CONTENT_FILTER),
    _stays_incomplete(IncompleteReason.DAMAGED),
    _stays_incomplete(IncompleteReason.OTHER),
    _ends(Ending.REFUSED, *_either(wording.refused)),
    _ends(Ending.STOPPED, *_either(wording.stopped)),
    _ends(Ending.INTERRUPTED, *_either(wording.interrupted)),
    _ends(Ending.UNDELIVERABLE, *_either(wording.stopped)),
    # Passing troubles:
    _fails(Failure.UNREACHABLE, Retry.BEFORE_TEXT),
    _fails(Failure.TIMED_OUT, Retry.BEFORE_TEXT),
    _fails(Failure.OVERLOADED, Retry.BEFORE_TEXT),
    _fails(Failure.SERVER_ERROR, Retry.BEFORE_TEXT),
    _fails(Failure.BROKEN_STREAM, Retry.BEFORE_TEXT),
    # What only the operator can mend:
    _fails(Failure.OUT_OF_BALANCE),
    _fails(Failure.KEY_REJECTED),
    _fails(Failure.FORBIDDEN, Retry.IF_ADVISED),
    _fails(Failure.MODEL_UNKNOWN),
    _fails(Failure.NOT_AN_ENDPOINT, Retry.IF_ADVISED),
    _fails(Failure.PARAMETER_UNSUPPORTED),  # an optional one is left out, once, before this
    _fails(Failure.BAD_REQUEST, Retry.IF_ADVISED),
    # What lies in the question:
    _fails(Failure.IMAGE_REJECTED),
    _fails(Failure.CONTEXT_TOO_LONG),
    _fails(Failure.CONTENT_BLOCKED, audience=Audience.MEMBER),
)
_ROWS: Final = {row.cause: row for row in TABLE}
_UNREPORTED: Final = {
    outcome.ending: outcome.unreported
    for row in TABLE
    for outcome in (row.before_text, row.after_text)
}


def find_row(cause: Cause) -> EndingRow:
    """Where nothing said how an answer ended, its stream was broken."""
    return _ROWS.get(cause) or _ROWS[Failure.BROKEN_STREAM]


def find_unreported(ending: Ending) -> Unreported:
    """Find the charge of an answer that ended so, where the API reported nothing."""
    return _UNREPORTED[ending]


def cause_of(ending: Ending, ended: Ended | None) -> Cause:
    """`ended` is what the stream said last; None where the answer was ended from outside."""
    match ended:
        case Completed():
            return Ending.COMPLETED
        case Incomplete(reason=reason):
            return reason
        case Refused():
            return Ending.REFUSED
        case Failed(failure=failure):
            return failure
        case None:
            return ending


def choose_remark(ending: Ending, ended: Ended | None, *, incident: str, has_text: bool) -> str:
    """Choose the sentence; empty where an answer ended well and nothing is to be said.

    `ended` is what the stream said last; None where it was not read to its end.
    """
    row = find_row(cause_of(ending, ended))
    return row.outcome(has_text=has_text).sentence(incident=incident)
