"""How long an episode waits for what is owed: as long as the bot is at work, on busy machines too."""

from dataclasses import dataclass
from typing import Final

LOOK_AGAIN: Final = 0.25  # seconds
_STAYS_SO: Final = 1.5  # seconds; what comes late may be too much
_OWED_WITHIN: Final = 8.0  # seconds once the bot is connected
_IDLE: Final = 4.0  # seconds without anything done, after which nothing more is expected


@dataclass(kw_only=True)
class Patience:
    """Counts in looks, one each `LOOK_AGAIN` seconds."""

    connected_for: float = 0.0  # seconds, as the others
    settled_for: float = 0.0
    idle_for: float = 0.0
    _activity: object = None

    def look(self, *, is_connected: bool, is_settled: bool, activity: object) -> None:
        """`activity` is another value whenever something was done, and None while it is."""
        is_idle = activity is not None and activity == self._activity
        self._activity = activity
        self.connected_for = self.connected_for + LOOK_AGAIN if is_connected else 0.0
        self.settled_for = self.settled_for + LOOK_AGAIN if is_settled else 0.0
        self.idle_for = self.idle_for + LOOK_AGAIN if is_idle and is_connected else 0.0

    @property
    def is_over(self) -> bool:
        had_its_time = self.connected_for >= _OWED_WITHIN and self.idle_for >= _IDLE
        return self.settled_for >= _STAYS_SO or had_its_time
