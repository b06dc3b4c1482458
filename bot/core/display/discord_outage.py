"""An outage of Discord's REST API, or its global limit: everything waits while one request tries.

Without this each running answer would send its own refused request in every window. The pause
between two tries doubles up to half a minute; a global limit's own time is kept to the second.
"""

from dataclasses import dataclass, field

DOWN_AFTER = 3  # failures in a row, whatever the route
FIRST_PAUSE = 1.0  # seconds, doubled at each failed try
LONGEST_PAUSE = 30.0  # seconds


def pause_after(tries: int, chance: float) -> float:
    """Seconds until the next try, after so many failed ones. `chance` from 0 to 1 spreads them."""
    whole = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries, 10))
    return float(whole * (1.0 - chance / 2))


@dataclass(kw_only=True, slots=True)
class DiscordOutage:
    """Whether Discord takes requests at all. Times are seconds of one monotonic clock."""

    is_on: bool = False
    failures: int = 0  # in a row, while it is not known to be on
    tries: int = 0  # that failed, since it began
    next_try_at: float = float("-inf")
    probe: object | None = None  # the request that tries now
    tried: set[int] = field(
        default_factory=set
    )  # channels in which somebody has tried, since it began

    def try_at(self, now: float) -> float:
        """When one request may try; `inf` while one does."""
        return float("inf") if self.probe is not None else max(now, self.next_try_at)

    def note_success(self, request: object) -> None:
        """Discord has answered `request`. Once it is down, only the one that tries can tell."""
        self.failures = 0
        if self.is_on and request is self.probe:
            self.is_on, self.tries, self.probe = False, 0, None
            self.next_try_at = float("-inf")
            self.tried.clear()

    def note_failure(self, request: object, now: float, chance: float) -> None:
        """Discord failed at `request`, or did not answer in time."""
        if not self.is_on:
            self.failures += 1
            if self.failures >= DOWN_AFTER:
                self.is_on = True
                self._wait(now, pause_after(self.tries, chance))
        elif request is self.probe:
            self.probe = None
            self.tries += 1
            self._wait(now, pause_after(self.tries, chance))

    def note_unknown(self, request: object) -> None:
        """`request` was not sent, or cancelled: another may try."""
        if request is self.probe:
            self.probe = None

    def note_global_limit(self, now: float, retry_after: float, chance: float) -> None:
        """Discord takes nothing of ours for `retry_after` seconds."""
        pause = retry_after
        if self.probe is not None:  # it is the one that was refused
            self.probe = None
            self.tries += 1
            pause = max(retry_after, pause_after(self.tries, chance))
        self.is_on = True
        self._wait(now, pause)

    def _wait(self, now: float, seconds: float) -> None:
        self.next_try_at = max(self.next_try_at, now + seconds)
