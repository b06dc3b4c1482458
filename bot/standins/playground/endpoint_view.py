"""A proxy between the bot and its endpoint: records every exchange, and breaks it on demand."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.sessions import tear_down

_LARGEST_REQUEST = 256 * 1024 * 1024  # bytes
_KEPT = 25  # exchanges
_NOT_PASSED_ON = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "keep-alive"}
)
_SLOW_START, _SLOW_PACE = 3.0, 0.15  # seconds
_CUT_AFTER = 12  # pieces of text
_REFUSAL = ("I'm ", "sorry, ", "but ", "I ", "can't ", "help ", "with ", "that.")


class Behaviour(Enum):
    """The way the endpoint seems to behave."""

    USUAL = "usual"
    SLOW = "slow"
    CUT = "cut"  # the connection breaks in the middle of an answer
    BALANCE = "balance"  # the account is out of balance
    REFUSES = "refuses"  # the model declines
    OVERLOADED = "overloaded"


_ERRORS: dict[Behaviour, tuple[int, Json]] = {
    Behaviour.BALANCE: (
        429,
        {
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        },
    ),
    Behaviour.OVERLOADED: (
        503,
        {
            "message": "The engine is currently overloaded, please try again later.",
            "type": "server_error",
            "param": None,
            "code": None,
        },
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """In micro-dollars for a million tokens."""

    input: int
    output: int
    cached_input: int

    def cost(self, usage: Json) -> float:
        """In dollars."""
        cached = (usage.get("input_tokens_details") or {}).get("cached_tokens") or 0
        fresh = usage.get("input_tokens", 0) - cached
        output = usage.get("output_tokens", 0)
        micro = fresh * self.input + cached * self.cached_input + output * self.output
        return float(micro) / 1e12


@dataclass(kw_only=True, slots=True, eq=False)
class RecordedExchange:
    """One request to the endpoint and what came of it. Durations are in seconds."""

    number: int
    at: float  # seconds since 1970
    request: Json
    size: int  # bytes of the request
    behaviour: Behaviour
    status: int = 0  # 0: no answer yet, or none at all
    first_text_after: float | None = None
    seconds: float | None = None  # None: still under way
    pieces: int = 0  # of text
    usage: Json | None = None
    ending: str = ""  # what ended it: the last event, an error's words, or who went away
    text: list[str] = field(default_factory=list)


class EndpointView:
    """Runs while its context is open; the bot is pointed at `base_url`."""

    def __init__(
        self, responses_url: str, *, prices: Prices | None = None, on_change: Callable[[], None]
    ) -> None:
        self.behaviour = Behaviour.USUAL
        self.exchanges: deque[RecordedExchange] = deque(maxlen=_KEPT)
        self.prices = prices
        self.base_url = ""
        self._target = responses_url
        self._on_change = on_change
        self._count = 0
        self._session: aiohttp.ClientSession | None = None
        application = web.Application(client_max_size=_LARGEST_REQUEST)
        application.router.add_post("/v1/responses", self._answer)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0.5
        )

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        exchange = self._note(raw)
        began = time.monotonic()
        try:
            return await self._respond(request, raw, exchange, began)
        except (ConnectionError, aiohttp.ClientError) as error:
            exchange.ending = exchange.ending or f"no connection ({type(error).__name__})"
            tear_down(request)
            return web.Response(status=502)
        except asyncio.CancelledError:
            exchange.ending = exchange.ending or "the bot hung up"
            raise
        finally:
            exchange.seconds = time.monotonic() - began
            self._on_change()

    def _note(self, raw: bytes) -> RecordedExchange:
        self._count += 1
        try:
            body: Any = json.loads(raw)
        except ValueError:
            body = {}
        exchange = RecordedExchange(
            number=self._count,
            at=time.time(),
            request=body if isinstance(body, dict) else {},
            size=len(raw),
            behaviour=self.behaviour,
        )
        self.exchanges.append(exchange)
        self._on_change()
        return exchange

    async def _respond(
        self, request: web.Request, raw: bytes, exchange: RecordedExchange, began: float
    ) -> web.StreamResponse:
        if exchange.behaviour in _ERRORS:
            exchange.status, error = _ERRORS[exchange.behaviour]
            exchange.ending = str(error["message"])
            return web.json_response({"error": error}, status=exchange.status)
        if exchange.behaviour is Behaviour.REFUSES:
            return await self._refuse(request, exchange, began)
        if exchange.behaviour is Behaviour.SLOW:
            await asyncio.sleep(_SLOW_START)
        if self._session is None:
            raise RuntimeError("the view is not open")
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON}
        headers["Accept-Encoding"] = "identity"
        async with self._session.post(self._target, data=raw, headers=headers) as upstream:
            return await self._pass_on(request, upstream, exchange, began)

    async def _pass_on(
        self,
        request: web.Request,
        upstream: aiohttp.ClientResponse,
        exchange: RecordedExchange,
        began: float,
    ) -> web.StreamResponse:
        exchange.status = upstream.status
        response = web.StreamResponse(status=upstream.status)
        for name, value in upstream.headers.items():
            if name.lower() not in _NOT_PASSED_ON:
                response.headers.add(name, value)
        await response.prepare(request)
        reader = _EventReader(exchange, began)
        async for event in _events(upstream.content):
            if exchange.behaviour is Behaviour.SLOW:
                await asyncio.sleep(_SLOW_PACE)
            reader.read(event)
            if exchange.behaviour is Behaviour.CUT and _is_time_to_cut(exchange):
                exchange.ending = "the connection was cut"
                tear_down(request)
                return response
            await response.write(event)
            self._on_change()
        return response

    async def _refuse(
        self, request: web.Request, exchange: RecordedExchange, began: float
    ) -> web.StreamResponse:
        exchange.status = 200
        response = web.StreamResponse()
        response.content_type = "text/event-stream"
        await response.prepare(request)
        reader = _EventReader(exchange, began)
        for event in _refusal_events(str(exchange.request.get("model", "")), now=exchange.at):
            reader.read(event)
            await response.write(event)
        return response


def _is_time_to_cut(exchange: RecordedExchange) -> bool:
    return exchange.pieces >= _CUT_AFTER or exchange.ending != ""


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """The stream in pieces that end where events end; the bytes are as they came."""
    held = b""
    async for chunk in content.iter_any():
        held += chunk
        while (end := _end_of_event(held)) > 0:
            yield held[:end]
            held = held[end:]
    if held:
        yield held


def _end_of_event(held: bytes) -> int:
    ends = [at + len(mark) for mark in (b"\n\n", b"\r\n\r\n") if (at := held.find(mark)) >= 0]
    return min(ends, default=0)


class _EventReader:
    """Records what the stream's events say."""

    def __init__(self, exchange: RecordedExchange, began: float) -> None:
        self._exchange = exchange
        self._began = began

    def read(self, event: bytes) -> None:
        lines = [line[5:] for line in event.splitlines() if line.startswith(b"data:")]
        try:
            payload = json.loads(b"".join(lines) or event)
        except ValueError:
            return
        if isinstance(payload, dict):
            self._take(payload)

    def _take(self, payload: Json) -> None:
        exchange, kind = self._exchange, str(payload.get("type", ""))
        if kind.endswith((".output_text.delta", ".refusal.delta")):
            exchange.pieces += 1
            exchange.text.append(str(payload.get("delta", "")))
            if exchange.first_text_after is None:
                exchange.first_text_after = time.monotonic() - self._began
        response = payload.get("response")
        if isinstance(response, dict) and isinstance(response.get("usage"), dict):
            exchange.usage = response["usage"]
        if kind in {"response.completed", "response.incomplete", "response.failed"}:
            exchange.ending = kind.removeprefix("response.")
        elif isinstance(payload.get("error"), dict):
            exchange.ending = str(payload["error"].get("message", "error"))


def _refusal_events(model: str, *, now: float) -> Iterator[bytes]:
    """A model that declines, as a stream of the Responses API."""
    text = "".join(_REFUSAL)
    part = {"type": "refusal", "refusal": text}
    item = {"id": "msg_0", "type": "message", "role": "assistant"}
    done_item = {**item, "status": "completed", "content": [part]}
    usage = {
        "input_tokens": 20,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": len(_REFUSAL),
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 20 + len(_REFUSAL),
    }
    place = {"item_id": "msg_0", "output_index": 0, "content_index": 0}
    response: Json = {"id": "resp_0", "object": "response", "created_at": int(now), "model": model}
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    done = {**response, "status": "completed", "output": [done_item], "usage": usage}
    events: list[tuple[str, Json]] = [
        ("response.created", {"response": begun}),
        ("response.in_progress", {"response": begun}),
        (
            "response.output_item.added",
            {"output_index": 0, "item": {**item, "status": "in_progress", "content": []}},
        ),
        ("response.content_part.added", {**place, "part": {"type": "refusal", "refusal": ""}}),
        *(("response.refusal.delta", {**place, "delta": word}) for word in _REFUSAL),
        ("response.refusal.done", {**place, "refusal": text}),
        ("response.content_part.done", {**place, "part": part}),
        ("response.output_item.done", {"output_index": 0, "item": done_item}),
        ("response.completed", {"response": done}),
    ]
    for number, (kind, members) in enumerate(events):
        frame = {"type": kind, "sequence_number": number, **members}
        yield f"event: {kind}\ndata: {json.dumps(frame)}\n\n".encode()
