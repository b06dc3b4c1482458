"""Outages of endpoints, told by their failures, and the notices of them to the operator."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.answers.events import Failed, Failure
from bot.core.endpoints.circuit_breaker import LASTING, PASSING, Pause

REPEATED_AFTER: Final = 3_600.0  # seconds, for one endpoint and cause
_LONG_WAIT: Final = 20.0  # seconds; an endpoint that asks for more is left alone for that long

_PAUSES: Final = {
    Failure.UNREACHABLE: PASSING,
    Failure.TIMED_OUT: PASSING,
    Failure.OVERLOADED: PASSING,
    Failure.SERVER_ERROR: PASSING,
    Failure.BROKEN_STREAM: PASSING,
    Failure.KEY_REJECTED: LASTING,
    Failure.OUT_OF_BALANCE: LASTING,
    Failure.FORBIDDEN: LASTING,
    Failure.MODEL_UNKNOWN: LASTING,
    Failure.NOT_AN_ENDPOINT: LASTING,
}
# Of one model there, and not of the endpoint: its other models may be asked.
_OF_A_MODEL: Final = frozenset({Failure.MODEL_UNKNOWN, Failure.FORBIDDEN})
# Of the question: a larger or more capable model might take it, the same endpoint never will.
_OF_THE_QUESTION: Final = frozenset(
    {
        Failure.BAD_REQUEST,
        Failure.CONTEXT_TOO_LONG,
        Failure.IMAGE_REJECTED,
        Failure.PARAMETER_UNSUPPORTED,
    }
)
_LACK_OF_VISION: Final = re.compile(
    r"mmproj|not (a )?(multimodal|vision)|at most 0 image|does not support (image|vision)"
    r"|image (input|urls?)s? (is|are) not",
    re.IGNORECASE,
)


def may_another_help(failed: Failed) -> bool:
    """Whether another endpoint may well answer what this one has not."""
    if failed.failure is Failure.IMAGE_REJECTED:
        return is_lack_of_vision(failed)
    return failed.failure in _PAUSES or failed.failure is Failure.PARAMETER_UNSUPPORTED


def is_lack_of_vision(failed: Failed) -> bool:
    """Whether it is the model that can't see, and not a picture that can't be read."""
    return failed.failure is Failure.IMAGE_REJECTED and bool(_LACK_OF_VISION.search(failed.detail))


def find_pause(failed: Failed) -> Pause | None:
    """Find the time that a circuit opens for such a failure; None: the endpoint is well."""
    return _PAUSES.get(failed.failure)


def find_requested_wait(failed: Failed) -> float:
    """Seconds for which the endpoint wants to be left alone; 0 where that is soon over."""
    wait = failed.retry_after or 0.0
    return wait if wait > _LONG_WAIT else 0.0


def is_of_a_model(failure: Failure) -> bool:
    return failure in _OF_A_MODEL


def choose_failure(first: Failed, last: Failed) -> Failed:
    """Choose the failure to report where a stand-in has failed, too: it knows the question less well.

    The model that was meant may take the question when it is back; so that is what is told.
    """
    return first if last.failure in _OF_THE_QUESTION else last


# -- what is announced to the operator ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointFailure:
    """An endpoint failed at a question; `next_endpoint` is asked in its place, if there is one."""

    endpoint: str
    model: str
    failed: Failed
    next_endpoint: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A circuit has opened; `is_new` False: a trial failed, and it stays open."""

    endpoint: str
    model: str  # that was asked
    failed: Failed
    pause: float  # seconds until it is tried again
    is_new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """A circuit has closed again."""

    endpoint: str
    model: str


EndpointChange = Outage | Restored
Notice = EndpointFailure | EndpointChange


class NoticeThrottle:
    """Lets through the changes that are worth a message, none twice an hour. Times are in seconds."""

    def __init__(self) -> None:
        self._announced: dict[tuple[str, Failure], float] = {}
        self._out_of_service: set[str] = (
            set()
        )  # endpoints whose outage was announced, and not their return

    def is_due(self, change: EndpointChange, now: float) -> bool:
        """Whether to announce it; then it counts as announced."""
        match change:
            case Outage():
                return self._is_outage_due(change, now)
            case Restored():
                is_awaited = change.endpoint in self._out_of_service
                self._out_of_service.discard(change.endpoint)
                return is_awaited

    def _is_outage_due(self, outage: Outage, now: float) -> bool:
        what = (outage.endpoint, outage.failed.failure)
        last = self._announced.get(what)
        if last is not None and now - last < REPEATED_AFTER:
            return False
        self._announced[what] = now
        self._out_of_service.add(outage.endpoint)
        return True
