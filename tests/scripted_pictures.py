"""The picture half of the scripted endpoint: the tool's events, and the Images API."""

import asyncio
import base64
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Literal, cast

from aiohttp import web
from PIL import Image, ImageDraw

from tests.pictures import read, write

PictureFault = Literal["", "cut", "eof", "stall", "damaged", "url", "none", "error", "late-error"]

IMAGE_USAGE = {
    "input_tokens": 50,
    "input_tokens_details": {"text_tokens": 20, "image_tokens": 30},
    "output_tokens": 1_000,
    "total_tokens": 1_050,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureScript:
    """How one request for a picture is answered. Times are in seconds."""

    colour: str = "teal"
    size: tuple[int, int] = (96, 64)
    format: Literal["PNG", "JPEG", "WEBP"] = "PNG"
    noise: int = 0  # bytes that make the file larger, at its end
    partials: int | None = None  # None: as many as were asked for
    pace: float = 0.0  # before each state and before the end
    delay: float = 0.0  # before the headers
    words: str = ""  # said besides the picture, or instead of it (fault "none")
    revised: str = ""
    refusal: bool = False  # `words` are a refusal
    usage: bool = True  # of the model that calls the tool
    counted: bool = True  # of the picture model
    fault: PictureFault = ""
    status: int = 200
    error: str = "Your request was rejected by the safety system."
    code: str | None = "moderation_blocked"
    stream: bool = True  # False: one JSON document, although a stream was asked for

    def draw(self, state: int | None = None) -> bytes:
        """The picture, or one of its states: a growing bar on grey."""
        picture = Image.new("RGB", self.size, "grey" if state is not None else self.colour)
        if state is not None:
            right = self.size[0] * (state + 1) // 4
            ImageDraw.Draw(picture).rectangle((0, 0, right, self.size[1]), fill=self.colour)
        return write(picture, self.format) + bytes(self.noise)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One request for a picture, whichever way it came."""

    path: str
    fields: Mapping[str, Any]
    pictures: tuple[bytes, ...] = ()
    authorization: str = ""


@dataclass(kw_only=True, slots=True)
class Easel:
    """The scripts that wait, and the requests that came."""

    scripts: deque[PictureScript] = field(default_factory=deque)
    default: PictureScript = field(default_factory=PictureScript)
    wanted: list[Wanted] = field(default_factory=list)

    def next(self) -> PictureScript:
        return self.scripts.popleft() if self.scripts else self.default


def picture_tool(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The tool of a request that asks for a picture."""
    tools = body.get("tools") or []
    return next((tool for tool in tools if tool.get("type") == "image_generation"), None)


async def draw_by_tool(
    request: web.Request, body: dict[str, Any], easel: Easel
) -> web.StreamResponse:
    """Answer a request of the Responses API that has the tool."""
    content = body["input"][-1]["content"]
    images = [part["image_url"] for part in content if part["type"] == "input_image"]
    pictures = tuple(base64.b64decode(image.partition(",")[2]) for image in images)
    easel.wanted.append(Wanted(path=request.path, fields=body, pictures=pictures))
    script = easel.next()
    await asyncio.sleep(script.delay)
    if script.status != 200:
        return _refused(script)
    tool = picture_tool(body) or {}
    count = tool.get("partial_images", 0) if script.partials is None else script.partials
    events = _ToolEvents(body, script, count)
    if not body.get("stream") or not script.stream:
        return web.json_response(events.response("completed"))
    return await _stream(request, script, events.all())


class _ToolEvents:
    def __init__(self, body: Mapping[str, Any], script: PictureScript, partials: int) -> None:
        self._body = body
        self._script = script
        self._partials = partials
        self._sequence = 0

    async def all(self) -> AsyncIterator[bytes]:
        script = self._script
        place = {"output_index": 0, "item_id": "ig_scripted"}
        name = "response.image_generation_call"
        yield self._event("response.created", response=self.response("in_progress"))
        yield self._event("response.in_progress", response=self.response("in_progress"))
        if script.fault != "none":
            begun = {"id": "ig_scripted", "type": "image_generation_call", "status": "in_progress"}
            yield self._event("response.output_item.added", output_index=0, item=begun)
            yield self._event(f"{name}.in_progress", **place)
            yield self._event(f"{name}.generating", **place)
            for index in range(self._partials):
                await asyncio.sleep(script.pace)
                state = encoded(script.draw(index))
                members = {"partial_image_index": index, "partial_image_b64": state}
                yield self._event(f"{name}.partial_image", **place, **members, output_format="png")
            await asyncio.sleep(script.pace)
            if script.fault in ("cut", "eof", "stall"):
                await asyncio.sleep(3600 if script.fault == "stall" else 0)
                return
            if script.fault == "error":
                yield self._event("error", code="server_error", message=script.error)
                return
            yield self._event(f"{name}.completed", **place)
            yield self._event("response.output_item.done", output_index=0, item=self._item())
            if script.fault == "late-error":
                yield self._event("error", code="server_error", message=script.error)
                return
        for event in self._message():
            yield event
        yield self._event("response.completed", response=self.response("completed"))

    def _item(self) -> dict[str, Any]:
        script = self._script
        content = b"no picture" if script.fault == "damaged" else script.draw()
        result = "https://example.com/picture.png" if script.fault == "url" else encoded(content)
        return {
            "id": "ig_scripted",
            "type": "image_generation_call",
            "status": "completed",
            "output_format": script.format.lower(),
            "result": result,
            "revised_prompt": script.revised or None,
        }

    def _message(self) -> list[bytes]:
        script = self._script
        if not script.words:
            return []
        place = {"output_index": 1, "item_id": "msg_scripted", "content_index": 0}
        kind = "refusal" if script.refusal else "output_text"
        done = {"refusal" if script.refusal else "text": script.words}
        return [
            self._event(
                "response.output_item.added",
                output_index=1,
                item={"id": "msg_scripted", "type": "message", "role": "assistant", "content": []},
            ),
            self._event(f"response.{kind}.delta", **place, delta=script.words),
            self._event(f"response.{kind}.done", **place, **done),
        ]

    def response(self, status: str) -> dict[str, Any]:
        script = self._script
        is_over = status == "completed"
        usage = {"input_tokens": 2_000, "output_tokens": 60, "total_tokens": 2_060}
        return {
            "id": "resp_scripted",
            "object": "response",
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": self._body["model"],
            "output": [self._item()] if is_over and script.fault != "none" else [],
            "usage": usage if is_over and script.usage else None,
            "tool_usage": {"image_gen": IMAGE_USAGE} if is_over and script.counted else None,
        }

    def _event(self, kind: str, **members: object) -> bytes:
        frame = {"type": kind, "sequence_number": self._sequence, **members}
        self._sequence += 1
        return f"event: {kind}\ndata: {json.dumps(frame, separators=(',', ':'))}\n\n".encode()


async def draw_by_images_api(request: web.Request, easel: Easel) -> web.StreamResponse:
    """Answer `/images/generations` (JSON) and `/images/edits` (a form), as strict as OpenAI."""
    wanted = await _read(request)
    easel.wanted.append(wanted)
    fault = _find_fault(wanted)
    if fault:
        error = {"message": fault[0], "type": "invalid_request_error", "param": fault[1]}
        return web.json_response({"error": {**error, "code": "unknown_parameter"}}, status=400)
    script = easel.next()
    await asyncio.sleep(script.delay)
    if script.status != 200:
        return _refused(script)
    if not wanted.fields.get("stream") or not script.stream:
        await asyncio.sleep(script.pace)
        return web.json_response(_document(script))
    asked = wanted.fields.get("partial_images", 0)
    count = asked if script.partials is None else script.partials
    kind = "image_edit" if wanted.path.endswith("/edits") else "image_generation"
    return await _stream(request, script, _image_events(kind, script, count))


_KNOWN = {"model", "prompt", "size", "quality", "stream", "partial_images", "response_format"}


def _find_fault(wanted: Wanted) -> tuple[str, str] | None:
    fields = wanted.fields
    for name in fields:
        is_odd = name == "response_format" and str(fields.get("model")).startswith("gpt-image-")
        if name not in _KNOWN or is_odd:
            return f"Unknown parameter: '{name}'.", name
    if not fields.get("prompt"):
        return "Missing required parameter: 'prompt'.", "prompt"
    if wanted.path.endswith("/edits") and not wanted.pictures:
        return "Missing required parameter: 'image'.", "image"
    for picture in wanted.pictures:
        read(picture)
    return None


async def _read(request: web.Request) -> Wanted:
    raw = await request.read()
    key = request.headers.get("Authorization", "")
    if request.content_type == "application/json":
        return Wanted(path=request.path, fields=json.loads(raw), authorization=key)
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + raw)
    fields: dict[str, Any] = {}
    pictures: list[bytes] = []
    for part in form.iter_parts():
        name = _name_of(part)
        content = cast(bytes, part.get_payload(decode=True))
        if name == "image[]":
            pictures.append(content)
        else:
            fields[name] = _typed(content.decode())
    return Wanted(path=request.path, fields=fields, pictures=tuple(pictures), authorization=key)


def _name_of(part: Message) -> str:
    found = re.search(r'[; ]name="([^"]*)"', str(part["Content-Disposition"]))
    return "" if found is None else found[1]


def _typed(text: str) -> Any:
    return json.loads(text) if re.fullmatch(r"true|false|\d+", text) else text


def _document(script: PictureScript) -> dict[str, Any]:
    picture: dict[str, Any] = {"b64_json": encoded(script.draw())}
    if script.fault == "url":
        picture = {"url": "https://example.com/picture.png"}
    if script.fault == "damaged":
        picture = {"b64_json": encoded(b"\x89PNG\r\n\x1a\n and nothing else")}
    if script.revised:
        picture["revised_prompt"] = script.revised
    usage = {"usage": IMAGE_USAGE} if script.counted else {}
    return {"created": 1_700_000_000, "data": [picture], **usage}


async def _image_events(kind: str, script: PictureScript, partials: int) -> AsyncIterator[bytes]:
    for index in range(partials):
        await asyncio.sleep(script.pace)
        state = {"b64_json": encoded(script.draw(index)), "partial_image_index": index}
        yield _frame({"type": f"{kind}.partial_image", **state})
    await asyncio.sleep(script.pace)
    match script.fault:
        case "cut" | "eof":
            return
        case "stall":
            await asyncio.sleep(3600)
        case "error" | "none":
            yield _frame({"type": "error", "error": {"code": script.code, "message": script.error}})
        case _:
            described = _document(script)["data"][0]
            usage = {"usage": IMAGE_USAGE} if script.counted else {}
            yield _frame({"type": f"{kind}.completed", **described, **usage})


def _frame(value: Mapping[str, Any]) -> bytes:
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode()


async def _stream(
    request: web.Request, script: PictureScript, events: AsyncIterator[bytes]
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"x-request-id": "req_scripted"})
    response.content_type = "text/event-stream"
    await response.prepare(request)
    async for event in events:
        await response.write(event)
    if script.fault == "cut" and request.transport is not None:
        await asyncio.sleep(0.02)
        request.transport.abort()
    return response


def _refused(script: PictureScript) -> web.Response:
    error = {"message": script.error, "type": "image_generation_user_error", "code": script.code}
    return web.json_response({"error": {**error, "param": None}}, status=script.status)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
