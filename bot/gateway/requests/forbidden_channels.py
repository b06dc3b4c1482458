"""Channels where Discord has said that the bot may not: it is not asked again for each question."""

from collections.abc import Callable
from enum import StrEnum

from bot.core.bounded_map import BoundedMap

KEPT = 300.0  # seconds
_REMEMBERED = 10_000  # channels and uses


class Use(StrEnum):
    WRITE = "write"
    READ = "read"


class ForbiddenChannels:
    """`clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: BoundedMap[tuple[int, Use], float] = BoundedMap(_REMEMBERED)

    def note(self, channel_id: int, use: Use) -> None:
        self._until[channel_id, use] = self._clock() + KEPT

    def forbids(self, channel_id: int, use: Use) -> bool:
        until = self._until.get((channel_id, use))
        return until is not None and until > self._clock()

    def forget(self) -> None:
        """Permissions have changed somewhere: everything may be tried again."""
        self._until.clear()
