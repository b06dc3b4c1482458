"""Where a message is answered: its thread is fetched, and the bot's permissions are looked at."""

import logging

import aiohttp
import discord

from bot.core.bounded_map import BoundedMap
from bot.gateway.replies.reply import DiscordSurface
from bot.gateway.replies.threads import ClosedThreads
from bot.gateway.requests.forbidden_channels import ForbiddenChannels, Use

log = logging.getLogger(__name__)

_THREADS_KEPT = 1_000  # archived ones that came back to life; others are fetched again
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # discord.py's, for odd payloads


class AnswerPlaces:
    """Finds the surface for each message; asks Discord only where its cache knows nothing."""

    def __init__(self, client: discord.Client, forbidden: ForbiddenChannels) -> None:
        self.closed_threads = ClosedThreads()
        self._client = client
        self._forbidden = forbidden
        self._threads: BoundedMap[int, discord.Thread] = BoundedMap(_THREADS_KEPT)

    async def surface_of(self, message: discord.Message) -> DiscordSurface | None:
        """Where the message is answered; None: the bot may not write there."""
        await self._fetch_archived_thread(message)
        may = _permissions_in(message)
        if not _may_write(message, may) or self._forbidden.forbids(message.channel.id, Use.WRITE):
            # Asking Discord all the same would count towards its limit of invalid requests.
            log.debug("a message in a channel without permission to write")
            return None
        return DiscordSurface(
            self._client.http,
            message.channel.id,
            message.id,
            may_reply=may.read_message_history,
            may_attach=may.attach_files,
            closed=self.closed_threads,
        )

    async def _fetch_archived_thread(self, message: discord.Message) -> None:
        """A thread that was archived is not in discord.py's cache when it comes back to life."""
        if not isinstance(message.channel, discord.PartialMessageable) or message.guild is None:
            return
        known = self._threads.get(message.channel.id)
        if known is None and self._forbidden.forbids(message.channel.id, Use.READ):
            return
        try:
            channel = known or await self._client.fetch_channel(message.channel.id)
        except (discord.DiscordException, aiohttp.ClientError, OSError, *_MALFORMED) as error:
            # Also where it is a channel of a kind that is newer than discord.py.
            log.warning(
                "a channel could not be fetched",
                extra={"channel_id": message.channel.id, "reason": type(error).__name__},
            )
            return
        if isinstance(channel, discord.Thread):
            self._threads[channel.id] = channel
            message.channel = channel


def _permissions_in(message: discord.Message) -> discord.Permissions:
    """The bot's permissions there, by the cache; all of them where that can't be known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return discord.Permissions.all()
    try:
        return message.channel.permissions_for(message.guild.me)
    except (discord.ClientException, *_MALFORMED):
        return discord.Permissions.all()  # a thread whose channel is not cached


def _may_write(message: discord.Message, may: discord.Permissions) -> bool:
    """Threads have a permission of their own."""
    if isinstance(message.channel, discord.Thread):
        return may.view_channel and may.send_messages_in_threads
    return may.view_channel and may.send_messages
