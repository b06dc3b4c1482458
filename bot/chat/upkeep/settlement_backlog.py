"""Settlements that the database did not take: kept, and tried again until it does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from bot.core.errors import StoreError

log = logging.getLogger(__name__)

AT_ONCE = 5.0  # seconds that an answer waits for its settlement before it is shown as it is
FIRST_PAUSE = 1.0  # seconds, doubled after each failure
LONGEST_PAUSE = 15.0
DRAIN_PAUSE = 0.2  # the process is about to end

BookedT = TypeVar("BookedT")
Book = Callable[[], Coroutine[Any, Any, BookedT]]
Sleep = Callable[[float], Awaitable[object]]


class SettlementBacklog:
    """One for the process; `len()` is how many settlements are owed.

    In memory: what is still owed when the process dies is settled by the next start.
    To book twice must do no harm, since nobody knows whether a commit that failed has happened.
    """

    def __init__(self, *, sleep: Sleep = asyncio.sleep) -> None:
        self._owed: dict[int, Book[object]] = {}
        self._has_work = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._sleep = sleep

    def __len__(self) -> int:
        return len(self._owed)

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._owed

    async def settle(
        self, message_id: int, book: Book[BookedT], *, within: float = AT_ONCE
    ) -> BookedT | None:
        """Book now; None where that fails or takes longer than `within` seconds, and so is owed.

        An attempt that takes long is not cancelled: it may yet succeed.
        """
        attempt = asyncio.get_running_loop().create_task(book())
        await asyncio.wait({attempt}, timeout=within)
        if attempt.done() and not isinstance(attempt.exception(), StoreError):
            return attempt.result()
        self._owed[message_id] = partial(_book_unless_booked, attempt, book)
        self._has_work.set()
        log.error("an answer could not be settled", extra={"message_id": message_id})
        return None

    async def keep_trying(self) -> None:
        """Settle what is owed, with growing pauses, until cancelled."""
        pause = FIRST_PAUSE
        while True:
            await self._has_work.wait()
            await self._sleep(pause)
            pause = FIRST_PAUSE if await self._settle_all() else min(2 * pause, LONGEST_PAUSE)

    async def drain(self, *, within: float) -> None:
        """Settle what is owed before the process ends; give up after `within` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not await self._settle_all():
                    await self._sleep(DRAIN_PAUSE)
        if self._owed:
            log.error("answers are left unsettled", extra={"answers": len(self._owed)})

    async def _settle_all(self) -> bool:
        """Whether nothing is owed any more. The first failure ends it: others would fail, too."""
        async with self._one_at_a_time:
            settled = 0
            for message_id in tuple(self._owed):
                if not await self._try(message_id):
                    break
                settled += 1
            if settled:
                log.info("answers were settled late", extra={"answers": settled})
            if not self._owed:
                self._has_work.clear()
            return not self._owed

    async def _try(self, message_id: int) -> bool:
        """Whether it is off the list; what fails goes to its end, so as not to hold others up."""
        book = self._owed.pop(message_id)
        try:
            await book()
        except StoreError:
            self._owed[message_id] = book
            return False
        except Exception:  # the answer is shown, and nobody else would log it
            log.exception("a settlement failed unexpectedly", extra={"message_id": message_id})
        except BaseException:  # cancelled
            self._owed[message_id] = book
            raise
        return True


async def _book_unless_booked(attempt: asyncio.Task[object], book: Book[object]) -> object:
    """Wait for the first attempt, which may still be under way; book anew where that has failed."""
    try:
        return await asyncio.shield(attempt)
    except StoreError:
        return await book()
