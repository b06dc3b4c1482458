"""Deferrals: commands and buttons whose callers wait, and who are told where the process dies."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from bot.chat.ports import Clock
from bot.core import wording
from bot.core.errors import SurfaceError, SurfaceUnavailable
from bot.core.secrets import Secret
from bot.store.database import Database
from bot.store.processes import claims, deferrals, leases
from bot.store.processes.deferrals import KeptDeferral

log = logging.getLogger(__name__)

TOKEN_LASTS = timedelta(minutes=14)  # a little less than Discord says


class CutOffReplies(Protocol):
    """Where people are told of commands that a crash has cut off."""

    async def tell(self, token: Secret, sentence: str, *, is_edit: bool) -> None:
        """Say a sentence in the place of an answer that is still awaited; a private one beside the
        message where the answer would have changed that. Raises SurfaceError.

        It says nothing twice, unless a message is to be changed. SurfaceUnavailable: nothing was said.
        """
        ...


class Deferrals:
    """`holder` is this run, as its lease names it: a process that starts again is another one."""

    def __init__(self, database: Database, clock: Clock, *, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder

    async def keep(self, interaction_id: int, token: Secret, *, is_edit: bool) -> None:
        """Keep it until it is forgotten. Raises StoreError."""
        kept = KeptDeferral(
            id=interaction_id,
            holder=self._holder,
            token=token,
            is_edit=is_edit,
            deferred_at=self._clock(),
        )
        async with self._database.transaction() as tx:
            await deferrals.keep(tx, kept)

    async def forget(self, interaction_id: int) -> None:
        """It has its answer, or gets it from another process. Raises StoreError."""
        async with self._database.transaction() as tx:
            await deferrals.forget(tx, interaction_id, self._holder)

    async def tell_cut_off(self, replies: CutOffReplies) -> None:
        """Tell whoever waits for a process that is dead; forget what is too old. Raises StoreError."""
        async with self._database.reading() as connection:
            every = await deferrals.find(connection)
            if not every:
                return
            living = await leases.living_holders(connection, self._clock())
        over, left = _sort(every, living | {self._holder}, self._clock())
        await self._forget(over)
        for kept in left:
            await self._tell(kept, replies)

    async def _forget(self, every: Sequence[KeptDeferral]) -> None:
        if not every:
            return
        async with self._database.transaction() as tx:
            for kept in every:
                await deferrals.forget(tx, kept.id, kept.holder)

    async def _tell(self, kept: KeptDeferral, replies: CutOffReplies) -> None:
        """What Discord can't be told now is kept for the next look.

        A process may die here, or another one do the same: an answer that nobody awaits any more is
        left alone by `replies`, and a message of its own is said by whoever forgets the deferral.
        """
        async with self._database.transaction() as tx:
            # One that nobody has claimed is claimed now, so that nobody carries it out any more.
            was_begun = not await claims.claim(tx, kept.id, now=self._clock())
            if await deferrals.is_question(tx, kept.id):
                await deferrals.forget(tx, kept.id, kept.holder)
                return
            if kept.is_edit and not await deferrals.forget(tx, kept.id, kept.holder):
                return
        sentence = wording.command_cut_off() if was_begun else wording.command_not_begun()
        try:
            await replies.tell(kept.token, sentence, is_edit=kept.is_edit)
        except SurfaceUnavailable:
            async with self._database.transaction() as tx:
                await deferrals.keep(tx, kept)
            return
        except SurfaceError as error:  # the token has expired, or the message was deleted
            reason = type(error).__name__
            log.info("a command that was cut off can't be told any more", extra={"reason": reason})
        await self._forget([kept])


def _sort(
    every: Iterable[KeptDeferral], living: Collection[str], now: datetime
) -> tuple[list[KeptDeferral], list[KeptDeferral]]:
    """Those to be forgotten, and of each interaction that no living run holds, one."""
    over, left = list[KeptDeferral](), list[KeptDeferral]()
    for _, held in groupby(every, key=lambda kept: kept.id):
        rows = list(held)
        dead = [kept for kept in rows if kept.holder not in living]
        if all(now - kept.deferred_at > TOKEN_LASTS for kept in rows):
            over += rows
        elif len(dead) < len(rows):
            over += dead
        else:
            left.append(dead[0])
            over += dead[1:]
    return over, left
