"""Channels where Discord has said that the bot may not: it is not asked again for each question."""

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

KEPT = 300.0  # seconds
_REMEMBERED = 10_000  # channels and uses


class Use(StrEnum):
    WRITE = "write"
    READ = "read"


class ForbiddenChannels:
    """`clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: OrderedDict[tuple[int, Use], float] = OrderedDict()

    def note(self, channel_id: int, use: Use) -> None:
        self._until[channel_id, use] = self._clock() + KEPT
        self._until.move_to_end((channel_id, use))
        if len(self._until) > _REMEMBERED:
            self._until.popitem(last=False)

    def forbids(self, channel_id: int, use: Use) -> bool:
        return self._until.get((channel_id, use), float("-inf")) > self._clock()

    def forget(self) -> None:
        """Permissions have changed somewhere: everything may be tried again."""
        self._until.clear()
