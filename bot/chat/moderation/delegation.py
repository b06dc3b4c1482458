"""Moderators by a server's settings: whom Discord lets use `/manage` without Manage Server.

Discord itself checks who may give that command. For buttons, and for what is an option of a command
for everybody, the table `delegates` says who may; it is kept up in the background, so that no
response waits for a request.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress

from bot.chat.collaborators import Collaborators
from bot.chat.ports import CommandPermissions
from bot.core import wording
from bot.core.bounded_map import BoundedMap
from bot.core.errors import StoreError, SurfaceError
from bot.core.moderation.delegates import MOVED, ModeratorCommand, is_delegate, left_behind
from bot.core.quota.limits import Requester
from bot.store.moderation import delegates, preferences

log = logging.getLogger(__name__)

_EVERY = 3_600.0  # seconds until what could not be read is tried again
_MOST_FAILURES = 3  # in a row, before the rest waits for the next time
_MOST_KNOWN = 1_000  # people who have given `/manage` of late


class Delegation:
    def __init__(self, using: Collaborators) -> None:
        self._using = using
        self._due: OrderedDict[int, None] = OrderedDict()  # servers to be read, in this order
        self._is_due = asyncio.Event()
        self._untold: set[int] = set()  # servers whose moderators may have to be told
        self._known: BoundedMap[tuple[int, int], bool] = BoundedMap(_MOST_KNOWN)  # server and user

    def note_use(self, guild_id: int, user_id: int) -> None:
        """Remember somebody without Manage Server from whom Discord took a `/manage`."""
        person = guild_id, user_id
        if person not in self._known:
            self._known[person] = True
            self._read_soon(guild_id)

    def note_change(self, guild_id: int) -> None:
        """Forget what was known of a server: Discord says that its settings have changed."""
        for person in self._known:
            if person[0] == guild_id:
                self._known.pop(person)
        self._read_soon(guild_id)

    async def may_moderate(self, person: Requester, command: ModeratorCommand) -> bool:
        """Whether the server's settings let somebody moderate, by `/manage` or by that command.

        Raises StoreError.
        """
        if (person.guild_id, person.user_id) in self._known:
            return True
        return await self._is_allowed(person, {command, ModeratorCommand.MANAGE})

    async def is_left_behind(self, person: Requester) -> bool:
        """Whether somebody was allowed a command that moved, and not yet the new one.

        Raises StoreError.
        """
        if await self.may_moderate(person, ModeratorCommand.MANAGE):
            return False
        return await self._is_allowed(person, MOVED)

    async def claim_notice(self, guild_id: int) -> str | None:
        """What a moderator of the server is to be told, once for each server. Raises StoreError.

        The database is asked only where there may be something to tell.
        """
        if guild_id not in self._untold:
            return None
        self._untold.discard(guild_id)
        async with self._using.database.reading() as connection:
            behind = left_behind(await delegates.of_server(connection, guild_id))
        if not behind:
            return None
        async with self._using.database.transaction() as tx:
            is_mine = await delegates.claim_notice(tx, guild_id, now=self._using.clock())
        return wording.commands_moved(behind) if is_mine else None

    async def keep_reading(self, permissions: CommandPermissions, *, every: float = _EVERY) -> None:
        """Read servers' settings where that is due, until cancelled."""
        self._due.update(dict.fromkeys(await self._naming_anybody()))
        while True:
            self._is_due.clear()
            await self.read_due(permissions)
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._is_due.wait()

    async def read_due(self, permissions: CommandPermissions) -> None:
        """Read one server after the other. After some failures in a row, the rest is left for later."""
        present = frozenset(await permissions.servers())
        for guild_id in await self._unread(present):
            self._due.setdefault(guild_id)
        failed: list[int] = []
        read = in_a_row = 0
        while self._due and in_a_row < _MOST_FAILURES:
            guild_id, _ = self._due.popitem(last=False)
            if guild_id in present:
                is_read = await self._read(permissions, guild_id)
                read += is_read
                failed += [] if is_read else [guild_id]
                in_a_row = 0 if is_read else in_a_row + 1
        self._due.update(dict.fromkeys(failed))
        if read:
            log.info("the permissions of commands were read", extra={"servers": read})

    def _read_soon(self, guild_id: int) -> None:
        """Before those that merely have not been read yet."""
        self._due[guild_id] = None
        self._due.move_to_end(guild_id, last=False)
        self._is_due.set()

    async def _read(self, permissions: CommandPermissions, guild_id: int) -> bool:
        try:
            said = await permissions.read(guild_id)
            async with self._using.database.transaction() as tx:
                await delegates.replace(tx, guild_id, said, now=self._using.clock())
            if left_behind(said):
                self._untold.add(guild_id)
                await self._tell_in_log_channel(guild_id)
        except (SurfaceError, StoreError) as error:
            log.warning(
                "the permissions of commands could not be read",
                extra={"guild_id": guild_id, "reason": f"{type(error).__name__}: {error}"},
            )
            return False
        return True

    async def _tell_in_log_channel(self, guild_id: int) -> None:
        """Where there is none, the first moderator who gives a command is told."""
        async with self._using.database.reading() as connection:
            channel_id = await preferences.find_log_channel(connection, guild_id)
        if channel_id is not None and (text := await self.claim_notice(guild_id)) is not None:
            self._using.log_channel.add_text(text, guild_id, channel_id)

    async def _unread(self, present: frozenset[int]) -> frozenset[int]:
        try:
            async with self._using.database.reading() as connection:
                return present - await delegates.servers_read(connection)
        except StoreError:
            return frozenset()  # they are looked for again next time

    async def _naming_anybody(self) -> frozenset[int]:
        try:
            async with self._using.database.reading() as connection:
                return await delegates.servers_naming_anybody(connection)
        except StoreError:
            return frozenset()

    async def _is_allowed(self, person: Requester, commands: Collection[ModeratorCommand]) -> bool:
        async with self._using.database.reading() as connection:
            said = await delegates.of_server(connection, person.guild_id)
        return is_delegate(
            said,
            commands,
            guild_id=person.guild_id,
            user_id=person.user_id,
            role_ids=person.role_ids,
        )
