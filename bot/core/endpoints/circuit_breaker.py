"""A circuit breaker: whether to ask an endpoint, by what came of asking lately. Time is an argument.

Closed, everybody asks. A few failures in a row within the window, or one that lasts by its nature,
open the circuit: then nobody asks until its pause is over. Half-open, one trial at a time may go;
its success closes the circuit, its failure opens it again for twice as long.

Whoever asks takes a ticket and brings it back with what came of it. A ticket that was taken before
the circuit last opened or closed says nothing of its present state, and changes nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

FAILURES_ALLOWED: Final = 2  # in a row and within the window; one more opens the circuit
WINDOW: Final = 60.0  # seconds
_MOST_DOUBLINGS: Final = 16


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """The time that a circuit stays open: `first` seconds, doubled at each failed trial to `longest`."""

    first: float
    longest: float

    def after(self, openings: int) -> float:
        """`openings` counts those in a row, from 1."""
        return min(self.longest, self.first * 2.0 ** min(openings - 1, _MOST_DOUBLINGS))


PASSING: Final = Pause(first=15.0, longest=600.0)  # what may well be over soon: the network, load
LASTING: Final = Pause(first=300.0, longest=1_800.0)  # what waits for a person: a key, a balance


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """The leave to ask once. Without `is_trial`, of an open circuit, it is asked out of its turn."""

    turn: int
    is_trial: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Breaker:
    """One circuit as it is; every method gives the one that follows. Times are in seconds."""

    failures: tuple[float, ...] = ()  # when, while closed
    tries_again_at: float | None = None  # None: closed
    openings: int = 0  # in a row
    is_on_trial: bool = False
    turn: int = 0  # counts openings and closings

    def state(self, now: float) -> CircuitState:
        if self.tries_again_at is None:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if now >= self.tries_again_at else CircuitState.OPEN

    def permits(self, now: float) -> bool:
        match self.state(now):
            case CircuitState.CLOSED:
                return True
            case CircuitState.OPEN:
                return False
            case CircuitState.HALF_OPEN:
                return not self.is_on_trial

    def begin(self, now: float) -> "tuple[Breaker, Ticket]":
        """Ask. It may be done out of turn, where there is nobody else: that is not held against it."""
        if self.state(now) is CircuitState.HALF_OPEN and not self.is_on_trial:
            return replace(self, is_on_trial=True), Ticket(turn=self.turn, is_trial=True)
        return self, Ticket(turn=self.turn)

    def succeed(self, ticket: Ticket) -> "Breaker":
        if ticket.turn != self.turn:
            return self
        if self.tries_again_at is None:
            return replace(self, failures=())
        return Breaker(turn=self.turn + 1)

    def fail(
        self, ticket: Ticket, now: float, *, pause: Pause = PASSING, at_least: float = 0.0
    ) -> "Breaker":
        """`pause` LASTING opens at once, and so does an endpoint that names a time: `at_least`."""
        if ticket.turn != self.turn:
            return self
        if self.tries_again_at is not None:
            return self._open(now, pause, at_least) if ticket.is_trial else self
        failures = (*(each for each in self.failures if now - each <= WINDOW), now)
        if pause is PASSING and not at_least and len(failures) <= FAILURES_ALLOWED:
            return replace(self, failures=failures)
        return self._open(now, pause, at_least)

    def leave(self, ticket: Ticket) -> "Breaker":
        """Nothing came of it, neither good nor bad: another may have the trial."""
        if ticket.is_trial and ticket.turn == self.turn:
            return replace(self, is_on_trial=False)
        return self

    def _open(self, now: float, pause: Pause, at_least: float) -> "Breaker":
        openings = self.openings + 1
        length = max(pause.after(openings), min(at_least, LASTING.longest))
        return Breaker(tries_again_at=now + length, openings=openings, turn=self.turn + 1)
