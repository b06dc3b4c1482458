"""Claims: of several processes that get the same interaction, one carries it out."""

from datetime import timedelta

from bot.chat.ports import Clock
from bot.store.database import Database
from bot.store.processes import claims

KEPT = timedelta(days=1)  # Discord sends no interaction again after so long


class Claims:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, interaction_id: int) -> bool:
        """Whether it is ours to carry out; False: it is somebody else's already. Raises StoreError."""
        async with self._database.transaction() as tx:
            return await claims.claim(tx, interaction_id, now=self._clock())

    async def purge(self) -> None:
        """Forget old claims. Raises StoreError."""
        async with self._database.transaction() as tx:
            await claims.purge(tx, before=self._clock() - KEPT)
