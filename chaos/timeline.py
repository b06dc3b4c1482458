"""What happened in an episode, in order, and when the bot could not be heard."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

_UNTIL_WRITTEN: Final = 0.5  # seconds after a lock until what waited for it is written
FIRST_WORD: Final = 3.0  # seconds in which a command must get its first response


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """`token` is that of the question it is about; empty: it is about all. Seconds since 1970."""

    at: float
    text: str
    token: str = ""


@dataclass(kw_only=True)
class Timeline:
    clock: Callable[[], float] = time.time
    began_at: float = 0.0
    notes: list[Note] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)  # of processes
    _troubles: list[tuple[float, float]] = field(default_factory=list)
    _locks: list[tuple[float, float]] = field(default_factory=list)
    _away_since: float | None = None

    def begin(self) -> None:
        """Count from now."""
        self.began_at = self.clock()

    def note(self, text: str, token: str = "", *, at: float | None = None) -> None:
        self.notes.append(Note(at=self.clock() if at is None else at, text=text, token=token))

    def note_end(self, text: str) -> None:
        """A process has ended, or is about to."""
        self.ends.append(self.clock())
        self.note(text)

    def note_trouble(self, seconds: float) -> None:
        """For so long from now on, the bot may be unable to speak."""
        now = self.clock()
        self._troubles.append((now, now + seconds))

    def note_connected(self, connected: bool) -> None:
        """Say so whenever it is looked at."""
        now = self.clock()
        if connected and self._away_since is not None:
            self._troubles.append((self._away_since, now))
            self._away_since = None
            self.note("the gateway is connected")
        elif not connected and self._away_since is None:
            self._away_since = now
            self.note("the gateway is not connected")

    def was_troubled(self, opened_at: float) -> bool:
        """Whether a command given then may have been lost without the bot's fault."""
        over = opened_at + FIRST_WORD
        if self._away_since is not None and self._away_since <= over:
            return True
        reached = ((began - 0.2, ended) for began, ended in self._troubles)
        return any(began <= over and opened_at <= ended for began, ended in reached)

    def ended_between(self, began_at: float, ended_at: float) -> bool:
        """Whether a process ended then."""
        return any(began_at <= each <= ended_at for each in self.ends)

    def note_lock(self, began_at: float) -> None:
        """Nothing could be written to the database since then; now it can."""
        self._locks.append((began_at, self.clock()))

    def was_lost_behind_a_lock(self, at: float) -> bool:
        """Whether what a process wanted to write then was lost with it, before the lock ended."""
        return any(
            began <= at <= ended and self.ended_between(at, ended + _UNTIL_WRITTEN)
            for began, ended in self._locks
        )

    def about(self, token: str, others: Iterable[Note] = ()) -> tuple[str, ...]:
        """The lines that matter to one question, in order, with `others` among them."""
        own = (each for each in self.notes if each.token in ("", token))
        found = sorted((*own, *others), key=lambda each: each.at)
        return tuple(f"{each.at - self.began_at:6.2f} s  {each.text}" for each in found)
