"""The name of this process among those that share its database: taken, kept, given back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from bot.chat.ports import Clock
from bot.core import wording
from bot.core.errors import LeaseLost, StartFailed, StoreError
from bot.core.leases import RENEW_EVERY, Lease, Turn, find_turn, new_lease
from bot.store.database import Database
from bot.store.processes import leases
from bot.store.processes.file_lock import NameLock

log = logging.getLogger(__name__)

_LOOK_AGAIN = 0.5  # seconds


class NameLease:
    """The lease of one run, `holder`, which nobody else has as its id. `monotonic` is in seconds."""

    def __init__(
        self,
        database: Database,
        name: str,
        holder: str,
        *,
        clock: Clock,
        monotonic: Callable[[], float],
    ) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._clock = clock
        self._monotonic = monotonic

    async def take(self, *, lock: NameLock | None) -> None:
        """Take the name, after waiting one term for whoever has it; at once from a run that is known
        to be dead because it held `lock` before.

        Raises StartFailed while another process of this name lives, and StoreError.
        """
        began, first_found = self._monotonic(), await self._find()
        found, dead = first_found, None if lock is None else lock.dead_holder
        while True:
            waited = timedelta(seconds=self._monotonic() - began)
            turn = find_turn(found, first_found, waited=waited, now=self._clock())
            if found is not None and found.holder == dead:
                turn = Turn.TAKE
            if turn is Turn.REFUSED:
                raise StartFailed(wording.name_taken(self._name))
            if turn is Turn.TAKE and await self._try(instead_of=found):
                break
            await asyncio.sleep(_LOOK_AGAIN)
            found = await self._find()
        if lock is not None:
            lock.sign(self._holder)

    async def keep(self) -> None:
        """Renew the lease until cancelled. Raises LeaseLost once another run has it.

        While the database can't be used nobody else can take it either, and nothing is answered.
        """
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            with suppress(StoreError):
                await self._renew()

    async def give_back(self) -> None:
        """The next one need not wait. Raises StoreError."""
        async with self._database.transaction() as tx:
            await leases.give_back(tx, self._name, self._holder)

    async def _find(self) -> Lease | None:
        async with self._database.reading() as connection:
            return await leases.find(connection, self._name)

    async def _try(self, *, instead_of: Lease | None) -> bool:
        lease = new_lease(self._name, self._holder, self._clock())
        async with self._database.transaction() as tx:
            return await leases.take(tx, lease, instead_of=instead_of)

    async def _renew(self) -> None:
        async with self._database.transaction() as tx:
            is_ours = await leases.renew(tx, self._name, self._holder, now=self._clock())
        # Gone altogether where somebody put a backup in the database's place.
        if not is_ours and not await self._try(instead_of=None):
            raise LeaseLost


@asynccontextmanager
async def hold_lease(lease: NameLease, lock: NameLock | None) -> AsyncIterator[None]:
    """Hold the lease in the block, which is to keep it, and give it back."""
    await lease.take(lock=lock)
    try:
        yield
    finally:
        try:
            await lease.give_back()
        except StoreError:
            log.warning("the lease could not be given back; it expires")
