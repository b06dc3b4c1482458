"""A scripted server of the Responses API on loopback, as strict as the strictest gateways.

In a test: `async with ScriptedEndpoint() as endpoint`, then `endpoint.play(Script(...))` for the
next request. As a process: `python -m tests.scripted_endpoint --port 8080 --script 'pace=0.02'`.
Without a script a request may carry one in its last text, `[[pace=0.02 text="Hello"]]`; else the
answer names the pictures that came. The order of the events is that of api.openai.com.
"""

import argparse
import asyncio
import base64
import binascii
import json
import re
import shlex
import struct
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any, Literal, Self

from aiohttp import web

from tests.scripted_pictures import (
    Easel,
    PictureScript,
    draw_by_images_api,
    draw_by_tool,
    picture_tool,
)
from tests.scripted_tools import call_events, call_item, cite, outputs_in, search_events

Stop = Literal["completed", "length", "content_filter", "max_messages"]
Fault = Literal[
    "",
    "stall",
    "cut",
    "eof",
    "malformed",
    "lost",  # malformed, and no later event repeats the text
    "error",
    "quota",
    "failed",
    "cancelled",
    "quiet-end",
    "endless",
]
_GOES_ON = ("malformed", "lost", "quiet-end")


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """How one request is answered. Times are in seconds."""

    text: str | None = None  # None: name the pictures that came
    pace: float = 0.0  # between deltas
    delta: int = 4  # characters in each
    delay: float = 0.0  # before the headers
    think: float = 0.0  # silence after `response.in_progress`
    thinking: tuple[str, ...] = ()  # headlines of a reasoning summary
    gate: asyncio.Event | None = None  # waited for before the text
    searches: tuple[str, ...] = ()  # queries of web searches before the text
    calls: tuple[str, ...] = ()  # of functions, as `name {"argument": 1}`, in the first round
    cites: str = ""  # address of a page that the text ends with a citation of
    refusal: bool = False
    stop: Stop = "completed"
    usage: bool = True
    cached: int = 0  # tokens of the input that count as cached
    unseen: int = 0  # tokens of input on top of those that can be counted
    fault: Fault = ""
    after: int = 3  # deltas before the fault
    status: int = 200
    error: str = "The server had an error."
    code: str | None = None
    param: str | None = None
    retry_after: str | None = None
    body: str | None = None  # instead of everything else, as it is
    content_type: str = "application/json"
    stream: bool = True  # False: one JSON document, although a stream was asked for
    segment: bool = True  # each event in a segment of its own
    linger: float = 0.0  # for which the stream stays open after its ending
    left: asyncio.Event | None = None  # set once nobody reads the stream any more

    @classmethod
    def parse(cls, line: str) -> "Script":
        """Read `name=value` pairs, quoted as in a shell; lists are divided by "|"."""
        kinds = {f.name: type(f.default) for f in fields(cls)}
        pairs = (word.partition("=") for word in shlex.split(line))
        return cls(**{name: _convert(kinds[name], value) for name, _, value in pairs})


def _convert(kind: type, value: str) -> Any:
    if kind is bool:
        return value not in ("", "0", "no", "false")
    if kind is tuple:
        return tuple(value.split("|"))
    return value if kind is type(None) else kind(value)


@dataclass(kw_only=True, slots=True)
class Recorded:
    """One request as it came, and whether its client has gone before the end."""

    raw: bytes
    headers: Mapping[str, str]
    json: dict[str, Any]
    peer: object = None  # the client's address and port
    answered_at: float = 0.0  # the loop's time when the last byte was written
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)


class Invalid(Exception):
    """What a strict gateway answers with 400."""

    def __init__(self, message: str, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class ScriptedEndpoint:
    """`keys`: the keys that are accepted; empty accepts any. `refuses`: parameters unknown to it.

    `accepts`: what the strictest gateways would refuse: parameters, the roles of items, and
    `input_file` for PDFs.
    `sees` False refuses pictures. `models` are those that it lists; `*` stands for any.
    """

    def __init__(
        self,
        *,
        script: Script | None = None,
        keys: frozenset[str] = frozenset(),
        refuses: frozenset[str] = frozenset(),
        accepts: frozenset[str] = frozenset(),
        sees: bool = True,
        models: tuple[str, ...] = ("scripted", "*"),
        port: int = 0,
    ) -> None:
        self.requests: list[Recorded] = []
        self.port = port
        self.easel = Easel()
        self._default = script
        self._scripts: deque[Script] = deque()
        self._keys = keys
        self._refuses = refuses
        self._accepts = accepts
        self._sees = sees
        self._models = models
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/responses", self._answer)
        app.router.add_post("/v1/images/{kind}", self._draw)
        app.router.add_get("/v1/models", self._list)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def play(self, *scripts: Script) -> None:
        """Answer the next requests by these, one each."""
        self._scripts.extend(scripts)

    def draw(self, *scripts: PictureScript) -> None:
        """Answer the next requests for pictures by these, one each."""
        self.easel.scripts.extend(scripts)

    def forget(self) -> None:
        """Drop the scripts that no request has come for."""
        self._scripts.clear()
        self.easel.scripts.clear()

    async def _list(self, request: web.Request) -> web.Response:
        try:
            self._check_key(request)
        except Invalid as error:
            return _refuse(401, str(error), param=error.param, code=error.code)
        models = [{"id": name, "object": "model"} for name in self._models if name != "*"]
        return web.json_response({"object": "list", "data": models})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        recorded = Recorded(raw=raw, headers=request.headers.copy(), json={})
        recorded.peer = request.get_extra_info("peername")
        self.requests.append(recorded)
        try:
            recorded.json = json.loads(raw)
            self._check_key(request)
            if picture_tool(recorded.json) is not None:
                return await draw_by_tool(request, recorded.json, self.easel)
            pictures = check_request(recorded.json, refuses=self._refuses, accepts=self._accepts)
            self._check_model(recorded.json["model"], pictures)
        except Invalid as error:
            status = 401 if error.code == "invalid_api_key" else 400
            return _refuse(status, str(error), param=error.param, code=error.code)
        script = self._choose(recorded.json)
        try:
            response = await _play(request, recorded.json, script, pictures)
        except (asyncio.CancelledError, ConnectionError):
            recorded.disconnected.set()
            raise
        recorded.answered_at = asyncio.get_running_loop().time()
        recorded.answered.set()
        return response

    async def _draw(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_key(request)
        except Invalid as error:
            return _refuse(401, str(error), param=error.param, code=error.code)
        return await draw_by_images_api(request, self.easel)

    def _check_key(self, request: web.Request) -> None:
        if self._keys and request.headers.get("Authorization") not in {
            f"Bearer {key}" for key in self._keys
        }:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            raise Invalid(f"Incorrect API key provided: {given}.", "", "invalid_api_key")

    def _check_model(self, model: str, pictures: list[str]) -> None:
        if model not in self._models and "*" not in self._models:
            raise Invalid(f"The model `{model}` does not exist.", "model", "model_not_found")
        if pictures and not self._sees:
            raise Invalid("This model does not support image input.", "input", "invalid_value")

    def _choose(self, body: dict[str, Any]) -> Script:
        if self._scripts:
            return self._scripts.popleft()
        directive = re.findall(r"\[\[(.*?)\]\]", last_text(body), re.DOTALL)
        return Script.parse(directive[-1]) if directive else self._default or Script()


_KNOWN = {"model", "input", "instructions", "stream", "store", "max_output_tokens"}
_PARTS: dict[str, tuple[str, ...]] = {
    "user": ("input_text", "input_image"),
    "assistant": ("output_text",),
}

_TOOL_ITEMS = {
    "function_call": {"type", "call_id", "name", "arguments"},
    "function_call_output": {"type", "call_id", "output"},
}


def check_request(
    body: Any, *, refuses: frozenset[str] = frozenset(), accepts: frozenset[str] = frozenset()
) -> list[str]:
    """Check by the rules of the strictest gateways; return what pictures came, in words."""
    members = [f"{name}.{member}" for name in body.keys() & accepts for member in _dict(body[name])]
    for name in (*body, *members):
        if name.split(".")[0] not in _KNOWN | accepts or name in refuses:
            raise Invalid(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    _require(isinstance(body.get("model"), str), "Missing 'model'.", "model")
    limit = body.get("max_output_tokens", 16)
    _require(
        type(limit) is int and limit >= 16,
        f"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got {limit} instead.",
        "max_output_tokens",
        "integer_below_min_value",
    )
    items = body.get("input")
    _require(isinstance(items, list) and items, "'input' must be a list with items.", "input")
    roles = [item.get("role", item.get("type")) for item in items]
    _require(
        all(a != b for a, b in pairwise(roles)),
        "Conversation roles must alternate.",
        "input",
    )
    return [
        picture
        for at, item in enumerate(items)
        for picture in _check_item(item, f"input[{at}]", refuses, accepts)
    ]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_item(
    item: dict[str, Any], place: str, refuses: frozenset[str], accepts: frozenset[str]
) -> list[str]:
    if "tools" in accepts and item.get("type") in _TOOL_ITEMS:
        _require(set(item) == _TOOL_ITEMS[item["type"]], "Unknown fields.", place)
        return []
    parts = _PARTS | dict.fromkeys(accepts & {"system", "developer"}, ("input_text",))
    _require(item.get("type") == "message", "Cannot determine type of 'item'", f"{place}.type")
    _require(item.get("role") in parts, "Unknown role.", f"{place}.role")
    _require(
        set(item) == {"type", "role", "content"}, "Unknown fields.", place, "unknown_parameter"
    )
    if "input_file" in accepts:
        parts["user"] = (*parts["user"], "input_file")
    content = item["content"]
    _require(isinstance(content, list) and content, "Empty content.", f"{place}.content")
    found = (
        _check_part(part, parts[item["role"]], f"{place}.content[{at}]", refuses)
        for at, part in enumerate(content)
    )
    return [picture for picture in found if picture]


def _check_part(
    part: dict[str, Any], kinds: tuple[str, ...], place: str, refuses: frozenset[str]
) -> str:
    supported = " and ".join(f"'{kind}'" for kind in kinds)
    kind = part.get("type")
    message = f"Invalid value: '{kind}'. Supported values are: {supported}."
    _require(kind in kinds, message, place)
    if kind == "input_file":
        return _check_document(part, place)
    if kind != "input_image":
        _require(set(part) == {"type", "text"}, "Unknown fields.", place, "unknown_parameter")
        _require(bool(part["text"].strip()), "Empty text.", f"{place}.text")
        return ""
    extra = set(part) - {"type", "image_url"} - ({"detail"} - refuses)
    message = f"Unknown parameter: '{place}.{min(extra, default='')}'."
    _require(not extra, message, f"{place}.{min(extra, default='')}", "unknown_parameter")
    detail = part.get("detail", "auto")
    _require(detail in ("auto", "low", "high", "original"), "Invalid detail.", f"{place}.detail")
    return _check_picture(part["image_url"], f"{place}.image_url")


def _check_document(part: dict[str, Any], place: str) -> str:
    _require(set(part) == {"type", "filename", "file_data"}, "Unknown fields.", place)
    head, _, content = part["file_data"].partition(";base64,")
    message = "The file type you uploaded is not supported. Please try again with a pdf"
    _require(head == "data:application/pdf", message, f"{place}.file_data", "unsupported_file")
    is_pdf = base64.b64decode(content, validate=True).startswith(b"%PDF-")
    _require(is_pdf, message, f"{place}.file_data", "unsupported_file")
    return f"pdf {part['filename']}"


def _check_picture(url: object, place: str) -> str:
    match = (
        re.fullmatch(r"data:image/(png|jpeg);base64,(.+)", url) if isinstance(url, str) else None
    )
    message = "Invalid 'image_url': expected a base64-encoded data URL with PNG or JPEG."
    if match is None:
        raise Invalid(message, place, "invalid_image_url")
    try:
        content = base64.b64decode(match[2], validate=True)
        size = _png_size(content) if match[1] == "png" else _jpeg_size(content)
    except (binascii.Error, struct.error, IndexError, ValueError) as error:
        raise Invalid(message, place, "invalid_base64_image") from error
    return f"{match[1]} {size[0]}x{size[1]}"


def _png_size(content: bytes) -> tuple[int, int]:
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    if content[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    at = 2
    while True:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length


def _require(holds: object, message: str, param: str, code: str = "invalid_value") -> None:
    if not holds:
        raise Invalid(message, param, code)


def last_text(body: dict[str, Any]) -> str:
    asked = [item for item in body["input"] if item["type"] == "message"][-1]
    texts = [p["text"] for p in asked["content"] if p["type"] == "input_text"]
    return texts[-1] if texts else ""


def count_input(body: dict[str, Any]) -> int:
    """Tokens of the input: one for four bytes of text, one for each 32-pixel patch."""
    texts = [body.get("instructions", "")]
    patches = 0
    for part in (part for item in body["input"] for part in item.get("content", ())):
        if part["type"] == "input_image":
            width, height = map(int, _check_picture(part["image_url"], "").split()[1].split("x"))
            patches += -(-width // 32) * -(-height // 32)
        elif part["type"] == "input_file":
            texts.append(part["file_data"])
        else:
            texts.append(part["text"])
    return patches + sum(-(-len(text.encode()) // 4) for text in texts)


def _refuse(
    status: int, message: str, *, param: str | None, code: str | None, **headers: str
) -> web.Response:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = {"message": message, "type": kind, "param": param, "code": code}
    return web.json_response(
        {"error": error}, status=status, headers={"x-request-id": "req_scripted", **headers}
    )


async def _play(
    request: web.Request, body: dict[str, Any], script: Script, pictures: list[str]
) -> web.StreamResponse:
    await asyncio.sleep(script.delay)
    if script.body is not None:
        return web.Response(
            text=script.body, status=script.status, content_type=script.content_type
        )
    if script.status != 200:
        extra = {"Retry-After": script.retry_after} if script.retry_after else {}
        return _refuse(script.status, script.error, param=script.param, code=script.code, **extra)
    composed = Composition(body, script, pictures)
    if not script.stream or not body.get("stream"):
        return web.json_response(composed.response(composed.status, composed.text))
    return await _stream(request, script, composed)


async def _stream(
    request: web.Request, script: Script, composed: "Composition"
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"x-request-id": "req_scripted"})
    response.content_type = "text/event-stream"
    await response.prepare(request)
    held = b""
    try:
        async for event in composed.events():
            held += event
            if script.segment:
                await response.write(held)
                held = b""
        if held:
            await response.write(held)
    finally:
        if script.left is not None:
            script.left.set()
    await asyncio.sleep(script.linger)
    if script.fault == "cut" and request.transport is not None:
        await asyncio.sleep(0.02)
        request.transport.abort()
    return response


class Composition:
    """One answer: its text, its numbers and its events."""

    def __init__(self, body: dict[str, Any], script: Script, pictures: list[str]) -> None:
        self._body = body
        self._script = script
        self._sequence = 0
        seen = f"I see {len(pictures)} picture(s): {', '.join(pictures)}." if pictures else ""
        self.text = script.text if script.text is not None else seen or "I see no picture."
        self._calls = () if outputs_in(body) else script.calls
        self._annotation: dict[str, Any] | None = None
        if script.cites:
            self.text, self._annotation = cite(self.text, script.cites)
        self._cut_to_limit()

    def _cut_to_limit(self) -> None:
        """A delta counts as a token: stop where the limit is reached."""
        limit = self._body.get("max_output_tokens", 10**9)
        self.status = {"completed": "completed"}.get(self._script.stop, "incomplete")
        self._reason = {"length": "max_output_tokens"}.get(self._script.stop, self._script.stop)
        size = limit * self._script.delta
        if len(self.text) > size:
            self.text = self.text[:size]
            self.status, self._reason = "incomplete", "max_output_tokens"

    @property
    def deltas(self) -> list[str]:
        size = self._script.delta
        return [self.text[at : at + size] for at in range(0, len(self.text), size)]

    def response(self, status: str, text: str | None = None) -> dict[str, Any]:
        is_over = status in ("completed", "incomplete")
        return {
            "id": "resp_scripted",
            "object": "response",
            "created_at": 1_700_000_000,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": self._reason} if status == "incomplete" else None,
            "instructions": self._body.get("instructions"),
            "max_output_tokens": self._body.get("max_output_tokens"),
            "model": self._body["model"],
            "output": [] if text is None else [self._item(text)],
            "parallel_tool_calls": True,
            "store": self._body.get("store", True),
            "tool_choice": "auto",
            "tools": [],
            "usage": self._usage() if is_over and self._script.usage else None,
        }

    def _usage(self) -> dict[str, Any]:
        given, made = count_input(self._body) + self._script.unseen, len(self.deltas)
        return {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": self._script.cached, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + made,
        }

    def _item(self, text: str | None) -> dict[str, Any]:
        content = [] if text is None else [self._part(text)]
        return {
            "id": "msg_scripted",
            "type": "message",
            "status": "in_progress" if text is None else "completed",
            "role": "assistant",
            "content": content,
        }

    def _part(self, text: str) -> dict[str, Any]:
        if self._script.refusal:
            return {"type": "refusal", "refusal": text}
        notes = [] if self._annotation is None or not text else [self._annotation]
        return {"type": "output_text", "annotations": notes, "logprobs": [], "text": text}

    def _event(self, kind: str, **members: object) -> bytes:
        frame = {"type": kind, "sequence_number": self._sequence, **members}
        self._sequence += 1
        data = json.dumps(frame, separators=(",", ":"), ensure_ascii=False)
        return f"event: {kind}\ndata: {data}\n\n".encode()

    async def events(self) -> AsyncIterator[bytes]:
        yield self._event("response.created", response=self.response("in_progress"))
        yield self._event("response.in_progress", response=self.response("in_progress"))
        await asyncio.sleep(self._script.think)
        index = 0
        if self._script.thinking:
            for event in self._reasoning():
                await asyncio.sleep(self._script.pace)
                yield event
            index = 1
        for query in self._script.searches:
            for event in search_events(self._event, index, query):
                await asyncio.sleep(self._script.pace)
                yield event
            index += 1
        async for event in self._calling(index) if self._calls else self._message(index):
            yield event

    async def _calling(self, index: int) -> AsyncIterator[bytes]:
        """A round that ends with calls."""
        for at, call in enumerate(self._calls, start=index):
            for event in call_events(self._event, at, call):
                yield event
        calls = [call_item(at, call) for at, call in enumerate(self._calls, start=index)]
        yield self._event(
            "response.completed", response={**self.response("completed"), "output": calls}
        )

    def _reasoning(self) -> list[bytes]:
        item = {"id": "rs_scripted", "type": "reasoning", "summary": []}
        place = {"item_id": "rs_scripted", "output_index": 0}
        events = [self._event("response.output_item.added", output_index=0, item=item)]
        name = "response.reasoning_summary"
        for at, headline in enumerate(self._script.thinking):
            here = {**place, "summary_index": at}
            text = f"**{headline}**\n\nConsidering."
            part = {"type": "summary_text", "text": ""}
            events.append(self._event(f"{name}_part.added", **here, part=part))
            events.append(self._event(f"{name}_text.delta", **here, delta=text[:5]))
            events.append(self._event(f"{name}_text.delta", **here, delta=text[5:]))
            events.append(self._event(f"{name}_text.done", **here, text=text))
            done = {"type": "summary_text", "text": text}
            events.append(self._event(f"{name}_part.done", **here, part=done))
        events.append(self._event("response.output_item.done", output_index=0, item=item))
        return events

    async def _message(self, index: int) -> AsyncIterator[bytes]:
        if self._script.gate is not None:
            await self._script.gate.wait()
        place = {"item_id": "msg_scripted", "output_index": index, "content_index": 0}
        item = self._item(None)
        yield self._event("response.output_item.added", output_index=index, item=item)
        yield self._event("response.content_part.added", **place, part=self._part(""))
        for at, delta in enumerate(self.deltas):
            if at == self._script.after and self._script.fault:
                async for event in self._fault():
                    yield event
                if self._script.fault not in _GOES_ON:
                    return
            yield self._delta(place, delta)
            await asyncio.sleep(self._script.pace)
        if self._annotation is not None:
            yield self._event(
                "response.output_text.annotation.added",
                **place,
                annotation_index=0,
                annotation=self._annotation,
            )
        for event in self._ending(place, index):
            yield event

    def _delta(self, place: dict[str, Any], delta: str) -> bytes:
        padding = {"obfuscation": "ab12CD34ef"[: 10 - self._sequence % 7]}
        if self._script.refusal:
            return self._event("response.refusal.delta", **place, delta=delta, **padding)
        members = {**place, "delta": delta, "logprobs": [], **padding}
        return self._event("response.output_text.delta", **members)

    def _ending(self, place: dict[str, Any], index: int) -> list[bytes]:
        text = self.text
        if self._script.fault in ("quiet-end", "lost"):
            return [self._event("response.completed", response={"status": "completed"})]
        if self._script.refusal:
            done = self._event("response.refusal.done", **place, refusal=text)
        else:
            done = self._event("response.output_text.done", **place, text=text, logprobs=[])
        return [
            done,
            self._event("response.content_part.done", **place, part=self._part(text)),
            self._event("response.output_item.done", output_index=index, item=self._item(text)),
            self._event(f"response.{self.status}", response=self.response(self.status, text)),
        ]

    async def _fault(self) -> AsyncIterator[bytes]:
        match self._script.fault:
            case "stall":
                await asyncio.sleep(3600)
            case "endless":  # as if there were no `max_output_tokens`
                place = {"item_id": "msg_scripted", "output_index": 0, "content_index": 0}
                while True:
                    yield self._delta(place, "and so on ")
            case "malformed" | "lost":
                yield b"event: response.output_text.delta\ndata: {broken\n\n"
            case "error":
                code = self._script.code or "server_error"
                yield self._event("error", code=code, message=self._script.error, param=None)
            case "quota":
                inner = {"type": "insufficient_quota", "code": "insufficient_quota"}
                yield self._event("error", error={**inner, "message": "You exceeded your quota."})
            case "failed" | "cancelled" as status:
                error = {"code": "server_error", "message": self._script.error}
                response = {**self.response(status), "error": error if status == "failed" else None}
                yield self._event(f"response.{status}", response=response)
            case _:
                pass


async def _serve(port: int, script: Script | None) -> None:
    async with ScriptedEndpoint(port=port, script=script) as endpoint:
        print(endpoint.base_url, flush=True)  # noqa: T201
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A scripted server of the Responses API.")
    parser.add_argument("--port", type=int, default=0, help="0 (default): any that is free")
    parser.add_argument("--script", help="name=value pairs: how requests without a script end")
    options = parser.parse_args()
    script = Script.parse(options.script) if options.script is not None else None
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.port, script))


if __name__ == "__main__":
    main()
