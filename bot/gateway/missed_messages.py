"""Messages that were posted while the bot was away, as Discord has them now."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import discord

from bot.chat.ports import MissedPage
from bot.core.errors import SurfaceForbidden
from bot.core.messages.incoming_message import IncomingMessage
from bot.gateway.inbound import check_types, translate_message
from bot.gateway.replies.reply import ask
from bot.gateway.requests.forbidden_channels import ForbiddenChannels, Use

log = logging.getLogger(__name__)

_PAGE = 100  # messages, Discord's most
_REPLY = 0  # the type of a reference that is no forward
_Readable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class MissedMessages:
    """See `MissedMessages` in `bot/chat/catch_up.py`."""

    def __init__(self, client: discord.Client, forbidden: ForbiddenChannels) -> None:
        self._client = client
        self._forbidden = forbidden

    def find_moved(self, server_ids: Iterable[int], *, after: int) -> Sequence[int]:
        servers = [self._client.get_guild(server_id) for server_id in server_ids]
        moved = {
            channel.id: channel.last_message_id or 0
            for server in servers
            if server is not None
            for channel in _readable_channels(server)
            if (channel.last_message_id or 0) > after
        }
        return sorted(moved, key=lambda channel_id: moved[channel_id], reverse=True)

    async def read(self, channel_id: int, *, after: int, before: int | None) -> MissedPage:
        if self._forbidden.forbids(channel_id, Use.READ):
            raise SurfaceForbidden
        page = await ask(self._client.http.logs_from(channel_id, _PAGE, before=before))
        later = [each for each in page if int(each["id"]) > after]
        has_more = len(later) == _PAGE
        messages = await translate_page(self._client, channel_id, later)
        return MissedPage(
            messages=messages,
            answered=frozenset(self._answered_by(later)),
            earlier=int(later[-1]["id"]) if has_more else None,
        )

    def _answered_by(self, page: Iterable[Any]) -> Iterator[int]:
        """What the bot has replied to, of which a restored database may know nothing."""
        own = self._client.user
        for each in page:
            reference = each.get("message_reference") or {}
            is_own = own is not None and int(each["author"]["id"]) == own.id
            if is_own and reference.get("message_id") and reference.get("type", _REPLY) == _REPLY:
                yield int(reference["message_id"])


async def translate_page(
    client: discord.Client, channel_id: int, page: Sequence[Any]
) -> tuple[IncomingMessage, ...]:
    """Translate messages of a channel's history, without the roles of their authors: whoever answers
    one fetches it once more. Raises SurfaceError.
    """
    if not page:
        return ()
    channel: Any = client.get_channel(channel_id) or await ask(client.fetch_channel(channel_id))
    read = (_read_one(client, channel, data) for data in page)
    return tuple(message for message in read if message is not None)


def _read_one(client: discord.Client, channel: Any, data: Any) -> IncomingMessage | None:
    bot_id = client.user.id if client.user is not None else 0
    try:
        message = discord.Message(state=client._connection, channel=channel, data=data)
        translated = translate_message(message, bot_id=bot_id)
        check_types(translated)
    except Exception as error:  # noqa: BLE001 - discord.py's, for odd payloads
        reason = type(error).__name__
        log.warning("a missed message could not be read", extra={"reason": reason})
        return None
    return translated


def _readable_channels(server: discord.Guild) -> Iterator[_Readable]:
    for channel in (*server.channels, *server.threads):
        if isinstance(channel, _Readable) and _may_answer(channel):
            yield channel


def _may_answer(channel: _Readable) -> bool:
    """Whether the bot may read what was posted there, and write."""
    try:
        may = channel.permissions_for(channel.guild.me)
    except discord.ClientException:
        return True  # a thread whose channel is not cached: Discord decides
    is_thread = isinstance(channel, discord.Thread)
    may_write = may.send_messages_in_threads if is_thread else may.send_messages
    return may.view_channel and may.read_message_history and may_write
