"""One HTTP call to an endpoint: opened, read until its ending, closed."""

import asyncio
import io
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import aiohttp
from yarl import URL

from bot.core.answers.events import (
    Failed,
    Failure,
    PictureDelta,
    PictureMade,
    StreamEvent,
    TextDelta,
)
from bot.responses.endpoint import EndpointSettings
from bot.responses.retry_policy import read_advice, read_retry_after
from bot.responses.stream.body_reader import BodyReader, EventReader
from bot.responses.stream.errors import ErrorWords, Redact, fail, words_of_body
from bot.responses.stream.low_water import LowWater

_LONGEST_ERROR: Final = 64 * 1024  # bytes of an error's body that are read
_ERROR_TIMEOUT: Final = 10.0  # seconds for reading it
_LINGER: Final = 0.05  # seconds that a finished answer's connection may take to become reusable
_LARGE_BODY: Final = 32 * 1024  # bytes
_PIECE: Final = 64 * 1024  # bytes that are read at once: what was compressed may come to megabytes
_REQUEST_IDS: Final = (
    "x-request-id",
    "apim-request-id",
    "request-id",
    "x-generation-id",
    "x-litellm-call-id",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """Address, headers and body of one call."""

    url: URL
    headers: Mapping[str, str]
    body: bytes
    parameters: Mapping[str, Any]  # those in the body, beside model and input
    limit: int  # the most output that the endpoint was told of, in tokens
    allowed: int  # the most that is read, but for a margin; whether or not the endpoint was told


class HttpCall:
    """Never raises for what the endpoint does; what went wrong is a `Failed`."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        session: aiohttp.ClientSession,
        settings: EndpointSettings,
        redact: Redact,
        reader: EventReader | None = None,
    ) -> None:
        """`reader` reads the body; None: as an answer of the Responses API."""
        self.words = ErrorWords()  # of the refusal, if there was one
        self.advice: bool | None = None  # the endpoint's own, whether to ask again
        self.has_ended = False
        self.request = request
        self._session = session
        self._settings = settings
        self._redact = redact
        self._reader = reader or BodyReader(
            limit=request.limit, allowed=request.allowed, redact=redact
        )
        self._response: aiohttp.ClientResponse | None = None
        self._low_water = LowWater(None, longest=0)
        self._text_size = 0  # characters so far
        self._has_pictures = False
        self._deadline = asyncio.get_running_loop().time() + settings.longest_answer

    @property
    def has_text(self) -> bool:
        """Something of the answer was seen: asking again would cost, and show, it twice."""
        return self._text_size > 0 or self._has_pictures

    @property
    def _patience(self) -> float:
        """Seconds that may pass without a byte: models think longer than they pause in a text."""
        return self._settings.idle_timeout if self.has_text else self._settings.thinking_timeout

    async def open(self) -> Failed | None:
        """Send the request; return None where an answer begins."""
        try:
            async with asyncio.timeout(self._settings.first_byte_timeout):
                response = self._response = await self._post()
        except aiohttp.ServerTimeoutError:
            limit = self._settings.connect_timeout
            return Failed(failure=Failure.TIMED_OUT, detail=f"no connection within {limit:g} s")
        except TimeoutError:
            self.advice = False  # the endpoint may be at work: a second request costs twice
            limit = self._settings.first_byte_timeout
            return Failed(failure=Failure.TIMED_OUT, detail=f"no answer within {limit:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            detail = self._redact(_describe(error))
            return Failed(failure=Failure.UNREACHABLE, detail=detail)
        if not 200 <= response.status < 300:
            return await self._refuse(response)
        self._watch(response)
        return None

    async def read(self) -> list[StreamEvent]:
        """Wait for the next piece; the last one ends with an `Ended` event."""
        events = await self._read()
        for event in events:
            if isinstance(event, TextDelta):
                self._text_size += len(event.text)
            elif isinstance(event, PictureDelta | PictureMade):
                self._has_pictures = True
        self.has_ended = self._reader.has_ended
        if self._text_size and not self.has_ended and not self._reader.is_near_end:
            self._low_water.rise(self._text_size)
        else:
            self._low_water.hurry()
        return [self._identify(event) for event in events] if self.has_ended else events

    def hurry(self) -> None:
        self._low_water.hurry()

    async def finish(self) -> None:
        """Give back the connection for further use where the answer is whole, else close it."""
        response = self._response
        if response is not None and self.has_ended and not response.closed:
            with suppress(TimeoutError, aiohttp.ClientError, OSError):
                async with asyncio.timeout(_LINGER):
                    await response.content.readany()
        self.close()

    def close(self) -> None:
        self._low_water.close()
        if self._response is not None:
            self._response.close()

    async def _post(self) -> aiohttp.ClientResponse:
        # Redirects are not followed: they would carry the key and the pictures elsewhere.
        return await self._session.post(
            self.request.url,
            data=_payload(self.request.body),
            headers=self.request.headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.connect_timeout),
        )

    def _watch(self, response: aiohttp.ClientResponse) -> None:
        connection = response.connection
        if connection is None or connection.transport is None:
            return  # the whole answer has come already
        gulp = min(self._settings.gulp, self._settings.idle_timeout / 2)  # what waits is no silence
        self._low_water = LowWater(connection.transport.get_extra_info("socket"), longest=gulp)
        connection.add_callback(self._low_water.close)  # before another call gets the connection

    async def _read(self) -> list[StreamEvent]:
        if self._response is None:
            return self._reader.close()
        left = self._deadline - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(left, self._patience)):
                chunk = await self._response.content.read(_PIECE)
                if len(chunk) == _PIECE:
                    await asyncio.sleep(0)  # more is there, and reading it waits for nothing
        except TimeoutError:
            return self._give_up()
        except (aiohttp.ClientError, OSError) as error:
            detail = self._redact(f"the connection broke: {error}")
            return [_explain(event, detail) for event in self._reader.close()]
        return self._reader.feed(chunk) if chunk else self._reader.close()

    def _give_up(self) -> list[StreamEvent]:
        self.advice = False
        *events, ended = self._reader.close()  # gives what it has held back
        if not (isinstance(ended, Failed) and ended.failure is Failure.BROKEN_STREAM):
            return [*events, ended]  # all had been said, only the connection was left open
        if asyncio.get_running_loop().time() >= self._deadline:
            detail = f"no ending within {self._settings.longest_answer:g} s"
        else:
            when = "" if self.has_text else " before the first text"
            detail = f"silent for more than {self._patience:g} s{when}"
        return [*events, Failed(failure=Failure.TIMED_OUT, detail=detail, usage=ended.usage)]

    async def _refuse(self, response: aiohttp.ClientResponse) -> Failed:
        body = bytearray()
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(_ERROR_TIMEOUT):
                while len(body) < _LONGEST_ERROR and (chunk := await response.content.read(_PIECE)):
                    body += chunk
        self.words = words_of_body(bytes(body))
        self.advice = read_advice(response.headers)
        if 300 <= response.status < 400:
            target = response.headers.get("Location", "elsewhere")
            self.words = ErrorWords(message=f"redirects to {target}", code="404")
        failed = fail(
            self.words,
            redact=self._redact,
            status=response.status,
            request_id=_find_request_id(response.headers),
            retry_after=read_retry_after(response.headers),
        )
        return failed if failed.detail else replace(failed, detail=f"HTTP {response.status}")

    def _identify(self, event: StreamEvent) -> StreamEvent:
        if isinstance(event, Failed) and self._response is not None:
            return replace(event, request_id=_find_request_id(self._response.headers))
        return event


def _payload(body: bytes) -> bytes | io.BytesIO:
    """A large body is written in pieces only if it is no bytes; a small one goes out sooner if it is."""
    return body if len(body) < _LARGE_BODY else io.BytesIO(body)


def _explain(event: StreamEvent, detail: str) -> StreamEvent:
    if isinstance(event, Failed) and event.failure is Failure.BROKEN_STREAM:
        return replace(event, detail=detail)
    return event


def _find_request_id(headers: Mapping[str, str]) -> str | None:
    return next((headers[name] for name in _REQUEST_IDS if name in headers), None)


def _describe(error: Exception) -> str:
    """Name the address that was not reached and why, without what aiohttp adds of its own affairs."""
    if not isinstance(error, aiohttp.ClientConnectorError) or isinstance(
        error, aiohttp.ClientSSLError
    ):
        return f"{type(error).__name__}: {error}"
    cause = error.os_error
    # A name that is not found has numbers of its own, which `strerror` would take for others.
    is_named = isinstance(cause, socket.gaierror) or not cause.errno
    reason = cause.strerror if is_named else os.strerror(cause.errno or 0)
    return f"no connection to {error.host}:{error.port}: {reason or cause}"
