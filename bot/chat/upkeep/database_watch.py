"""The database, tried by a small write now and then: what it says of a full disk is the truth."""

import asyncio
from collections.abc import Callable

from bot.chat.ports import Clock
from bot.core.errors import StoreError
from bot.core.health import PartState, database_state
from bot.store.database import Database
from bot.store.trial_write import write_and_erase

TRIAL_EVERY = 15.0  # seconds


class DatabaseWatch:
    def __init__(self, database: Database, clock: Clock, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._failure: str | None = None
        self._began: float | None = None  # the write that is under way

    async def watch(self, *, every: float = TRIAL_EVERY) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Write once, however long that takes."""
        self._began = self._monotonic()
        try:
            async with self._database.transaction() as tx:
                await write_and_erase(tx, self._clock())
        except StoreError as error:
            self._failure = str(error)
        else:
            self._failure = None
        finally:
            self._began = None

    def state(self) -> PartState:
        waited = 0.0 if self._began is None else self._monotonic() - self._began
        return database_state(self._failure, waited=waited, damage=self._database.damage)
