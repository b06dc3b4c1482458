"""Where an answer appears in Discord: creates and edits, and what can go wrong with them.

Payloads are written out here instead of going through `Message.edit`, which clears the flag that
suppresses link previews (discord.py 2.7.1), and `send(view=…)`, which keeps every view for ever.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Container, Sequence
from typing import Any, TypeVar

import aiohttp
import discord
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.core import wording
from bot.core.errors import (
    SurfaceClosed,
    SurfaceError,
    SurfaceForbidden,
    SurfaceGone,
    SurfaceLimited,
    SurfaceRejected,
    SurfaceUnavailable,
)
from bot.core.pictures.orders import ShownPicture
from bot.gateway.replies.threads import wake
from bot.gateway.requests.rate_limit_headers import paced
from bot.gateway.requests.refusals import TOO_MANY, NotNow

T = TypeVar("T")

STOP = "stop:"  # + the question's message id
NO_MENTIONS_FIELD = {"parse": list[str]()}
_SUPPRESS_EMBEDS = 1 << 2
_PATIENCE = 15.0  # seconds for one request
# Where that was not enough; and for edits, of which one that is given up and applied all the same may
# overtake the next. Messages can be created again at once: their nonce keeps them single.
_LONG_PATIENCE = 45.0
_UPLOAD_PATIENCE = 90.0  # the same for megabytes

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_INVALID_FORM = 50035
_BY_CODE: dict[int, type[SurfaceError]] = {
    10003: SurfaceGone,  # the channel
    10008: SurfaceGone,  # the message
    50083: SurfaceClosed,  # an archived thread
    160005: SurfaceClosed,  # a locked one
    20009: SurfaceRejected,  # explicit content
    _INVALID_FORM: SurfaceRejected,
    200000: SurfaceRejected,  # AutoMod
    240000: SurfaceRejected,  # a harmful link
}


class DiscordSurface:
    """The reply to one message; without `may_reply` a plain message, as Discord then demands.

    `closed` are the threads that somebody has closed: to write there would open them again.
    """

    def __init__(
        self,
        http: HTTPClient,
        channel_id: int,
        question_id: int,
        *,
        may_reply: bool = True,
        may_attach: bool = True,
        closed: Container[int] = frozenset[int](),
    ) -> None:
        self._http = http
        self._channel_id = channel_id
        self._question_id = question_id
        self._may_reply = may_reply
        self._closed = closed
        self.can_show_pictures = may_attach
        self._tried: set[int] = set()  # pages that may have been created

    @property
    def channel_id(self) -> int:
        return self._channel_id

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        if self._channel_id in self._closed:
            raise SurfaceClosed
        payload: dict[str, Any] = {
            "content": text,
            "allowed_mentions": NO_MENTIONS_FIELD,
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
                "fail_if_not_exists": True,  # who deleted the question does not want the answer
            }
        endpoint = Endpoint("POST", "/channels/{channel_id}/messages", channel_id=self._channel_id)
        is_repeated = page in self._tried
        self._tried.add(page)
        created: dict[str, Any] = await send(
            self._http.request(endpoint, json=payload),
            patience=_LONG_PATIENCE if is_repeated else _PATIENCE,
        )
        message_id = int(created["id"])
        if str(created.get("content", text)).strip() != text.strip() or is_repeated:
            # It was created before, perhaps by a process that was lost: with the text of then.
            await self.edit(message_id, text, has_stop=has_stop)
        return message_id

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None:
        payload = {
            "content": text,
            "allowed_mentions": NO_MENTIONS_FIELD,
            "components": self._buttons(has_stop),
        }
        await self._change(
            lambda: send(
                edit_request(self._http, self._channel_id, message_id, payload),
                patience=_LONG_PATIENCE,
            )
        )

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        payload = {
            "content": text,
            "allowed_mentions": NO_MENTIONS_FIELD,
            "components": self._buttons(has_stop),
            "attachments": attachment_fields(pictures),  # those of before are not named, and so go
        }
        form = multipart_form(payload, pictures)
        endpoint = message_endpoint("PATCH", self._channel_id, message_id)
        await self._change(
            lambda: send(self._http.request(endpoint, form=form), patience=_UPLOAD_PATIENCE)
        )

    async def _change(self, edit: Callable[[], Awaitable[object]]) -> None:
        if self._channel_id in self._closed:
            await edit()  # Discord says whether it is still so
        else:
            await edit_awake(self._http, self._channel_id, edit)

    async def delete(self, message_id: int) -> None:
        """Outside the pacer's queue: deletions have a bucket of their own."""
        await ask(self._http.delete_message(self._channel_id, message_id))

    async def typing(self) -> None:
        await send(self._http.send_typing(self._channel_id))

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


async def edit_awake(
    http: HTTPClient, channel_id: int, edit: Callable[[], Awaitable[object]]
) -> None:
    """Edit; a thread that only fell asleep is woken for it, as by any message.

    Raises SurfaceClosed where somebody has archived or locked it.
    """
    try:
        await edit()
    except SurfaceClosed:
        await ask(wake(http, channel_id))
        await edit()


def edit_request(
    http: HTTPClient, channel_id: int, message_id: int, payload: dict[str, Any]
) -> Awaitable[Any]:
    return http.request(message_endpoint("PATCH", channel_id, message_id), json=payload)


def code_of(error: SurfaceError) -> int:
    """Discord's own code of what it refused; 0 where it gave none.

    https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
    """
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0


def message_endpoint(method: str, channel_id: int, message_id: int) -> Endpoint:
    return Endpoint(
        method,
        "/channels/{channel_id}/messages/{message_id}",
        channel_id=channel_id,
        message_id=message_id,
    )


async def post(http: HTTPClient, channel_id: int, text: str) -> None:
    """Write a message that is nobody's answer, outside the pacer's queue. Raises SurfaceError."""
    endpoint = Endpoint("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
    payload = {"content": text, "allowed_mentions": NO_MENTIONS_FIELD, "flags": _SUPPRESS_EMBEDS}
    await ask(http.request(endpoint, json=payload))


def attachment_fields(pictures: Sequence[ShownPicture]) -> list[dict[str, Any]]:
    """The fields in a message's body for the files that come with it; a description is an alt text."""
    return [
        {"id": number, "filename": picture.name, "description": picture.alt}
        for number, picture in enumerate(pictures)
    ]


def multipart_form(
    payload: dict[str, Any], pictures: Sequence[ShownPicture]
) -> list[dict[str, Any]]:
    """Write a form as discord.py sends it: the body as JSON, and the files that it describes."""
    form: list[dict[str, Any]] = [
        {
            "name": "payload_json",
            "value": json.dumps(payload),
            "content_type": "application/json",
        }
    ]
    for number, picture in enumerate(pictures):
        form.append(
            {
                "name": f"files[{number}]",
                "value": picture.content,
                "filename": picture.name,
                "content_type": "application/octet-stream",
            }
        )
    return form


async def send(request: Awaitable[T], *, patience: float = _PATIENCE) -> T:
    """Await a request that has asked the pacer."""
    with paced():
        return await ask(request, patience=patience)


async def ask(request: Awaitable[T], *, patience: float = _PATIENCE) -> T:
    """Await a request with patience; raises SurfaceError for whatever goes wrong."""
    try:
        async with asyncio.timeout(patience):
            return await request
    except NotNow as error:
        raise error.surface_error from error
    except discord.HTTPException as error:
        raise translate_error(error) from error
    except discord.RateLimited as error:
        raise SurfaceLimited(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SurfaceUnavailable(type(error).__name__) from error
    except RuntimeError as error:
        # aiohttp's, once discord.py has closed its session: nothing can be written any more.
        raise SurfaceForbidden(str(error)) from error


def translate_error(error: discord.HTTPException) -> SurfaceError:
    detail = f"HTTP {error.status}, code {error.code}"
    if error.code == _INVALID_FORM and "message_reference" in error.text:
        return SurfaceGone(detail)  # the question
    if error.code in _BY_CODE:
        return _BY_CODE[error.code](detail)
    if error.status == TOO_MANY:
        return SurfaceLimited(detail)
    # Discord names what it does not find; without that, something in between has answered.
    is_nameless = error.status == 404 and not error.code
    if error.status == 401 or error.status >= 500 or is_nameless:
        return SurfaceUnavailable(detail)
    return SurfaceForbidden(detail)
