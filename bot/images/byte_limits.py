"""The bytes that downloads may take while they wait for the worker: of the process, and of each person.

Places are given in the order they were asked for. Only a person who has their whole share already
is passed over, so that nobody waits for somebody else's twenty files.
"""

import asyncio
from collections import Counter


class ByteLimits:
    """Bounds what is held at once. A file larger than a bound is let in where nothing else is."""

    def __init__(self, *, total: int, each: int) -> None:
        """`each` is the most of one person; both are in bytes."""
        self._total = total
        self._each = min(each, total)
        self._held: Counter[int] = Counter()  # by person
        self._waiting: dict[Hold, asyncio.Future[None]] = {}  # in their order

    @property
    def held(self) -> int:
        """Bytes that are held by all together."""
        return self._held.total()

    def ask(self, person: int, amount: int) -> "Hold":
        return Hold(self, person, min(amount, self._each))

    async def take(self, hold: "Hold") -> None:
        granted = self._waiting[hold] = asyncio.get_running_loop().create_future()
        self._grant()
        await granted

    def give_back(self, hold: "Hold") -> None:
        granted = self._waiting.pop(hold, None)
        if granted is None:
            self._held[hold.person] -= hold.amount
            if not self._held[hold.person]:
                del self._held[hold.person]
        self._grant()

    def _grant(self) -> None:
        """Let in who fits. Who does not fit into the whole keeps those behind from passing."""
        passed_over: set[int] = set()
        for hold in tuple(self._waiting):
            if hold.person in passed_over:
                continue
            if self._held[hold.person] + hold.amount > self._each:
                passed_over.add(hold.person)
            elif self.held + hold.amount > self._total:
                return
            else:
                self._held[hold.person] += hold.amount
                granted = self._waiting.pop(hold)
                if not granted.done():
                    granted.set_result(None)


class Hold:
    """One file's bytes. `release` may be called at any time, also twice or without `take`."""

    def __init__(self, limits: ByteLimits, person: int, amount: int) -> None:
        self.person = person
        self.amount = amount
        self._limits = limits
        self._is_asking = False

    async def take(self) -> None:
        """Wait until the bytes may be held."""
        self._is_asking = True
        await self._limits.take(self)

    def release(self) -> None:
        if self._is_asking:
            self._is_asking = False
            self._limits.give_back(self)
