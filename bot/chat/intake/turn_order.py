"""One conversation answers one question at a time, in the order they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Order:
    """A queue for each conversation; conversations do not wait for each other."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait until it is this question's turn. `asyncio.Lock` is fair: first come, first served."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
