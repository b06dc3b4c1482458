"""The circuits of all endpoints, and of each model there: who may be asked, and what came of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.core.answers.events import Failed
from bot.core.endpoints.circuit_breaker import Breaker, CircuitState, Ticket
from bot.core.endpoints.outages import (
    EndpointFailure,
    Notice,
    Outage,
    Restored,
    find_pause,
    find_requested_wait,
    is_of_a_model,
)
from bot.responses.client import ResponsesModel

Tell = Callable[[Notice], None]
_Name = tuple[str, str]  # of an endpoint, and of one model there or "" for all of them
_CLOSED: Final = Breaker()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A model at an endpoint."""

    endpoint: str
    model: ResponsesModel

    @property
    def name(self) -> str:
        return self.model.card.name

    @property
    def circuits(self) -> tuple[_Name, _Name]:
        return (self.endpoint, ""), (self.endpoint, self.name)


class Circuits:
    """`clock` is monotonic, in seconds; `tell` is called with what the operator may want to know."""

    def __init__(self, clock: Callable[[], float], tell: Tell) -> None:
        self.tell = tell
        self._clock = clock
        self._breakers: dict[_Name, Breaker] = {}

    def permit(self, candidate: Candidate) -> bool:
        now = self._clock()
        return all(self._at(name).permits(now) for name in candidate.circuits)

    def state(self, candidate: Candidate) -> CircuitState:
        """The worse of both circuits."""
        now = self._clock()
        states = {self._at(name).state(now) for name in candidate.circuits}
        return next(
            s
            for s in (CircuitState.OPEN, CircuitState.HALF_OPEN, CircuitState.CLOSED)
            if s in states
        )

    def find_soonest(self, candidates: Iterable[Candidate]) -> Candidate:
        """The one that is tried again first; of equals, the first."""
        return min(candidates, key=self._opens_at)

    def begin(self, candidate: Candidate) -> "Trial":
        now = self._clock()
        tickets: dict[_Name, Ticket] = {}
        for name in candidate.circuits:
            self._breakers[name], tickets[name] = self._at(name).begin(now)
        return Trial(self, candidate, tickets)

    def succeed(self, candidate: Candidate, tickets: dict[_Name, Ticket]) -> None:
        was_out = self._is_out(candidate)
        for name, ticket in tickets.items():
            self._breakers[name] = self._at(name).succeed(ticket)
        if was_out and not self._is_out(candidate):
            self.tell(Restored(endpoint=candidate.endpoint, model=candidate.name))

    def fail(self, candidate: Candidate, tickets: dict[_Name, Ticket], failed: Failed) -> None:
        """Count a failure against the endpoint or against its model; the other one works."""
        pause = find_pause(failed)
        if pause is None:
            self.succeed(candidate, tickets)
            return
        of_all, of_model = candidate.circuits
        failing, other = (of_model, of_all) if is_of_a_model(failed.failure) else (of_all, of_model)
        before = self._at(failing)
        now = self._clock()
        after = before.fail(
            tickets[failing], now, pause=pause, at_least=find_requested_wait(failed)
        )
        self._breakers[failing] = after
        if failing == of_model:  # the endpoint has answered: it is there, and knows us
            self._breakers[other] = self._at(other).succeed(tickets[other])
        else:
            self._breakers[other] = self._at(other).leave(tickets[other])
        if after.turn != before.turn and after.tries_again_at is not None:
            self.tell(
                Outage(
                    endpoint=candidate.endpoint,
                    model=candidate.name,
                    failed=failed,
                    pause=after.tries_again_at - now,
                    is_new=before.tries_again_at is None,
                )
            )

    def leave(self, tickets: dict[_Name, Ticket]) -> None:
        for name, ticket in tickets.items():
            self._breakers[name] = self._at(name).leave(ticket)

    def _at(self, name: _Name) -> Breaker:
        return self._breakers.get(name, _CLOSED)

    def _is_out(self, candidate: Candidate) -> bool:
        return any(self._at(name).tries_again_at is not None for name in candidate.circuits)

    def _opens_at(self, candidate: Candidate) -> float:
        return max(self._at(name).tries_again_at or 0.0 for name in candidate.circuits)


class Trial:
    """One call to a candidate. Its first verdict counts; without one, `leave` gives the tickets back."""

    def __init__(
        self, circuits: Circuits, candidate: Candidate, tickets: dict[_Name, Ticket]
    ) -> None:
        self._circuits = circuits
        self._candidate = candidate
        self._tickets = tickets
        self._has_verdict = False

    def note_text(self) -> None:
        """Text has come. A trial need not be waited for to its end; else the ending tells more."""
        if self._circuits.state(self._candidate) is not CircuitState.CLOSED:
            self.succeed()

    def succeed(self) -> None:
        if self._is_first_verdict():
            self._circuits.succeed(self._candidate, self._tickets)

    def fail(self, failed: Failed, *, next_endpoint: str | None) -> None:
        candidate = self._candidate
        self._circuits.tell(
            EndpointFailure(
                endpoint=candidate.endpoint,
                model=candidate.name,
                failed=failed,
                next_endpoint=next_endpoint,
            )
        )
        if self._is_first_verdict():
            self._circuits.fail(candidate, self._tickets, failed)

    def leave(self) -> None:
        if self._is_first_verdict():
            self._circuits.leave(self._tickets)

    def _is_first_verdict(self) -> bool:
        is_first, self._has_verdict = not self._has_verdict, True
        return is_first
