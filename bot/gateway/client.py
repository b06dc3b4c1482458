"""The client: what Discord sends goes to the use cases, what they want goes back."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.chat.display.pacer import Pacer
from bot.chat.in_flight import StopOutcome, Stopper, Stopping
from bot.chat.message_handler import MessageHandler
from bot.chat.moderation.delegation import Delegation
from bot.chat.upkeep.sessions import Sessions
from bot.core import wording
from bot.core.errors import StartDelayed, StartFailed, SurfaceClosed, SurfaceForbidden
from bot.core.messages.incoming_message import IncomingMessage, Place
from bot.core.numbers import read_number
from bot.core.secrets import Secret
from bot.gateway.answer_places import AnswerPlaces
from bot.gateway.commands.caller import ButtonHandler
from bot.gateway.commands.failures import CommandTree, tell_failure
from bot.gateway.commands.manage import tell_moderator
from bot.gateway.commands.sync import sync_until_done
from bot.gateway.connection.connection_guard import GatewayUnreadable, Guarding, guard_connections
from bot.gateway.connection.returning_client import ReturningClient
from bot.gateway.earlier_questions import fetch_message, keep_descriptions
from bot.gateway.events import dispatch, unread
from bot.gateway.inbound import author_of, check_types, translate_message
from bot.gateway.replies.acknowledgement import (
    note_arrival,
    respond_first,
    say_privately,
    unless_late,
)
from bot.gateway.replies.reply import STOP, DiscordSurface
from bot.gateway.replies.threads import read_thread, state_of
from bot.gateway.requests import rate_limit_headers, refusals
from bot.gateway.requests.forbidden_channels import ForbiddenChannels
from bot.gateway.settings import DiscordSettings

log = logging.getLogger(__name__)

SlashCommand = app_commands.Command[Any, ..., Any] | app_commands.Group

_STOP_WORDS = {
    StopOutcome.STOPPED: wording.stop_accepted(),
    StopOutcome.NOT_YOURS: wording.stop_not_allowed(),
    StopOutcome.OVER: wording.stop_too_late(),
}
_PRESSES = frozenset({discord.InteractionType.component, discord.InteractionType.modal_submit})
_REJECTED = "Discord rejects the token: copy it anew from the Bot page of the developer portal"
_SYNC_PATIENCE = 5.0  # seconds that the connection waits for the commands to be known
_LONGEST_RATE_LIMIT = 60.0  # seconds that discord.py may wait before it gives up a request


def intents_of(settings: DiscordSettings) -> discord.Intents:
    """Guilds, messages and direct messages; their content where the operator has it enabled."""
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        dm_messages=True,
        message_content=settings.message_content_intent,
    )


def use_addresses(settings: DiscordSettings) -> None:
    """Use other addresses of Discord: a REST proxy or a stand-in. For the whole process."""
    if settings.api_url is not None:
        Endpoint.BASE = settings.api_url.rstrip("/")
    if settings.gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)


class Client(ReturningClient):
    """AutoSharded even with one shard: only so are its connections ours to bring back."""

    def __init__(  # noqa: PLR0913 - put together in one place
        self,
        settings: DiscordSettings,
        pacer: Pacer,
        *,
        answering: MessageHandler,
        commands: Sequence[SlashCommand],
        stopping: Stopping,
        delegation: Delegation,
        sessions: Sessions,
        button_handlers: Mapping[str, ButtonHandler] | None = None,
    ) -> None:
        """`button_handlers`: by the beginning of the custom id; the rest of the id is handed on."""
        super().__init__(
            intents=intents_of(settings),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_LONGEST_RATE_LIMIT,
            guild_ready_timeout=0.5,
            http_trace=rate_limit_headers.trace(pacer, self._refusal_handlers()),
        )
        rate_limit_headers.make_prompt(self.http)
        dispatch.guard_parsers(self, check_message=self._check)
        keep_descriptions(self)
        self._is_hopeless = asyncio.Event()
        guarding = Guarding(give_up=self._is_hopeless.set, clock=time.monotonic)
        guard_connections(self, guarding)
        self._gateway_url = settings.gateway_url
        self._answering = answering
        self._stopping = stopping
        self.delegation = delegation
        self._sessions = sessions
        self._button_handlers = button_handlers or {}
        self._has_begun = False
        self._is_over = asyncio.Event()
        self._commands_known = asyncio.Event()
        self.command_ids: dict[str, int] = {}  # by name, once Discord knows the commands
        self.places = AnswerPlaces(self, self.forbidden)
        self._token_rejected: asyncio.Task[None] | None = None  # closes the connection
        self._syncing: asyncio.Task[None] | None = None
        self.tree = CommandTree(self)
        for command in commands:
            self.tree.add_command(command)

    def _refusal_handlers(self) -> refusals.RefusalHandlers:
        self.forbidden = ForbiddenChannels(time.monotonic)
        return refusals.RefusalHandlers(
            close_gate=lambda seconds: refusals.close_gate(self.http, seconds),
            reject_token=self._reject_token,
            forbid=self.forbidden.note,
        )

    def _reject_token(self) -> None:
        """As where the gateway closes with 4004: nothing can be read or written any more."""
        self._token_rejected = asyncio.get_running_loop().create_task(self.close())

    async def log_in(self, token: Secret) -> int:
        """Log in with the token; returns the bot's user id. Raises StartFailed, StartDelayed."""
        self._has_begun = True
        try:
            await self.login(token.reveal())
        except discord.LoginFailure as error:
            raise StartFailed(_REJECTED) from error
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise StartDelayed(f"Discord can't be reached ({type(error).__name__})") from error
        return self._own_id

    async def stay_connected(self) -> None:
        """Listen until closed. Raises StartFailed where Discord will not have us, GatewayUnreadable
        where nothing can be made of what it sends.
        """
        loop = asyncio.get_running_loop()
        connecting = loop.create_task(self._connect())
        ends = [loop.create_task(end.wait()) for end in (self._is_over, self._is_hopeless)]
        try:
            await asyncio.wait({connecting, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if self._token_rejected is not None:
                raise StartFailed(_REJECTED)
            if self._is_hopeless.is_set():
                raise GatewayUnreadable
            if connecting.done():
                connecting.result()
        finally:
            for task in (connecting, *ends):
                task.cancel()
            await asyncio.gather(connecting, *ends, return_exceptions=True)

    async def _connect(self) -> None:
        try:
            await self.connect(reconnect=True)
        except discord.PrivilegedIntentsRequired as error:
            raise StartFailed(
                "Discord does not let this bot read messages: turn on Message Content Intent on"
                " the portal's Bot page, or set `message_content_intent = false`"
            ) from error
        except discord.ConnectionClosed as error:
            raise StartFailed(f"Discord closed the connection (code {error.code})") from error

    async def close(self) -> None:
        """End `stay_connected`, and nothing else: discord.py closes itself where Discord ends the
        connection for good, and what is being answered is to be marked then. See `shut_down`.
        """
        self._is_over.set()

    async def end_events(self, *, patience: float) -> None:
        """Take no event any more, and end what handles one: by itself within `patience` seconds,
        or else cancelled.
        """
        dispatch.ignore_events(self)
        await dispatch.cancel_handlers(patience=patience)

    async def shut_down(self) -> None:
        """Close the connections to Discord, for good."""
        if self._syncing is not None:
            self._syncing.cancel()
        if self._has_begun:  # discord.py can't close what has not
            await super().close()

    async def setup_hook(self) -> None:
        if self._gateway_url is not None:
            _keep_gateway_url(self.http, self._gateway_url)
        attempted = asyncio.Event()
        self._syncing = asyncio.get_running_loop().create_task(self._sync_commands(attempted))
        with suppress(TimeoutError):
            async with asyncio.timeout(_SYNC_PATIENCE):
                await attempted.wait()

    async def _sync_commands(self, attempted: asyncio.Event) -> None:
        self.command_ids = await sync_until_done(self.tree, attempted)
        attempted.set()
        self._commands_known.set()

    async def wait_until_commands_known(self) -> None:
        """Until Discord knows the commands, and `command_ids` is filled."""
        await self._commands_known.wait()

    def _check(self, message: discord.Message) -> None:
        """Raises where a message was parsed, but holds what no message can hold."""
        if self.user is not None:
            check_types(translate_message(message, bot_id=self.user.id))

    async def on_error(self, event_method: str, /, *args: Any, **_: Any) -> None:
        """An event that failed ends with one line, and with a sentence for who addressed the bot."""
        error, incident = sys.exc_info()[1], unread.incident_of_first(*args)
        if error is not None:
            unread.log_failure(event_method, error, incident)
        await unread.apologize(self.http, args, self._own_id, incident)

    async def on_unread_event(self, event: str, data: Any) -> None:
        await unread.answer_unread(self.http, event, data, self._own_id)

    @property
    def _own_id(self) -> int:
        return self.user.id if self.user is not None else 0

    async def on_ready(self) -> None:
        log.info("ready", extra={"servers": len(self.guilds), "shards": len(self.shards)})

    async def on_shard_connect(self, shard_id: int) -> None:
        await super().on_shard_connect(shard_id)
        self._sessions.shard_count = self.shard_count or 1
        self._sessions.begin(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        servers = [guild.id for guild in self.guilds if guild.shard_id == shard_id]
        self._sessions.note_ready(shard_id, servers)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self._sessions.note_server(guild.shard_id, guild.id)

    async def on_message(self, message: discord.Message) -> None:
        self._note(message)
        if self.user is None or message.author.id == self.user.id:
            return
        self.places.closed_threads.reopen(message.channel.id)
        surface = await self.places.surface_of(message)
        if surface is not None:
            await self._answering.handle(self.translate(message), surface)

    def _note(self, message: discord.Message) -> None:
        """One of a server that is not known could be of any shard."""
        if message.guild is not None:
            self._sessions.note_message(message.guild.shard_id, message.id)
        elif isinstance(message.channel, discord.DMChannel):
            self._sessions.note_message(0, message.id)

    def translate(self, message: discord.Message) -> IncomingMessage:
        return translate_message(message, bot_id=self.user.id if self.user is not None else 0)

    async def fetch_question(
        self, place: Place, message_id: int
    ) -> tuple[IncomingMessage, DiscordSurface] | None:
        """A message as it is now, and where it is answered; None: it was deleted.

        Raises SurfaceError.
        """
        message = await fetch_message(self, place.channel_id, message_id)
        if message is None:
            return None
        thread = message.channel
        if isinstance(thread, discord.Thread) and self.places.closed_threads.note(
            thread.id, state_of(thread)
        ):
            raise SurfaceClosed
        surface = await self.places.surface_of(message)
        if surface is None:
            raise SurfaceForbidden("no permission to write")
        return self.translate(message), surface

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self._answering.forget_message(event.message_id)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        for message_id in event.message_ids:
            self._answering.forget_message(message_id)

    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        if self.places.closed_threads.note(event.thread_id, read_thread(event.data)):
            self._answering.leave_channel(event.thread_id)

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        self._answering.leave_channel(event.thread_id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._answering.leave_channel(channel.id)

    async def on_guild_channel_update(self, *_channel: discord.abc.GuildChannel) -> None:
        self.forbidden.forget()

    async def on_guild_role_update(self, *_role: discord.Role) -> None:
        self.forbidden.forget()

    async def on_member_update(self, *_bot: discord.Member) -> None:
        """Only the bot itself is known, and so only its own roles are told of."""
        self.forbidden.forget()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons. They are found by their custom id, so they outlive a restart. We have no forms: one
        that is sent in is of another version.
        """
        note_arrival(interaction)
        if interaction.type not in _PRESSES:
            return
        try:
            await self._press(interaction)
        except Exception as error:  # noqa: BLE001 - whoever pressed it must not be left without a word
            await tell_failure(interaction, error)

    async def _press(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        kind, _, rest = custom_id.partition(":")
        if interaction.type is discord.InteractionType.modal_submit:
            await say_privately(interaction, wording.unknown_form())
        elif custom_id.startswith(STOP):
            await self._stop(interaction, custom_id.removeprefix(STOP))
        elif kind in self._button_handlers:
            await self._button_handlers[kind](interaction, rest)
        else:
            log.info("a button that nobody knows was pressed")
            await say_privately(interaction, wording.unknown_button())

    async def on_app_command_completion(
        self, interaction: discord.Interaction, command: SlashCommand | app_commands.ContextMenu
    ) -> None:
        await tell_moderator(interaction, command.qualified_name.partition(" ")[0])

    async def on_raw_app_command_permissions_update(
        self, update: discord.RawAppCommandPermissionsUpdateEvent
    ) -> None:
        self.delegation.note_change(update.guild.id)

    async def _stop(self, interaction: discord.Interaction, question_id: str) -> None:
        person = Stopper(
            id=author_of(interaction.user).id,
            may_moderate=interaction.permissions.manage_messages,
        )
        stopping = self._stopping.stop(read_number(question_id) or 0, person)
        outcome = await unless_late(interaction, stopping, otherwise=StopOutcome.OVER)
        if outcome is StopOutcome.ELSEWHERE:
            return
        words = _STOP_WORDS[outcome]
        say: Callable[[], Awaitable[object]]
        say = partial(interaction.response.send_message, words, ephemeral=True)
        if outcome is StopOutcome.OVER:
            say = partial(_take_button_away, interaction, words)
        await respond_first(interaction, say, later=_nothing)  # another process was faster


async def _take_button_away(interaction: discord.Interaction, words: str) -> None:
    """Where Discord took no last edit the button was left."""
    await interaction.response.edit_message(view=None)
    await interaction.followup.send(words, ephemeral=True)


async def _nothing() -> None:
    pass


def _keep_gateway_url(http: HTTPClient, gateway_url: str) -> None:
    """Take the number of shards from `/gateway/bot`, but not the address."""
    ask = http.get_bot_gateway

    async def get_bot_gateway() -> tuple[int, str, Any]:
        shards, _address, starts = await ask()
        return shards, gateway_url, starts

    http.get_bot_gateway = get_bot_gateway  # type: ignore[method-assign]
