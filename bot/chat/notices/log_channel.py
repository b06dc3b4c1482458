"""A server's log channel: entries for moderators on each change, and on caps that fill.

Whoever adds an entry never waits for Discord, and whatever Discord does not take is in the audit.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from bot.chat.ports import LogChannel, OperatorChannel
from bot.core import wording
from bot.core.bounded_map import BoundedMap
from bot.core.errors import StoreError, SurfaceError
from bot.core.moderation.changes import Change
from bot.core.moderation.preferences import Topic
from bot.core.quota.allowance import Crossing
from bot.core.quota.limits import DIRECT, SubjectKind
from bot.store.database import Database
from bot.store.moderation import preferences

log = logging.getLogger(__name__)

_CHANNELS_KEPT = 1_000

_MOST_WAITING = 200  # entries; with a Discord that takes none, the latest are of no more use


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    guild_id: int  # DIRECT: for the operator
    text: str
    channel_ids: tuple[int, ...] | None = None  # None: to be looked up


class LogChannelWriter:
    def __init__(self) -> None:
        self._due: asyncio.Queue[_Entry] = asyncio.Queue(_MOST_WAITING)
        # Channels that took nothing of late; once is said of each.
        self._closed: BoundedMap[int, bool] = BoundedMap(_CHANNELS_KEPT)

    def add_change(self, change: Change, channel_id: int | None) -> None:
        """Add a change that is committed; `channel_id` is what the log channel is by then.

        One that has been the log channel until now learns of that, too.
        """
        old = (change.before or {}).get(Topic.LOG_CHANNEL)
        named = (channel_id, None if old is None else int(str(old)))
        channel_ids = tuple(each for each in named if each is not None)
        if channel_ids:
            text = wording.change_line(change)
            self._add(_Entry(guild_id=change.guild_id, text=text, channel_ids=channel_ids))

    def add_warning(self, crossing: Crossing, guild_id: int) -> None:
        """Add a warning of how much of a cap is used; of a cap on everything, for the operator."""
        if crossing.limit.subject.kind is SubjectKind.EVERYTHING:
            guild_id = DIRECT
            log.warning("a cap on everything fills", extra={"percent": crossing.percent})
        if crossing.limit.is_ceiling:
            log.warning(
                "a server's ceiling fills",
                extra={"guild_id": guild_id, "percent": crossing.percent},
            )
        self._add(_Entry(guild_id=guild_id, text=wording.cap_warning(crossing)))

    def add_text(self, text: str, guild_id: int, channel_id: int) -> None:
        """Add what moderators are to know, for the log channel that they have now."""
        self._add(_Entry(guild_id=guild_id, text=text, channel_ids=(channel_id,)))

    async def post_entries(
        self, database: Database, channels: LogChannel, operator: OperatorChannel | None
    ) -> None:
        """Post what is due, until cancelled."""
        while True:
            entry = await self._due.get()
            try:
                if entry.guild_id != DIRECT:
                    for channel_id in await self._find_channels(database, entry):
                        await self._post(channels, channel_id, entry)
                elif operator is not None:
                    await self._post_to_operator(operator, entry)
            finally:
                self._due.task_done()

    async def wait_until_posted(self, *, within: float) -> None:
        """Wait until all that is due has been posted, `within` so many seconds at the most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._due.join()

    def _add(self, entry: _Entry) -> None:
        if self._due.full():
            log.warning("an entry of a log channel is lost", extra={"guild_id": entry.guild_id})
        else:
            self._due.put_nowait(entry)

    async def _find_channels(self, database: Database, entry: _Entry) -> tuple[int, ...]:
        if entry.channel_ids is not None:
            return entry.channel_ids
        try:
            async with database.reading() as connection:
                found = await preferences.find_log_channel(connection, entry.guild_id)
        except StoreError as error:
            log.warning(
                "a log channel can't be found",
                extra={"guild_id": entry.guild_id, "reason": _name(error)},
            )
            return ()
        return () if found is None else (found,)

    async def _post(self, channels: LogChannel, channel_id: int, entry: _Entry) -> None:
        try:
            await channels.post(channel_id, entry.text)
        except SurfaceError as error:
            if channel_id not in self._closed:
                self._closed[channel_id] = True
                log.warning(
                    "a log channel took no message",
                    extra={
                        "guild_id": entry.guild_id,
                        "channel_id": channel_id,
                        "reason": _name(error),
                    },
                )
        else:
            self._closed.pop(channel_id)

    async def _post_to_operator(self, operator: OperatorChannel, entry: _Entry) -> None:
        try:
            await operator.post(entry.text)
        except SurfaceError as error:
            log.warning("the operator channel took no message", extra={"reason": _name(error)})


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
