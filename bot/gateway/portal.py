"""The bot's account, asked of Discord without connecting; imports no discord.py."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.core.errors import SurfaceForbidden, SurfaceUnavailable
from bot.gateway.settings import DiscordSettings

API = "https://discord.com/api/v10"
_TIMEOUT = aiohttp.ClientTimeout(total=15)  # seconds
# https://docs.discord.com/developers/resources/application#application-object-application-flags
_MESSAGE_CONTENT = 1 << 18 | 1 << 19  # granted, or allowed while in few servers


@dataclass(frozen=True, kw_only=True, slots=True)
class BotAccount:
    name: str
    application_id: int
    may_read_content: bool  # the portal's Message Content Intent is on


async def ask_portal(settings: DiscordSettings) -> BotAccount:
    """Who the token belongs to.

    Raises SurfaceForbidden where Discord rejects the token, SurfaceUnavailable where it can't be
    asked.
    """
    base = (settings.api_url or API).rstrip("/")
    headers = {"Authorization": f"Bot {settings.token.reveal()}"}
    try:
        async with aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT) as session:
            user = await _get(session, f"{base}/users/@me")
            application = await _get(session, f"{base}/oauth2/applications/@me")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise SurfaceUnavailable(type(error).__name__) from error
    return BotAccount(
        name=str(user.get("username", "")),
        application_id=int(application["id"]),
        may_read_content=bool(int(application.get("flags") or 0) & _MESSAGE_CONTENT),
    )


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url, allow_redirects=False) as response:
        if response.status in (401, 403):
            raise SurfaceForbidden(f"HTTP {response.status}")
        response.raise_for_status()
        found: dict[str, Any] = await response.json(content_type=None)
        return found
