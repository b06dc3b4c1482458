"""The models that an endpoint offers, where it tells: `GET /models`."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import aiohttp

from bot.responses.endpoint import EndpointSettings, find_url, make_headers
from bot.responses.stream.frames import read_any

_LARGEST: Final = 8 * 1024 * 1024  # bytes; gateways list hundreds, with a description each
_PIECE: Final = 64 * 1024  # bytes
_PATIENCE: Final = 10.0  # seconds
_LONGEST_NAME: Final = 200  # characters


async def list_models(
    settings: EndpointSettings, session: aiohttp.ClientSession
) -> tuple[str, ...]:
    """Return their names in the endpoint's order; none where it does not tell. Never raises."""
    try:
        async with (
            asyncio.timeout(_PATIENCE),
            session.get(
                find_url(settings.base_url, "models"),
                headers=make_headers(settings),
                allow_redirects=False,  # it would carry the key elsewhere
            ) as response,
        ):
            body = await _read(response) if response.status == 200 else b""
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
        return ()
    return tuple(_names(read_any(body)))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    while len(body) < _LARGEST and (chunk := await response.content.read(_PIECE)):
        body += chunk
    return bytes(body)


def _names(listed: Any) -> Iterator[str]:
    """OpenAI lists objects with an `id` under `data`, others under `models`, or a bare list."""
    if isinstance(listed, dict):
        listed = listed.get("data") or listed.get("models")
    for entry in listed if isinstance(listed, list) else ():
        name = entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry
        if isinstance(name, str) and name.isprintable() and 0 < len(name) <= _LONGEST_NAME:
            yield name
