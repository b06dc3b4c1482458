"""Frames of a stream as endpoints send them, and the events that are read of them."""

import json
from typing import Any

from bot.core.answers.events import (
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import redactor

USAGE = {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}


REPORTED = Usage(input_tokens=7, output_tokens=5)


def frame(kind: str, *, named: bool = True, **members: Any) -> bytes:
    head = f"event: {kind}\n" if named else ""
    return f"{head}data: {json.dumps({'type': kind, **members})}\n\n".encode()


def delta(text: str, index: int | None = 0, item: str = "m1", part: int = 0) -> bytes:
    return frame(
        "response.output_text.delta",
        item_id=item,
        output_index=index,
        content_index=part,
        delta=text,
    )


def end(kind: str = "completed", **members: Any) -> bytes:
    response = {"status": kind, "usage": USAGE, "output": [], **members}
    return frame(f"response.{kind}", response=response)


def message(*texts: str, **members: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text} for text in texts]
    return {"type": "message", "id": "m1", "role": "assistant", "content": content, **members}


def read(*frames: bytes, limit: int = 1000, allowed: int = 1000) -> list[StreamEvent]:
    reader = BodyReader(limit=limit, allowed=allowed, redact=redactor("key-123"))
    events = [event for chunk in frames for event in reader.feed(chunk)]
    return [*events, *reader.close()]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))
