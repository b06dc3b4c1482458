"""The model behind an endpoint of the Responses API, as the use cases know it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import aiohttp

from bot.core.events import Failed, StreamEvent
from bot.core.tokens import ModelCard
from bot.core.turns import ModelRequest
from bot.responses.call import Call, Question
from bot.responses.echoes import texts_of, without_echoes
from bot.responses.endpoint import (
    SMALLEST_OUTPUT,
    EndpointSettings,
    find_url,
    make_headers,
)
from bot.responses.errors import redactor
from bot.responses.models import find_card
from bot.responses.payload import build_body
from bot.responses.retrying import can_ask_again, find_refused_parameter, find_wait

__all__ = ["Answer", "EndpointSettings", "ResponsesModel"]


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
        self._card = find_card(settings.model, settings.base_url)
        self._refused: frozenset[str] = frozenset()

    @property
    def card(self) -> ModelCard:
        return self._card

    def stream(self, request: ModelRequest) -> "Answer":
        return Answer(self, request)

    def call(self, request: ModelRequest) -> Call:
        """Prepare one attempt."""
        limit = max(SMALLEST_OUTPUT, request.max_output_tokens)
        if self.settings.max_output_tokens is not None:
            limit = min(limit, max(SMALLEST_OUTPUT, self.settings.max_output_tokens))
        body = build_body(
            request,
            model=self.settings.model,
            max_output_tokens=limit,
            detail=self.settings.detail,
            without=self._refused,
        )
        question = Question(url=self._url, headers=self._headers, body=body, limit=limit)
        texts = texts_of(request)

        def redact(words: str) -> str:
            return self._redact(without_echoes(words, texts))

        return Call(question, session=self._session, settings=self.settings, redact=redact)

    def forgo(self, parameter: str | None) -> bool:
        """Leave a refused parameter out from now on; whether that changes anything."""
        if parameter is None or parameter in self._refused:
            return False
        self._refused |= {parameter}
        return True


class Answer:
    """One running call; see `AnswerStream` in `bot/chat/ports.py`."""

    def __init__(self, model: ResponsesModel, request: ModelRequest) -> None:
        self._model = model
        self._request = request
        self._call: Call | None = None
        self._events: AsyncGenerator[StreamEvent, None] = self._run()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        call, self._call = self._call, None
        if call is not None:
            await _leave(call)
        with suppress(RuntimeError):  # a task that still reads: its call has just been ended
            await self._events.aclose()

    def __aiter__(self) -> AsyncIterator[StreamEvent]:
        return self._events

    def hurry(self) -> None:
        if self._call is not None:
            self._call.hurry()

    async def _run(self) -> AsyncGenerator[StreamEvent, None]:
        attempt = 1
        while True:
            call = self._call = self._model.call(self._request)
            started = asyncio.get_running_loop().time()
            failed = await call.open()
            while failed is None:
                events = await call.read()
                failed = _take_early_failure(events, call)
                for event in events:
                    yield event
                if call.has_ended and failed is None:
                    return
            call.close()
            if self._model.forgo(find_refused_parameter(failed, call.words)):
                continue
            elapsed = asyncio.get_running_loop().time() - started
            if attempt >= self._model.settings.max_attempts or not can_ask_again(
                failed, elapsed=elapsed, advice=call.advice, settings=self._model.settings
            ):
                yield failed
                return
            await self._model.sleep(find_wait(failed, attempt=attempt, chance=self._model.random()))
            attempt += 1


def _take_early_failure(events: list[StreamEvent], call: Call) -> Failed | None:
    """Take out a failure that came before any text: the question may be asked again."""
    if events and isinstance(events[-1], Failed) and not call.has_text:
        last = events.pop()
        return last if isinstance(last, Failed) else None
    return None


async def _leave(call: Call) -> None:
    try:
        await call.finish()
    finally:
        call.close()
