"""The record of a deferral: it stands in the database while somebody waits for the answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from bot.chat.upkeep.deferrals import Deferrals
from bot.core.errors import StoreError
from bot.core.secrets import Secret

log = logging.getLogger(__name__)

HANDLER: Final = "discord.py: on_interaction"  # as tasks are named that the end cancels
_PATIENCE: Final = 0.1  # seconds that a deferral may wait for it


class DeferralRecord:
    """That of one interaction. Where the database does not take it in time, people must not wait."""

    def __init__(self, deferrals: Deferrals, interaction_id: int, token: Secret) -> None:
        self._deferrals = deferrals
        self._interaction_id = interaction_id
        self._token = token
        self._writing: asyncio.Task[None] | None = None  # the latest write, which comes last
        self._is_kept = False

    async def keep(self, *, is_edit: bool) -> None:
        """Keep it; a write that takes long goes on by itself. To be called before deferring."""
        self._is_kept = True
        keep = partial(self._deferrals.keep, self._interaction_id, self._token, is_edit=is_edit)
        writing = self._begin(keep)
        await asyncio.wait({writing}, timeout=_PATIENCE)

    def forget(self) -> None:
        """Forget it, at leisure: nobody waits any more. Where nothing is kept, nothing is written."""
        if self._is_kept:
            self._is_kept = False
            _ = self._begin(partial(self._deferrals.forget, self._interaction_id))

    def _begin(self, write: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        loop = asyncio.get_running_loop()
        self._writing = loop.create_task(self._write(write, after=self._writing), name=HANDLER)
        _running.add(self._writing)
        self._writing.add_done_callback(_running.discard)
        return self._writing

    async def _write(
        self, write: Callable[[], Awaitable[None]], *, after: asyncio.Task[None] | None
    ) -> None:
        if after is not None:
            await asyncio.wait({after})
        try:
            await write()
        except StoreError as error:
            log.info("a deferral could not be noted", extra={"reason": str(error)})


_running: Final = set[asyncio.Task[None]]()  # the loop itself keeps none of them
