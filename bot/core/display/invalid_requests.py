"""Discord's budget of refused requests: 10,000 in ten minutes, then it bans the bot's address.

Counted are answers of 401, 403 and 429, unless others have caused the limit
(https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).
Half of it is ours: other bots may live at the same address. From a tenth on, what is left of our
half is spread over the whole window.
"""

from collections import deque
from dataclasses import dataclass, field

WINDOW = 600.0  # seconds
BUDGET = 5_000  # requests in a window
UNHURRIED = 1_000  # so many are nothing to slow down for

_INVALID = frozenset({401, 403, 429})


@dataclass(kw_only=True, slots=True)
class InvalidRequests:
    """When the latest refusals came, oldest first. Times are seconds of one monotonic clock."""

    times: deque[float] = field(default_factory=deque)

    def note(self, status: int, now: float, *, is_shared: bool = False) -> None:
        """Count an answer of Discord's; `is_shared`: a limit that others have caused."""
        if status in _INVALID and not is_shared:
            self.times.append(now)

    def count(self, now: float) -> int:
        while self.times and self.times[0] <= now - WINDOW:
            self.times.popleft()
        return len(self.times)

    def free_at(self, last: float, now: float) -> float:
        """When the next request may go, at the earliest; `last` is when the latest one went."""
        count = self.count(now)
        if count < UNHURRIED:
            return now
        if count >= BUDGET:
            return self.times[count - BUDGET] + WINDOW
        return max(now, last + WINDOW / (BUDGET - count))
