"""Ids and the time: Discord's ids carry the millisecond they were made in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

EPOCH = 1_420_070_400_000  # ms: the first second of 2015, where Discord's ids begin

Clock = Callable[[], float]  # seconds since 1970


class SkippableClock:
    """Real time plus what a test has skipped, so that days can pass in an instant."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.time() + self._skipped

    def advance(self, seconds: float) -> None:
        self._skipped += seconds


class Snowflakes:
    """Gives ids that always rise and tell the clock's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        now = (int(self._clock() * 1000) - EPOCH) << 22
        self._last = max(self._last + 1, now)
        return self._last

    def next_server(self) -> int:
        """An id one millisecond after the last, so that servers spread over the shards."""
        self._last = max(self.next(), ((self._last >> 22) + 1) << 22)
        return self._last


def isoformat(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
