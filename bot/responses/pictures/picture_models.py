"""The models that make pictures: through the tool of the Responses API, or through the Images API.

Each call makes one picture: so every endpoint can do it, states of each picture come as it is made,
and one that fails costs the others nothing.
"""

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import aiohttp

from bot.core.answers.events import Began, Failed
from bot.core.models.tokens import ModelCard
from bot.core.pictures.orders import TOOL_OVERHEAD, PictureRequest
from bot.responses.client import ResponseStream
from bot.responses.endpoint import find_url, make_headers
from bot.responses.http_call import HttpCall, HttpRequest
from bot.responses.pictures.images_api_reader import ImagesReader
from bot.responses.pictures.payload import (
    images_fields,
    images_form,
    images_json,
    images_parameters,
    tool_body,
    tool_parameters,
    without_orphans,
)
from bot.responses.pictures.settings import PaintingSettings
from bot.responses.request.complaints import find_concession
from bot.responses.request.concessions import NO_CONCESSIONS, Concessions, apply
from bot.responses.request.redaction import LONGEST_ECHO, without_echoes
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import Redact, redactor
from bot.responses.stream.sse import LARGEST_WITH_PICTURE

# What an endpoint may refuse to know.
_MAY_GO: Final = frozenset(
    {
        "store",
        "stream",
        "tool_choice",
        "tools.partial_images",
        "partial_images",
        "response_format",
        "max_output_tokens",
        "instructions",
    }
)
_BOUNDARY_DIGITS: Final = 32
_MOST_ATTEMPTS: Final = 2  # a picture is dear, and an endpoint may bill a failure


class _Painter(ABC):
    """The part that both ways have in common; each says what it sends."""

    def __init__(
        self,
        painting: PaintingSettings,
        session: aiohttp.ClientSession,
        *,
        random: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`random` gives numbers in [0, 1). Raises ValueError where the base URL is none."""
        endpoint, limit = painting.endpoint, painting.time_limit
        # Without a stream nothing at all comes before the picture is there.
        self.settings = replace(
            endpoint,
            first_byte_timeout=max(limit, endpoint.first_byte_timeout),
            thinking_timeout=max(limit, endpoint.thinking_timeout),
            idle_timeout=max(limit, endpoint.idle_timeout),
            longest_answer=limit + 60.0,
            max_attempts=min(_MOST_ATTEMPTS, endpoint.max_attempts),
        )
        self.random = random
        self.sleep = sleep
        self.card = painting.card
        self._painting = painting
        self._session = session
        self._headers = dict(make_headers(endpoint))
        self._redact = redactor(endpoint.api_key.reveal().strip())
        self._concessions: Concessions = NO_CONCESSIONS
        find_url(endpoint.base_url)

    def stream(self, request: PictureRequest) -> ResponseStream:
        return ResponseStream(self, lambda _used: self._call(request), self.settings)

    def concede(self, failed: Failed, call: HttpCall) -> bool:
        """Ask without the optional parameter that was refused, from now on; False: none was.

        What a person has chosen stays, and so does the tool: without it a model would talk of a
        picture instead of making it.
        """
        sent = call.request.parameters
        found = find_concession(failed, call.words, sent=sent, known=self._concessions)
        if found is None or found.parameter not in _MAY_GO:
            return False
        self._concessions = {**self._concessions, found.parameter: found.value}
        return True

    def begin_again(self, after: Failed) -> Began:
        card = self.card.caller or ModelCard(name=self.card.name)
        return Began(card=card, endpoint=self.settings.name, after=after)

    @abstractmethod
    def _call(self, request: PictureRequest) -> HttpCall:
        """Prepare one attempt."""

    def _redactor_for(self, request: PictureRequest) -> Redact:
        prompt = (" ".join(request.prompt.split()),) if len(request.prompt) >= LONGEST_ECHO else ()

        def redact(words: str) -> str:
            return self._redact(without_echoes(words, prompt))

        return redact


class ToolPainter(_Painter):
    """Asks the endpoint's model, which calls the endpoint's picture model."""

    def _call(self, request: PictureRequest) -> HttpCall:
        wanted = tool_parameters(
            request,
            self.settings,
            tool_model=self.card.name if self._painting.is_named else None,
            partials=self.card.partials,
        )
        parameters = apply(wanted, self._concessions)
        http_request = HttpRequest(
            url=find_url(self.settings.base_url),
            headers=self._headers,
            body=tool_body(request, self.settings, parameters),
            parameters=parameters,
            limit=parameters.get("max_output_tokens", sys.maxsize),
            allowed=2 * TOOL_OVERHEAD,  # of words and thoughts around the picture
        )
        redact = self._redactor_for(request)
        return HttpCall(
            http_request,
            session=self._session,
            settings=self.settings,
            redact=redact,
            reader=BodyReader(
                limit=http_request.limit,
                allowed=http_request.allowed,
                redact=redact,
                largest=LARGEST_WITH_PICTURE,
            ),
        )


class ImagesPainter(_Painter):
    """Asks the picture model itself: a generation, or an edit of the pictures that are given."""

    def _call(self, request: PictureRequest) -> HttpCall:
        redact = self._redactor_for(request)
        return HttpCall(
            self._http_request(request),
            session=self._session,
            settings=self.settings,
            redact=redact,
            reader=ImagesReader(redact=redact),
        )

    def _http_request(self, request: PictureRequest) -> HttpRequest:
        model, partials = self.card.name, self.card.partials
        wanted = images_parameters(request, model=model, partials=partials)
        parameters = without_orphans(apply(wanted, self._concessions))
        fields = images_fields(request, model=model, parameters=parameters)
        resource, headers, body = "images/generations", self._headers, images_json(fields)
        if request.given:
            boundary = "".join(f"{int(self.random() * 16):x}" for _ in range(_BOUNDARY_DIGITS))
            kind = f"multipart/form-data; boundary={boundary}"
            resource, headers = "images/edits", {**self._headers, "Content-Type": kind}
            body = images_form(fields, request.given, boundary=boundary)
        return HttpRequest(
            url=find_url(self.settings.base_url, resource),
            headers=headers,
            body=body,
            parameters=parameters,
            limit=0,
            allowed=0,
        )


def make_painter(
    painting: PaintingSettings, session: aiohttp.ClientSession, *, random: Callable[[], float]
) -> ToolPainter | ImagesPainter:
    """Raises ValueError where the endpoint's base URL is none."""
    kind = ToolPainter if painting.card.caller is not None else ImagesPainter
    return kind(painting, session, random=random)
