"""Stop: the asker and moderators may end an answer while it is being written."""

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.answers.in_flight import InFlight
from bot.core.answers.events import Ending


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who pressed or typed. `may_moderate`: by Discord's permissions in that channel."""

    id: int
    may_moderate: bool


class StopOutcome(StrEnum):
    STOPPED = "stopped"
    NOT_YOURS = "not-yours"
    OVER = "over"  # the answer is no longer being written


class Stopping:
    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight

    def stop(self, question_id: int, person: Person) -> StopOutcome:
        """End the answer where it stands; what was shown stays."""
        entry = self._in_flight.find(question_id)
        if entry is None:
            return StopOutcome.OVER
        if person.id != entry.asker_id and not person.may_moderate:
            return StopOutcome.NOT_YOURS
        entry.interrupt(Ending.STOPPED)
        return StopOutcome.STOPPED
