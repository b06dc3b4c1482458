"""Pictures in what an endpoint sends: base64 in, bytes out, by what the bytes are and not by claims.

Whether the whole of a picture can be decoded is for the images room to say.
"""

import binascii
from base64 import b64decode
from typing import Any, Final

from bot.core.answers.events import PictureDelta, PictureMade, StreamEvent
from bot.responses.stream.frames import EventFrame, WholeAnswer, read_any
from bot.responses.stream.output import items_of
from bot.responses.stream.usage import read_counted

LARGEST_PICTURE: Final = 24 * 1024 * 1024  # bytes; what an event of the largest size can hold
LONGEST_REVISED_PROMPT: Final = 4_000  # characters of a revised prompt

_MARK: Final = b"image_generation_call"


def decode_picture(value: Any) -> tuple[bytes, str] | None:
    """Return a picture's bytes and media type; None where it is none, or an address of one."""
    if not isinstance(value, str) or len(value) > LARGEST_PICTURE * 4 // 3 + 100:
        return None
    if value.startswith("data:"):
        value = value.partition(",")[2]
    try:
        content = b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    media_type = find_media_type(content)
    return None if media_type is None else (content, media_type)


def find_media_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


class MadePictures:
    """The pictures of one answer, each once: the last event repeats them."""

    def __init__(self) -> None:
        self._seen: set[str | int] = set()
        self._has_any = False

    def read_partial(self, frame: EventFrame) -> list[StreamEvent]:
        decoded = decode_picture(read_any(frame.partial_image_b64 or frame.b64_json))
        if decoded is None:
            return []
        index = frame.partial_image_index
        return [
            PictureDelta(
                index=index if type(index) is int and index >= 0 else 0,
                content=decoded[0],
                media_type=decoded[1],
            )
        ]

    def read_item(self, item: Any) -> list[StreamEvent]:
        """Read an output item; nothing where it is no picture, or one that was read before."""
        if not isinstance(item, dict) or item.get("type") != "image_generation_call":
            return []
        decoded = decode_picture(item.get("result"))
        name = item.get("id")
        if decoded is None or (isinstance(name, str | int) and name in self._seen):
            return []
        if isinstance(name, str | int):
            self._seen.add(name)
        self._has_any = True
        prompt = item.get("revised_prompt") or item.get("prompt")
        return [make_picture(decoded, prompt)]

    def read_end(self, answer: WholeAnswer) -> list[StreamEvent]:
        """Read what only the whole answer tells: the tokens, and pictures no event has brought."""
        events: list[StreamEvent] = []
        if not self._has_any and _MARK in bytes(answer.output):
            for item in items_of(read_any(answer.output)):
                events += self.read_item(item)
        tools = answer.tool_usage if isinstance(answer.tool_usage, dict) else {}
        counted = read_counted(tools.get("image_gen"))
        return events if counted is None else [*events, counted]


def make_picture(decoded: tuple[bytes, str], prompt: Any) -> PictureMade:
    revised = prompt[:LONGEST_REVISED_PROMPT] if isinstance(prompt, str) else ""
    return PictureMade(content=decoded[0], media_type=decoded[1], revised_prompt=revised)
