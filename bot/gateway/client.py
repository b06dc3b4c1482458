"""The client: what Discord sends goes to the use cases, what they want goes back."""

import logging
from collections.abc import Mapping, Sequence
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
from bot.core import wording
from bot.core.errors import StartFailed
from bot.core.secrets import Secret
from bot.gateway import dispatch, rate_limit_headers
from bot.gateway.commands.caller import ButtonHandler
from bot.gateway.commands.manage import tell_moderator
from bot.gateway.commands.sync import sync_if_changed
from bot.gateway.inbound import author_of, translate_message
from bot.gateway.reply import STOP, DiscordSurface
from bot.gateway.settings import DiscordSettings

log = logging.getLogger(__name__)

SlashCommand = app_commands.Command[Any, ..., Any] | app_commands.Group

_STOP_WORDS = {
    StopOutcome.STOPPED: wording.stop_accepted(),
    StopOutcome.NOT_YOURS: wording.stop_not_allowed(),
    StopOutcome.OVER: wording.stop_too_late(),
}
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


class Client(discord.AutoShardedClient):
    """AutoSharded even with one shard: the plain client never recovers from a bad resume URL."""

    def __init__(  # noqa: PLR0913 - put together in one place
        self,
        settings: DiscordSettings,
        pacer: Pacer,
        *,
        answering: MessageHandler,
        commands: Sequence[SlashCommand],
        stopping: Stopping,
        delegation: Delegation,
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
            http_trace=rate_limit_headers.trace(pacer),
        )
        rate_limit_headers.make_prompt(self.http)
        dispatch.guard_parsers(self)
        self._gateway_url = settings.gateway_url
        self._answering = answering
        self._stopping = stopping
        self.delegation = delegation
        self._button_handlers = button_handlers or {}
        self.command_ids: dict[str, int] = {}  # by name, once Discord knows the commands
        self._threads: dict[int, discord.Thread] = {}
        self.tree = app_commands.CommandTree(self)
        for command in commands:
            self.tree.add_command(command)

    async def log_in(self, token: Secret) -> int:
        """Log in with the token; returns the bot's user id. Raises StartFailed."""
        try:
            await self.login(token.reveal())
        except discord.LoginFailure as error:
            raise StartFailed(
                "Discord rejects the token: copy it anew from the Bot page of the developer portal"
            ) from error
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise StartFailed(f"Discord can't be reached ({type(error).__name__})") from error
        return self.user.id if self.user is not None else 0

    async def stay_connected(self) -> None:
        """Listen until closed. Raises StartFailed where Discord will not have us."""
        try:
            await self.connect(reconnect=True)
        except discord.PrivilegedIntentsRequired as error:
            raise StartFailed(
                "Discord does not let this bot read messages: turn on Message Content Intent on"
                " the portal's Bot page, or set `message_content_intent = false`"
            ) from error
        except discord.ConnectionClosed as error:
            raise StartFailed(f"Discord closed the connection (code {error.code})") from error

    async def setup_hook(self) -> None:
        if self._gateway_url is not None:
            _keep_gateway_url(self.http, self._gateway_url)
        self.command_ids = await sync_if_changed(self.tree)

    async def on_ready(self) -> None:
        log.info("ready", extra={"servers": len(self.guilds), "shards": len(self.shards)})

    async def on_message(self, message: discord.Message) -> None:
        if self.user is None or message.author.id == self.user.id:
            return
        await self._fetch_archived_thread(message)
        may = _permissions_in(message)
        if not _may_write(message, may):
            # Asking Discord all the same would count towards its limit of invalid requests.
            log.debug("a message in a channel without permission to write")
            return
        surface = DiscordSurface(
            self.http,
            message.channel.id,
            message.id,
            may_reply=may.read_message_history,
            may_attach=may.attach_files,
        )
        await self._answering.handle(translate_message(message, bot_id=self.user.id), surface)

    async def _fetch_archived_thread(self, message: discord.Message) -> None:
        """A thread that was archived is not in discord.py's cache when it comes back to life."""
        if not isinstance(message.channel, discord.PartialMessageable) or message.guild is None:
            return
        known = self._threads.get(message.channel.id)
        try:
            channel = known or await self.fetch_channel(message.channel.id)
        except discord.HTTPException:
            log.warning("a channel could not be fetched", extra={"channel_id": message.channel.id})
            return
        if isinstance(channel, discord.Thread):
            self._threads[channel.id] = channel
            message.channel = channel

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons. They are found by their custom id, so they outlive a restart."""
        if interaction.type is not discord.InteractionType.component:
            return
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        kind, _, rest = custom_id.partition(":")
        if custom_id.startswith(STOP):
            await self._stop(interaction, custom_id.removeprefix(STOP))
        elif kind in self._button_handlers:
            await self._button_handlers[kind](interaction, rest)

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
        outcome = self._stopping.stop(int(question_id) if question_id.isdigit() else 0, person)
        await interaction.response.send_message(_STOP_WORDS[outcome], ephemeral=True)


def _permissions_in(message: discord.Message) -> discord.Permissions:
    """The bot's permissions there, by the cache; all of them where that can't be known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return discord.Permissions.all()
    try:
        return message.channel.permissions_for(message.guild.me)
    except (discord.ClientException, AttributeError):
        return discord.Permissions.all()  # a thread whose channel is not cached


def _may_write(message: discord.Message, may: discord.Permissions) -> bool:
    """Threads have a permission of their own."""
    if isinstance(message.channel, discord.Thread):
        return may.view_channel and may.send_messages_in_threads
    return may.view_channel and may.send_messages


def _keep_gateway_url(http: HTTPClient, gateway_url: str) -> None:
    """Take the number of shards from `/gateway/bot`, but not the address."""
    ask = http.get_bot_gateway

    async def get_bot_gateway() -> tuple[int, str, Any]:
        shards, _address, starts = await ask()
        return shards, gateway_url, starts

    http.get_bot_gateway = get_bot_gateway  # type: ignore[method-assign]
