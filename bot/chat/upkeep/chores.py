"""Chores: work that is due now and then, whether anybody asks or not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

log = logging.getLogger(__name__)

CHORES_EVERY = 3_600.0  # seconds

Chore = Callable[[], Awaitable[object]]


async def run_chores(chores: Sequence[Chore], *, every: float = CHORES_EVERY) -> None:
    """Do all chores, wait, and again, until cancelled.

    The other one of the two places where an unforeseen error is caught: a chore that fails is
    logged and done again next time, and the bot goes on answering.
    """
    while True:
        for chore in chores:
            try:
                await chore()
            except Exception:
                log.exception("a chore failed")
        await asyncio.sleep(every)
