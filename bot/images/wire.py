"""What the bot and its picture worker say to each other: frames of a length and a msgpack value."""

import struct
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from bot.core.tokens import ImageRule, PatchRule, TileRule, UnknownRule
from bot.core.turns import LeftOutReason
from bot.images.sniff import Format

LENGTH = struct.Struct(">I")
HELLO = b"ready"  # the first frame of a worker that has loaded what it needs

_RULES: dict[str, type[ImageRule]] = {
    rule.__name__: rule for rule in (PatchRule, TileRule, UnknownRule)
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One file to prepare. `rule` comes from `pack_rule`."""

    source: bytes
    format: Format
    rule: dict[str, Any]
    max_pixels: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One prepared picture; an animation gives several."""

    content: bytes
    media_type: str  # image/jpeg or image/png
    width: int  # pixels
    height: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """Frames, or the reason why there are none. `error` names a place in the code, never content."""

    frames: tuple[Frame, ...] = ()
    reason: LeftOutReason | None = None
    error: str = ""


def pack_rule(rule: ImageRule) -> dict[str, Any]:
    return {"kind": type(rule).__name__, **asdict(rule)}


def unpack_rule(packed: dict[str, Any]) -> ImageRule:
    return msgspec.convert(packed, _RULES[packed["kind"]])


def pack(value: Job | Result) -> bytes:
    body = msgspec.msgpack.encode(value)
    return LENGTH.pack(len(body)) + body


def unpack_job(body: bytes) -> Job:
    return msgspec.msgpack.decode(body, type=Job)


def unpack_result(body: bytes) -> Result:
    return msgspec.msgpack.decode(body, type=Result)
