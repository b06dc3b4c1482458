"""A dictionary that keeps only so many entries: those used last."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedMap(Generic[K, V]):
    """For what is remembered of people, channels and messages, of which there is no end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[K]:
        """The keys as they are now, whatever becomes of them meanwhile. Counts as no use."""
        return iter(tuple(self._entries))

    def __setitem__(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def get(self, key: K) -> V | None:
        """Look an entry up, which counts as a use."""
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def pop(self, key: K) -> V | None:
        return self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()

    def items(self) -> tuple[tuple[K, V], ...]:
        """All entries, the one whose last use is longest ago first. Counts as no use."""
        return tuple(self._entries.items())

    def oldest(self) -> tuple[K, V] | None:
        """The entry whose last use is longest ago."""
        return next(iter(self._entries.items()), None)
