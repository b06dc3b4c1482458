"""Faults of the gateway's event stream: doubled, lost, in the wrong order, or of another form."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from bot.standins.playground.errors import Json
from bot.standins.playground.world.state import Event


class EventFault(Enum):
    DUPLICATE = "duplicate"  # sent twice
    LOSE = "lose"  # never sent
    SWAP = "swap"  # sent after the event that follows it


@dataclass(slots=True)
class _Plan:
    fault: EventFault
    name: str
    times: int


@dataclass(slots=True)
class EventFaults:
    """Planned faults of the next events of a name."""

    _plans: list[_Plan] = field(default_factory=list)
    _held: list[Event] = field(default_factory=list)
    _changes: list[tuple[str, Callable[[Json], Json]]] = field(default_factory=list)

    def plan(self, fault: EventFault, name: str, *, times: int = 1) -> None:
        self._plans.append(_Plan(fault, name, times))

    def change(self, name: str, change: Callable[[Json], Json], *, times: int = 1) -> None:
        """Send the next event of this name with other data; also READY, and HELLO."""
        self._changes += [(name, change)] * times

    def changed(self, name: str, data: Json) -> Json:
        """The data that is sent instead of `data`."""
        for plan in self._changes:
            planned, change = plan
            if planned == name:
                self._changes.remove(plan)
                return change(data)
        return data

    def apply(self, event: Event) -> list[Event]:
        """What is told now instead of `event`."""
        event = replace(event, data=self.changed(event.name, event.data))
        fault = self._take(event.name)
        if fault is EventFault.SWAP:
            self._held.append(event)
            return []
        events = (
            {EventFault.DUPLICATE: [event, event], EventFault.LOSE: []}.get(fault, [event])
            if fault
            else [event]
        )
        events = events + self._held
        self._held = []
        return events

    def _take(self, name: str) -> EventFault | None:
        for plan in self._plans:
            if plan.name == name and plan.times > 0:
                plan.times -= 1
                return plan.fault
        return None


@dataclass(kw_only=True, slots=True)
class GatewayFaults:
    """Switched while it runs."""

    acknowledges: bool = True  # False: heartbeats are never answered
    refusals: int = 0  # so many connections are answered `refusal_status`
    refusal_status: int = 503
    only_resumes_refused: bool = False
    events: EventFaults = field(default_factory=EventFaults)
