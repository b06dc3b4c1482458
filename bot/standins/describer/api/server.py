"""The describer on loopback: the Responses API, as far as a client of it can see."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from aiohttp import web

from bot.standins.describer.answers import wording
from bot.standins.describer.answers.answer_stream import MeasuredPicture, Note, Piece, stream_answer
from bot.standins.describer.api.events import Envelope, Response
from bot.standins.describer.api.tokens import image_tokens, text_tokens
from bot.standins.describer.findings import Measures
from bot.standins.describer.request.errors import OpenAIError
from bot.standins.describer.request.request_body import Request, read_request
from bot.standins.describer.worker.findings_cache import FindingsCache
from bot.standins.describer.worker.supervisor import WorkerSettings, WorkerSupervisor

MODEL_NAME: Final = "built-in-describer"
_LARGEST_REQUEST: Final = 64 * 1024 * 1024  # bytes
_TOKENS_OF_ITEM: Final = 4  # for its role and bounds
_TICK: Final = 0.06  # seconds between two deltas
_WORD: Final = re.compile(r"\s*\S+\s*")
_CREATED: Final = 1_767_225_600  # Unix seconds; the list of models wants some date
_encode: Final = msgspec.json.encode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DescriberSettings:
    """`words_per_second` of 0 means all at once. `example` is a real model's address, for the hint."""

    port: int = 0  # 0: any that is free
    words_per_second: float = 70.0
    example: str = "http://localhost:11434/v1"
    worker: WorkerSettings = field(default_factory=WorkerSettings)


class Describer:
    """Runs while its context is open. Its worker starts with the first picture."""

    def __init__(self, settings: DescriberSettings | None = None) -> None:
        self._settings = settings or DescriberSettings()
        self.worker = WorkerSupervisor(self._settings.worker)
        self._findings = FindingsCache(self.worker)
        self._runner: web.AppRunner | None = None
        self.base_url = ""  # known when the context is open

    async def __aenter__(self) -> Self:
        application = web.Application(
            client_max_size=_LARGEST_REQUEST, middlewares=[_answer_errors]
        )
        application.router.add_post("/v1/responses", self._respond)
        application.router.add_get("/v1/models", _list_models)
        application.router.add_get("/v1/models/{model}", _show_model)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self._settings.port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._runner is not None:
                await self._runner.cleanup()
        finally:
            await self.worker.aclose()

    async def _respond(self, http: web.Request) -> web.StreamResponse:
        request = read_request(await _read_json(http))
        sizes: dict[str, Measures] = {}
        for picture in request.pictures:  # all of them: their sizes are part of the usage
            sizes[picture.hash] = await self._findings.measure(picture)
        pictures = [
            MeasuredPicture(picture=picture, measures=sizes[picture.hash])
            for picture in request.subject
        ]
        response = Response(_envelope(request, sizes))
        events = self._write(request, response, pictures)
        if request.is_streamed:
            return await _stream(http, events)
        async for _ in events:
            pass
        return _json(response.ended)

    async def _write(
        self, request: Request, response: Response, pictures: list[MeasuredPicture]
    ) -> AsyncIterator[bytes]:
        """Give the events, at the pace of a reader."""
        for event in response.start():
            yield event
        async for piece in self._pace(request, pictures):
            if isinstance(piece, Note):
                events = response.note(piece.title, piece.text)
            elif response.has_room_for(piece):
                events = response.delta(piece)
            else:
                yield b"".join(response.finish("incomplete"))
                return
            yield b"".join(events)
        yield b"".join(response.finish("completed"))

    async def _pace(
        self, request: Request, pictures: list[MeasuredPicture]
    ) -> AsyncIterator[Piece]:
        pace = self._settings.words_per_second if request.is_streamed else 0.0
        async for piece in stream_answer(request, pictures, self._findings):
            if isinstance(piece, Note):
                yield piece
                continue
            for words in _cut(piece, pace):
                yield words
                if pace:
                    await asyncio.sleep(_TICK)
        for words in _cut(f"\n\n{wording.FOOTER.format(example=self._settings.example)}", pace):
            yield words


def _envelope(request: Request, sizes: dict[str, Measures]) -> Envelope:
    tokens = text_tokens(request.instructions)
    for item in request.items:
        texts = (*item.texts, *(file.text for file in item.files))
        tokens += _TOKENS_OF_ITEM + sum(map(text_tokens, texts))
    for picture in request.pictures:
        tokens += image_tokens(sizes[picture.hash].width, sizes[picture.hash].height)
    return Envelope(
        model=MODEL_NAME,
        created_at=int(time.time()),
        input_tokens=tokens,
        max_output_tokens=request.max_output_tokens,
        instructions=request.instructions,
        echoed=request.echoed,
    )


def _cut(text: str, words_per_second: float) -> list[str]:
    """Cut into what is sent in one tick. Spaces stay with the words."""
    if not words_per_second:
        return [text]
    step = max(1, round(words_per_second * _TICK))
    words = _WORD.findall(text)
    return ["".join(words[first : first + step]) for first in range(0, len(words), step)]


async def _stream(http: web.Request, events: AsyncIterator[bytes]) -> web.StreamResponse:
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
    stream = web.StreamResponse(headers=headers)
    await stream.prepare(http)
    with suppress(ConnectionError):  # the reader has gone
        async for event in events:
            await stream.write(event)
        await stream.write_eof()
    return stream


async def _read_json(http: web.Request) -> Any:
    if http.content_type != "application/json":
        # Also keeps other sites' pages out: a browser asks before it sends JSON elsewhere.
        message = "The content type must be `application/json`."
        raise OpenAIError(message, code="unsupported_content_type")
    try:
        return msgspec.json.decode(await http.read())
    except msgspec.DecodeError as error:
        raise OpenAIError("The body is not valid JSON.", code="invalid_json") from error


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=_encode(body), status=status, content_type="application/json")


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal with an object of the API, also those of the HTTP server itself."""
    try:
        return await handler(request)
    except OpenAIError as error:
        return _json(error.to_json(), error.status)
    except web.HTTPException as error:
        refusal = OpenAIError(f"{error.reason} ({request.method} {request.path})", code=None)
        return _json(refusal.to_json(), error.status)


async def _list_models(_: web.Request) -> web.Response:
    return _json({"object": "list", "data": [_model()]})


async def _show_model(http: web.Request) -> web.Response:
    if http.match_info["model"] != MODEL_NAME:
        message = f"The model `{http.match_info['model']}` does not exist."
        raise OpenAIError(message, code="model_not_found", param="model", status=404)
    return _json(_model())


def _model() -> dict[str, Any]:
    return {"id": MODEL_NAME, "object": "model", "created": _CREATED, "owned_by": "built-in"}
