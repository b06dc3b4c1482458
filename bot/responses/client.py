"""The model behind an endpoint of the Responses API, as the use cases know it."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Final, Protocol, Self

import aiohttp

from bot.core.answers.events import Began, Failed, StreamEvent
from bot.core.conversation.turns import ModelRequest
from bot.core.models.tokens import ModelCard, RateCard, dearest
from bot.responses.endpoint import (
    SMALLEST_OUTPUT,
    EndpointSettings,
    find_url,
    hasten,
    make_headers,
)
from bot.responses.fallback_request import lower_output_limit
from bot.responses.http_call import HttpCall, HttpRequest
from bot.responses.model_list import list_models
from bot.responses.models import find_card
from bot.responses.request.complaints import find_concession
from bot.responses.request.concessions import NO_CONCESSIONS, Concessions, apply_concessions
from bot.responses.request.payload import build_body, choose_parameters
from bot.responses.request.redaction import texts_of, without_echoes
from bot.responses.retry_policy import can_ask_again, find_retry_wait
from bot.responses.stream.errors import redactor

__all__ = ["EndpointSettings", "ResponseStream", "ResponsesModel"]

log = logging.getLogger(__name__)
_NO_LIMIT: Final = sys.maxsize


class ResponsesModel:
    """Asks one model at one endpoint. Remembers which optional parameters the endpoint refused."""

    def __init__(
        self,
        settings: EndpointSettings,
        session: aiohttp.ClientSession,
        *,
        random: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`random` gives numbers in [0, 1). Raises ValueError where the base URL is none."""
        self.settings = settings
        self.random = random
        self.sleep = sleep
        self._session = session
        self._url = find_url(settings.base_url)
        self._headers = make_headers(settings)
        self._redact = redactor(settings.api_key.reveal().strip())
        self._concessions: Concessions = NO_CONCESSIONS
        known = find_card(settings.model, settings.base_url, settings.overrides)
        self._card = apply_concessions(known, settings, self._concessions)
        if not known.streams:
            self.settings = _without_stream(settings)

    @property
    def card(self) -> ModelCard:
        return self._card

    @property
    def prices(self) -> RateCard | None:
        return dearest(self._card)

    @property
    def concessions(self) -> Concessions:
        """Parameters that the endpoint has refused so far, and what it is sent instead."""
        return self._concessions

    async def list_models(self) -> tuple[str, ...]:
        """The names of the endpoint's models; none where it does not tell. Never raises."""
        return await list_models(self.settings, self._session)

    def stream(self, request: ModelRequest, *, is_hasty: bool = False) -> "ResponseStream":
        """`is_hasty`: somebody else can answer, so do not try for long."""
        settings = hasten(self.settings) if is_hasty else self.settings
        return ResponseStream(
            self, lambda used: self.call(lower_output_limit(request, used)), settings
        )

    def call(self, request: ModelRequest) -> HttpCall:
        """Prepare one attempt."""
        limit = max(SMALLEST_OUTPUT, request.max_output_tokens)
        if self.settings.max_output_tokens is not None:
            limit = min(limit, max(SMALLEST_OUTPUT, self.settings.max_output_tokens))
        parameters = choose_parameters(
            request, self.settings, limit=limit, concessions=self._concessions
        )
        http_request = HttpRequest(
            url=self._url,
            headers=self._headers,
            body=build_body(request, self.settings, parameters),
            parameters=parameters,
            limit=parameters.get("max_output_tokens", _NO_LIMIT),
            allowed=limit,
        )

        def redact(words: str) -> str:
            return self._redact(without_echoes(words, texts_of(request)))

        return HttpCall(http_request, session=self._session, settings=self.settings, redact=redact)

    def begin_again(self, after: Failed) -> Began:
        return Began(card=self._card, endpoint=self.settings.name, after=after)

    def concede(self, failed: Failed, call: HttpCall) -> bool:
        """Ask without the optional parameter that was refused, from now on; False: none was."""
        parameters = call.request.parameters
        concession = find_concession(failed, call.words, sent=parameters, known=self._concessions)
        if concession is None:
            return False
        name, value = concession.parameter, concession.value
        if self._concessions.get(name, "") != value:
            self._concessions = {**self._concessions, name: value}
            self._card = apply_concessions(self._card, self.settings, self._concessions)
            log.warning(
                "the endpoint refuses a parameter",
                extra={"parameter": name, "sends_instead": value, "model": self.settings.model},
            )
        return True


def _without_stream(settings: EndpointSettings) -> EndpointSettings:
    """Ask for a document, of which nothing comes before all of it does."""
    fields = settings.optional_fields - {"stream"}
    return replace(settings, optional_fields=fields, first_byte_timeout=settings.longest_answer)


class EndpointClient(Protocol):
    """The model that a stream belongs to, as the stream knows it."""

    random: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    def concede(self, failed: Failed, call: HttpCall) -> bool: ...

    def begin_again(self, after: Failed) -> Began: ...


class ResponseStream:
    """One answer as it comes, over as many calls as it takes; see `AnswerStream` in `bot/chat/ports.py`."""

    def __init__(
        self, client: EndpointClient, prepare: Callable[[int], HttpCall], settings: EndpointSettings
    ) -> None:
        """`prepare` makes one attempt; it is told how many tokens those before have used."""
        self._client = client
        self._prepare = prepare
        self._settings = settings  # for asking again
        self._call: HttpCall | None = None
        self._is_left = False
        self._batches = self._run()
        self._events = self._flatten()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_left = True
        call, self._call = self._call, None
        if call is not None:
            await _leave(call)
        with suppress(RuntimeError):  # a task that still reads: its call has just been ended
            await self._events.aclose()
            await self._batches.aclose()

    def __aiter__(self) -> AsyncIterator[StreamEvent]:
        return self._events

    def batches(self) -> AsyncIterator[list[StreamEvent]]:
        """Iterate by what came at once, never nothing, instead of event by event.

        An `Ended` event is the last of its batch; a `Began` is alone in it.
        """
        return self._batches

    def hurry(self) -> None:
        if self._call is not None:
            self._call.hurry()

    async def _flatten(self) -> AsyncGenerator[StreamEvent, None]:
        async for events in self._batches:
            for event in events:
                yield event

    async def _run(self) -> AsyncGenerator[list[StreamEvent], None]:
        attempt, used = 1, 0
        while True:
            call = self._call = self._prepare(used)
            started = asyncio.get_running_loop().time()
            failed = await call.open()
            while failed is None:
                events = await call.read()
                failed = _take_early_failure(events, call)
                if events:
                    yield events
                if call.has_ended and failed is None:
                    return
            call.close()
            if self._client.concede(failed, call):
                continue
            elapsed = asyncio.get_running_loop().time() - started
            is_last = self._is_left or attempt >= self._settings.max_attempts
            if is_last or not can_ask_again(
                failed, elapsed=elapsed, advice=call.advice, settings=self._settings
            ):
                yield [failed]
                return
            await self._client.sleep(
                find_retry_wait(failed, attempt=attempt, chance=self._client.random())
            )
            attempt += 1
            used += 0 if failed.usage is None else failed.usage.total_tokens
            yield [self._client.begin_again(failed)]


def _take_early_failure(events: list[StreamEvent], call: HttpCall) -> Failed | None:
    """Take out a failure that came before any text: the endpoint may be asked again."""
    if events and isinstance(events[-1], Failed) and not call.has_text:
        last = events.pop()
        return last if isinstance(last, Failed) else None
    return None


async def _leave(call: HttpCall) -> None:
    try:
        await call.finish()
    finally:
        call.close()
