"""Replies of an earlier run: read again, and marked."""

import logging
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient

from bot.core.display.draft import PAGE_LIMIT, units
from bot.core.errors import SurfaceError
from bot.gateway.reply import NO_MENTIONS_FIELD, DiscordSurface, edit_request

log = logging.getLogger(__name__)

_FAILURES = (
    discord.DiscordException,
    aiohttp.ClientError,
    SurfaceError,
    TimeoutError,
    OSError,
)


class EarlierReplies:
    def __init__(self, http: HTTPClient) -> None:
        self._http = http

    async def read(self, channel_id: int, message_id: int) -> str | None:
        try:
            message: dict[str, Any] = dict(await self._http.get_message(channel_id, message_id))
        except _FAILURES as error:
            log.info("an earlier reply can't be read", extra={"reason": type(error).__name__})
            return None
        return str(message.get("content", ""))

    async def mark(self, channel_id: int, message_id: int, text: str, mark: str) -> None:
        """Where the message is full, the mark becomes a reply to it: no word of it is lost."""
        marked = f"{text}\n{mark}".lstrip()
        has_room = units(marked) <= PAGE_LIMIT
        payload = {
            "content": marked if has_room else text,
            "allowed_mentions": NO_MENTIONS_FIELD,
            "components": list[object](),
        }
        try:
            await edit_request(self._http, channel_id, message_id, payload)
            if not has_room:
                await DiscordSurface(self._http, channel_id, message_id).create(
                    0, mark, has_stop=False
                )
        except _FAILURES as error:
            log.warning("an earlier reply can't be marked", extra={"reason": type(error).__name__})
