"""Discord's refusals, read before discord.py sees them: limits of all requests, and outages.

discord.py asks up to five times by itself, each answer on its own (`HTTPClient.request`, 2.7.1).
For requests that have asked the pacer that ends here: the pacer knows better when, and who first.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord.http

from bot.core.errors import SurfaceLimited, SurfaceUnavailable
from bot.gateway.requests.forbidden_channels import Use

REJECTIONS = 3  # of the token in a row: it is not one bad answer of Discord's
_MISSING_ACCESS, _MISSING_PERMISSIONS = 50001, 50013
_BANNED = 60.0  # seconds to wait where Cloudflare refuses us without saying how long
TOO_MANY = 429


class NotNow(Exception):
    """Discord answered with 429 or 5xx; whoever sent the request decides when to try again."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status

    @property
    def surface_error(self) -> SurfaceUnavailable:
        kind = SurfaceLimited if self.status == TOO_MANY else SurfaceUnavailable
        return kind(str(self))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limited:
    """A 429: for how long, whether for the whole bot, and whether others have caused it."""

    retry_after: float  # seconds
    is_global: bool
    is_shared: bool = False  # such do not count as invalid requests


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalHandlers:
    """What is done where Discord refuses. All of them return at once."""

    close_gate: Callable[[float], None]  # the global limit, for so many seconds
    reject_token: Callable[[], None]  # Discord does not know the bot's token any more
    forbid: Callable[[int, Use], None]  # the bot may not write or read in the channel


class TokenWatch:
    """Tells once that the token is rejected: after a few answers of 401 in a row."""

    def __init__(self, reject: Callable[[], None]) -> None:
        self._reject = reject
        self._rejections = 0

    def note(self, status: int) -> None:
        self._rejections = self._rejections + 1 if status == 401 else 0
        if self._rejections == REJECTIONS:
            self._reject()


async def is_without_permission(response: aiohttp.ClientResponse) -> bool:
    """Whether a 403 is about the channel, and not about this one message."""
    body = _as_object(await response.read())
    return body is not None and body.get("code") in (_MISSING_ACCESS, _MISSING_PERMISSIONS)


async def read_limit(response: aiohttp.ClientResponse) -> Limited:
    """Read a 429; afterwards its body can be read again."""
    body = _as_object(await response.read())
    headers = response.headers
    if body is None:  # not Discord's, but Cloudflare's: it refuses our address
        return Limited(retry_after=_seconds(headers.get("Retry-After"), _BANNED), is_global=True)
    scope = headers.get("X-RateLimit-Scope", "")
    return Limited(
        retry_after=_seconds(body.get("retry_after", headers.get("Retry-After")), 1.0),
        is_global=body.get("global") is True or scope == "global",
        is_shared=scope == "shared",
    )


def _as_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _seconds(value: object, otherwise: float) -> float:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return otherwise


def close_gate(http: discord.http.HTTPClient, seconds: float) -> None:
    """Let requests that do not ask the pacer wait, too.

    discord.py has the gate, but leaves it closed for ever where the request that met the limit is
    cancelled while it sleeps.
    """
    http._global_over.clear()
    asyncio.get_running_loop().call_later(seconds, http._global_over.set)
