"""Reads the body of a request: JSON, or a form with `payload_json` and `files[n]`."""

import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from bot.standins.playground.errors import DiscordError
from bot.standins.playground.messages.forms import Upload

LARGEST_REQUEST = 25 * 1024 * 1024  # bytes

_FILE = re.compile(r"files\[(\d+)\]")


async def read_body(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    if request.content_type.startswith("multipart/"):
        return await _read_form(request)
    raw = await request.read()
    if not raw:
        return {}, {}
    try:
        return json.loads(raw), {}
    except ValueError as error:
        text = "The request body contains invalid JSON."
        raise DiscordError(400, 50109, text) from error


async def _read_form(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    body: Any = {}
    uploads: dict[int, Upload] = {}
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        size += len(content)
        if size > LARGEST_REQUEST:
            raise DiscordError(413, 40005, "Request entity too large")
        file = _FILE.fullmatch(part.name or "")
        if part.name == "payload_json":
            body = json.loads(content)
        elif file is not None:
            uploads[int(file[1])] = Upload(filename=part.filename or "file", content=content)
    return body, uploads
