"""The protocol between the bot and its picture worker: frames of a length and a msgpack value."""

import struct
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from bot.core.conversation.turns import FileKind, LeftOutReason
from bot.core.models.tokens import Detail, ImageRule, PatchRule, TileRule, UnknownRule
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import Look, Region
from bot.images.file_type import Format

LENGTH = struct.Struct(">I")
HELLO = b"ready"  # the first frame of a worker that has loaded what it needs

_RULES: dict[str, type[ImageRule]] = {
    rule.__name__: rule for rule in (PatchRule, TileRule, UnknownRule)
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One file to prepare. `look` comes from `pack_look`."""

    source: bytes
    format: Format
    look: dict[str, Any]
    max_pixels: int
    region: Region | None = None  # None: all of it, and what is worth keeping of it as well
    name: str = ""  # a claim: tells tables from prose
    max_tokens: int = 0  # of a file's text
    max_pages: int = 0  # of a PDF
    max_pictures: int = 0  # of its pages


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One prepared picture; an animation gives several.

    `master` is the picture as it is kept for other looks, where it is of another size than this.
    """

    content: bytes
    media_type: str  # image/jpeg or image/png
    width: int  # pixels
    height: int
    note: str = ""
    is_reduced: bool = False
    master: bytes = b""
    master_size: tuple[int, int] = (0, 0)  # upright


@dataclass(frozen=True, kw_only=True, slots=True)
class FileReading:
    """Text that was read of a file; the fields are those of `bot.core.conversation.turns.File`."""

    kind: FileKind
    text: str
    tail: str
    lines: int
    characters: int
    pages: int
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """Frames, a reading or both, or the reason why there are none.

    `error` names a place in the code, never content.
    """

    frames: tuple[Frame, ...] = ()
    reading: FileReading | None = None  # of a file; its frames are then pages
    reason: LeftOutReason | None = None
    error: str = ""


def pack_rule(rule: ImageRule) -> dict[str, Any]:
    return {"kind": type(rule).__name__, **asdict(rule)}


def unpack_rule(packed: dict[str, Any]) -> ImageRule:
    return msgspec.convert(packed, _RULES[packed["kind"]])


def pack_look(look: Look) -> dict[str, Any]:
    return {
        "rule": pack_rule(look.rule),
        "use": look.use.value,
        "detail": look.detail.value,
        "most_tokens": look.most_tokens,
    }


def unpack_look(packed: dict[str, Any]) -> Look:
    return Look(
        rule=unpack_rule(packed["rule"]),
        use=Use(packed["use"]),
        detail=Detail(packed["detail"]),
        most_tokens=packed["most_tokens"],
    )


def pack(value: Job | Result) -> bytes:
    body = msgspec.msgpack.encode(value)
    return LENGTH.pack(len(body)) + body


def unpack_job(body: bytes) -> Job:
    return msgspec.msgpack.decode(body, type=Job)


def unpack_result(body: bytes) -> Result:
    return msgspec.msgpack.decode(body, type=Result)
