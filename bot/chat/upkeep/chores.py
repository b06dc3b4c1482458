"""Chores: work that is due now and then, whether anybody asks or not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.core.errors import StoreError

log = logging.getLogger(__name__)

CHORES_EVERY = 3_600.0  # seconds

Chore = Callable[[], Awaitable[object]]


async def run_chores(chores: Sequence[Chore], *, every: float = CHORES_EVERY) -> None:
    """Do all chores, wait, and again, until cancelled.

    The other one of the two places where an unforeseen error is caught: a chore that fails is
    logged and done again next time, and the bot goes on answering. Without its database it waits,
    which is said once.
    """
    is_waiting = False
    while True:
        was_waiting, is_waiting = is_waiting, False
        for chore in chores:
            try:
                await chore()
            except StoreError as error:
                if not was_waiting and not is_waiting:
                    log.warning("chores have to wait", extra={"reason": str(error)})
                is_waiting = True
            except Exception:
                log.exception("a chore failed")
        await asyncio.sleep(every)
