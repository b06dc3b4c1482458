"""How often new sessions may begin: Discord resets the token of a bot that begins too many.

https://docs.discord.com/developers/events/gateway#session-start-limit-object
"""

from dataclasses import dataclass, replace
from typing import Final, Self

INTERVAL: Final = 5.0  # seconds between two, where `max_concurrency` is 1
BURST: Final = 100.0  # at once, as it were: restarts, and sessions that Discord ends
REFILL: Final = 120.0  # seconds; with the burst, fewer than 1,000 on any day


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentifyBudget:
    """Instants are seconds of a monotonic clock."""

    left: float = BURST  # sessions, when the latest one began
    latest: float | None = None  # when that was

    def wait(self, now: float) -> float:
        """Seconds until a session may begin."""
        if self.latest is None:
            return 0.0
        missing = (1.0 - self._left(now)) * REFILL
        return max(0.0, self.latest + INTERVAL - now, missing)

    def spent(self, now: float) -> Self:
        """A session is begun now."""
        return replace(self, left=self._left(now) - 1.0, latest=now)

    def _left(self, now: float) -> float:
        earned = 0.0 if self.latest is None else (now - self.latest) / REFILL
        return min(BURST, self.left + earned)
