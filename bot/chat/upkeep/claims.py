"""Claims: of several processes that get the same interaction, one carries it out."""

from datetime import timedelta

from bot.chat.ports import Clock
from bot.core.errors import StoreError
from bot.core.leases import tag_of
from bot.store.database import Database
from bot.store.processes import claims, leases
from bot.store.quota import reservations

KEPT = timedelta(days=1)  # Discord sends no interaction again after so long


class Claims:
    """`owner` is this process, as its reservations name it."""

    def __init__(self, database: Database, clock: Clock, *, owner: str) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner

    async def claim(self, interaction_id: int, *, only_by: str = "") -> bool | None:
        """Whether it is ours to carry out; False: it is somebody else's already. Raises StoreError.

        `only_by`: the tag of the process that alone can do it. None: that lives, and has not yet.
        """
        if only_by and only_by != tag_of(self._owner):
            async with self._database.reading() as connection:
                living = await leases.living_owners(connection, self._clock())
                if only_by in map(tag_of, living):
                    return False if await claims.is_claimed(connection, interaction_id) else None
        async with self._database.transaction() as tx:
            return await claims.claim(tx, interaction_id, now=self._clock())

    async def is_written_elsewhere(self, question_id: int) -> bool:
        """Whether another living process writes that answer; where that can't be known, none does."""
        try:
            async with self._database.reading() as connection:
                return await reservations.is_held_by_another(
                    connection, question_id, owner=self._owner, now=self._clock()
                )
        except StoreError:
            return False

    async def purge(self) -> None:
        """Forget old claims. Raises StoreError."""
        async with self._database.transaction() as tx:
            await claims.purge(tx, before=self._clock() - KEPT)
