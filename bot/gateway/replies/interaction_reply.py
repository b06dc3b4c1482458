"""The answer to a command as it appears: the first word within three seconds, the rest by edits.

Discord gives a command three seconds for its first answer and its token fifteen minutes
(https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback);
afterwards the message is one of the bot's like any other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any, TypeVar

import discord

from bot.core import wording
from bot.core.errors import SurfaceError, SurfaceForbidden, SurfaceGone
from bot.core.pictures.orders import ShownPicture
from bot.gateway.replies.acknowledgement import (
    Deferral,
    defer,
    is_answered,
    note_answer,
    seconds_left,
)
from bot.gateway.replies.reply import STOP, DiscordSurface, code_of, send

T = TypeVar("T")

IS_REPEATED = "is_repeated"  # among an interaction's extras: an earlier run has begun it
TOKEN_LASTS = 13 * 60.0  # seconds; a little less than Discord says
_UPLOAD_PATIENCE = 90.0  # seconds
# Discord does not know the token any more: it was too long ago by Discord's clock, if not by ours.
EXPIRED = frozenset({50027, 10015})
_NO_MENTIONS = discord.AllowedMentions.none()


class _Expired(Exception):
    """The command's token is not known any more; the message can be edited as any other."""


class InteractionSurface:
    """Where a command's answer appears: one message. What ends with its first word is seen by the
    caller alone: it is a refusal. `clock` is monotonic, in seconds.
    """

    def __init__(self, interaction: discord.Interaction, *, clock: Callable[[], float]) -> None:
        self.can_show_pictures = interaction.app_permissions.attach_files
        self._interaction = interaction
        self._clock = clock
        self._is_repeated = IS_REPEATED in interaction.extras
        self._began = clock() - (_age(interaction) if self._is_repeated else 0.0)
        self._is_separate = False  # the answer is known to be a message like any other
        self._lock = asyncio.Lock()
        self._later = DiscordSurface(
            interaction.client.http, interaction.channel_id or 0, interaction.id, may_reply=False
        )

    @property
    def channel_id(self) -> int:
        return self._interaction.channel_id or 0

    @asynccontextmanager
    async def kept_waiting(self) -> AsyncIterator[None]:
        """Ask Discord for patience, should nothing have been said in time."""
        waiting = asyncio.get_running_loop().create_task(self._defer())
        try:
            yield
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        if page:
            raise SurfaceError("an answer to a command is one message")
        async with self._lock:
            if self._is_repeated:
                return await self._begin_again(text, has_stop=has_stop)
            message_id = await self._begin(text, has_stop=has_stop)
            note_answer(self._interaction)
            return message_id

    async def _begin(self, text: str, *, has_stop: bool) -> int:
        if not self._interaction.response.is_done():
            try:
                return await send(self._respond(text, has_stop=has_stop))
            except SurfaceError as error:
                if not is_answered(error.__cause__):
                    raise
        with suppress(_Expired):
            return await self._edit_original(content=text, view=self._buttons(has_stop))
        self._is_separate = True
        return await self._later.create(0, text, has_stop=has_stop)

    async def _begin_again(self, text: str, *, has_stop: bool) -> int:
        """Where the command was never responded to, Discord takes a message of its own only."""
        if not self._is_late:
            with suppress(_Expired, SurfaceGone, SurfaceForbidden):
                return await self._edit_original(content=text, view=self._buttons(has_stop))
        self._is_separate = True
        return await self._later.create(0, text, has_stop=has_stop)

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None:
        if not await self._edits_original(content=text, view=self._buttons(has_stop)):
            await self._later.edit(message_id, text, has_stop=has_stop)

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        files = [
            discord.File(BytesIO(one.content), filename=one.name, description=one.alt)
            for one in pictures
        ]
        view = self._buttons(has_stop)
        if not await self._edits_original(content=text, view=view, attachments=files):
            await self._later.show_pictures(message_id, text, pictures, has_stop=has_stop)

    async def delete(self, message_id: int) -> None:
        """Nobody deletes the question of a command: it is no message."""
        await self._later.delete(message_id)

    async def typing(self) -> None:
        """The command itself shows that it is at work."""

    @property
    def _is_late(self) -> bool:
        return self._clock() - self._began > TOKEN_LASTS

    async def _defer(self) -> None:
        await asyncio.sleep(seconds_left(self._interaction))
        async with self._lock:
            with suppress(SurfaceError):
                await defer(self._interaction, Deferral.PUBLIC)

    async def _respond(self, text: str, *, has_stop: bool) -> int:
        response = await self._interaction.response.send_message(
            text,
            view=self._buttons(has_stop),
            ephemeral=not has_stop,
            suppress_embeds=True,
            allowed_mentions=_NO_MENTIONS,
        )
        return response.message_id or 0

    async def _edits_original(self, **changes: Any) -> bool:
        """Edit the response to the command; False: the answer is to be edited as any message.

        That is so once the token is old, and where an earlier run gave no response, so that the
        answer is a message of its own.
        """
        if self._is_late or self._is_separate:
            return False
        try:
            await self._edit_original(**changes)
        except _Expired:
            self._is_separate = True
            return False
        except (SurfaceGone, SurfaceForbidden):
            if not self._is_repeated:
                raise
            self._is_separate = True
            return False
        return True

    async def _edit_original(self, **changes: Any) -> int:
        edit: Awaitable[discord.InteractionMessage] = self._interaction.edit_original_response(
            allowed_mentions=_NO_MENTIONS, **changes
        )
        try:
            return (await send(edit, patience=_UPLOAD_PATIENCE)).id
        except SurfaceError as error:
            if code_of(error) not in EXPIRED:
                raise
            raise _Expired from error

    def _buttons(self, has_stop: bool) -> discord.ui.View:
        """A view that has ended, so that discord.py does not keep it: presses come by their id."""
        view = discord.ui.View(timeout=None)
        if has_stop:
            button: discord.ui.Button[discord.ui.View] = discord.ui.Button(
                style=discord.ButtonStyle.secondary,
                label=wording.STOP_LABEL,
                custom_id=f"{STOP}{self._interaction.id}",
            )
            view.add_item(button)
        view.stop()
        return view


def _age(interaction: discord.Interaction) -> float:
    """Seconds since the command was given."""
    return max(0.0, (discord.utils.utcnow() - interaction.created_at).total_seconds())
