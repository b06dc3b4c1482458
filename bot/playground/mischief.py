"""Faults of the gateway's event stream: doubled, lost, or in the wrong order."""

from dataclasses import dataclass, field
from enum import Enum

from bot.playground.state import Event


class Trick(Enum):
    DUPLICATE = "duplicate"  # told twice
    LOSE = "lose"  # never told
    SWAP = "swap"  # told after the event that follows it


@dataclass(slots=True)
class _Plan:
    trick: Trick
    name: str
    times: int


@dataclass(slots=True)
class Mischief:
    """What to do with the next events of a name."""

    _plans: list[_Plan] = field(default_factory=list)
    _held: list[Event] = field(default_factory=list)

    def plan(self, trick: Trick, name: str, *, times: int = 1) -> None:
        self._plans.append(_Plan(trick, name, times))

    def apply(self, event: Event) -> list[Event]:
        """What is told now instead of `event`."""
        trick = self._take(event.name)
        if trick is Trick.SWAP:
            self._held.append(event)
            return []
        told = (
            {Trick.DUPLICATE: [event, event], Trick.LOSE: []}.get(trick, [event])
            if trick
            else [event]
        )
        told = told + self._held
        self._held = []
        return told

    def _take(self, name: str) -> Trick | None:
        for plan in self._plans:
            if plan.name == name and plan.times > 0:
                plan.times -= 1
                return plan.trick
        return None
