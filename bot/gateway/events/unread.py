"""Events that can't be read, or fail later: whoever addressed the bot still gets a sentence."""

import logging
import re
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import discord
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.core import wording
from bot.core.errors import SurfaceError
from bot.core.origin import origin
from bot.gateway.replies.reply import NO_MENTIONS_FIELD, DiscordSurface, send

log = logging.getLogger(__name__)

_RESPOND, _EPHEMERAL = 4, 1 << 6
# Discord takes no sentence as the response to one who is still typing.
_TAKE_A_SENTENCE = frozenset({2, 3, 5})


def log_failure(event: str, error: BaseException, incident: str) -> None:
    """Log an error of ours by its kind and place: its own words may quote what people write."""
    log.error(
        "an event could not be handled",
        extra={
            "event": event,
            "reason": type(error).__name__,
            "where": origin(error),
            "incident": incident,
        },
    )


def incident_of(*values: Any) -> str:
    """A short number for the log and the person, by the id of what came first."""
    found = next((one for one in values if isinstance(getattr(one, "id", None), int)), None)
    return f"{getattr(found, 'id', 0) % 0xFFFFFF:06x}"


async def apologize(http: HTTPClient, values: tuple[Any, ...], bot_id: int, incident: str) -> None:
    """Say a sentence to whoever caused the event that failed, if they addressed the bot."""
    said = wording.unexpected_error(incident=incident)
    for one in values:
        if isinstance(one, discord.Interaction) and not one.response.is_done():
            if one.type.value in _TAKE_A_SENTENCE:
                await _try(_respond(http, one.id, one.token, said))
        elif isinstance(one, discord.Message) and _mentions(one.content, bot_id):
            await _try(DiscordSurface(http, one.channel.id, one.id).create(0, said, has_stop=False))


async def answer_unread(http: HTTPClient, event: str, data: Any, bot_id: int) -> None:
    """The same for an event of which only Discord's own payload is there."""
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # nobody to say it to
        incident = f"{int(data['id']) % 0xFFFFFF:06x}"
        said = wording.unexpected_error(incident=incident)
        if event == "INTERACTION_CREATE" and data["type"] in _TAKE_A_SENTENCE:
            await _try(_respond(http, int(data["id"]), str(data["token"]), said))
        elif event == "MESSAGE_CREATE" and _is_question(data, bot_id):
            surface = DiscordSurface(http, int(data["channel_id"]), int(data["id"]))
            await _try(surface.create(0, said, has_stop=False))
        else:
            return
        log.info("told of an unread event", extra={"event": event, "incident": incident})


async def respond(http: HTTPClient, interaction: Any, said: str) -> None:
    """Respond to an interaction of which perhaps nothing else can be read."""
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # nobody to say it to
        if interaction["type"] in _TAKE_A_SENTENCE:
            await _try(_respond(http, int(interaction["id"]), str(interaction["token"]), said))


def _is_question(message: Any, bot_id: int) -> bool:
    is_persons = not message["author"].get("bot") and not message.get("webhook_id")
    return is_persons and _mentions(message["content"], bot_id)


def _mentions(content: object, bot_id: int) -> bool:
    return isinstance(content, str) and re.search(rf"<@!?{bot_id}>", content) is not None


def _respond(http: HTTPClient, interaction_id: int, token: str, text: str) -> Awaitable[Any]:
    endpoint = Endpoint(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction_id,
        webhook_token=token,
    )
    response = {"content": text, "flags": _EPHEMERAL, "allowed_mentions": NO_MENTIONS_FIELD}
    return http.request(endpoint, json={"type": _RESPOND, "data": response})


async def _try(request: Awaitable[Any]) -> None:
    with suppress(SurfaceError):
        await send(request)
