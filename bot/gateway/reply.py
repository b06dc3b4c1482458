"""Where an answer appears in Discord: creates and edits, and what can go wrong with them.

Payloads are written out here instead of going through `Message.edit`, which clears the flag that
suppresses link previews (discord.py 2.7.1), and `send(view=…)`, which keeps every view for ever.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.core import wording
from bot.core.errors import SurfaceError, SurfaceForbidden, SurfaceGone, SurfaceUnavailable
from bot.gateway.rate_limits import paced

T = TypeVar("T")

STOP = "stop:"  # + the question's message id
NO_MENTIONS = {"parse": list[str]()}
_SUPPRESS_EMBEDS = 1 << 2
_PATIENCE = 15.0  # seconds for one request with discord.py's own retries

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE = 10003, 10008
_GONE = frozenset({_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE})


class DiscordSurface:
    """The reply to one message; without `may_reply` a plain message, as Discord then demands."""

    def __init__(
        self, http: HTTPClient, channel_id: int, question_id: int, *, may_reply: bool = True
    ) -> None:
        self._http = http
        self._channel_id = channel_id
        self._question_id = question_id
        self._may_reply = may_reply
        self._tried: set[int] = set()  # pages that may have been created

    @property
    def channel_id(self) -> int:
        return self._channel_id

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        payload: dict[str, Any] = {
            "content": text,
            "allowed_mentions": NO_MENTIONS,
            "flags": _SUPPRESS_EMBEDS,
            # Sent twice with the same nonce, Discord shows it once and answers with the first.
            "nonce": f"{self._question_id}.{page}",
            "enforce_nonce": True,
            "components": self._buttons(has_stop),
        }
        if page == 0 and self._may_reply:
            payload["message_reference"] = {
                "message_id": str(self._question_id),
                "channel_id": str(self._channel_id),
                "fail_if_not_exists": False,
            }
        endpoint = Endpoint("POST", "/channels/{channel_id}/messages", channel_id=self._channel_id)
        is_repeated = page in self._tried
        self._tried.add(page)
        created: dict[str, Any] = await _send(self._http.request(endpoint, json=payload))
        message_id = int(created["id"])
        if is_repeated:
            # It may have been created before, and so with the text of then.
            await self.edit(message_id, text, has_stop=has_stop)
        return message_id

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None:
        payload = {
            "content": text,
            "allowed_mentions": NO_MENTIONS,
            "components": self._buttons(has_stop),
        }
        await _send(edit_request(self._http, self._channel_id, message_id, payload))

    async def typing(self) -> None:
        await _send(self._http.send_typing(self._channel_id))

    def _buttons(self, has_stop: bool) -> list[dict[str, Any]]:
        if not has_stop:
            return []
        button = {
            "type": 2,
            "style": 2,
            "label": wording.STOP_LABEL,
            "custom_id": f"{STOP}{self._question_id}",
        }
        return [{"type": 1, "components": [button]}]


def edit_request(
    http: HTTPClient, channel_id: int, message_id: int, payload: dict[str, Any]
) -> Awaitable[Any]:
    endpoint = Endpoint(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=channel_id,
        message_id=message_id,
    )
    return http.request(endpoint, json=payload)


async def post(http: HTTPClient, channel_id: int, text: str) -> None:
    """Write a message that is nobody's answer, outside the pacer's queue. Raises SurfaceError."""
    endpoint = Endpoint("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
    payload = {"content": text, "allowed_mentions": NO_MENTIONS, "flags": _SUPPRESS_EMBEDS}
    await _await(http.request(endpoint, json=payload))


async def _send(request: Awaitable[T]) -> T:
    """Await a request that has asked the pacer."""
    with paced():
        return await _await(request)


async def _await(request: Awaitable[T]) -> T:
    """Await it with patience, and translate what goes wrong."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await request
    except discord.HTTPException as error:
        raise _translate(error) from error
    except (discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SurfaceUnavailable(type(error).__name__) from error


def _translate(error: discord.HTTPException) -> SurfaceError:
    detail = f"HTTP {error.status}, code {error.code}"
    if error.code in _GONE:
        return SurfaceGone(detail)
    if error.status in (401, 429) or error.status >= 500:
        return SurfaceUnavailable(detail)
    return SurfaceForbidden(detail)
