"""What bench and worker say to each other: frames of a length and JSON or bytes, over pipes."""

import struct
from enum import Enum
from typing import Final

import msgspec

from bot.standins.describer.findings import Measures, Unread, Word

LENGTH: Final = struct.Struct(">I")
HELLO: Final = b"ready"


class Task(bytes, Enum):
    """A job's first byte; the rest is the picture."""

    MEASURE = b"m"
    READ = b"r"


class Measured(msgspec.Struct, tag="measured", frozen=True):
    measures: Measures


class Read(msgspec.Struct, tag="read", frozen=True):
    words: tuple[Word, ...] | Unread


class Rejected(msgspec.Struct, tag="rejected", frozen=True):
    """The bytes are no picture, or too large a one; `code` is the API's."""

    code: str
    message: str


Reply = Measured | Read | Rejected
_decoder: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)


def pack_job(task: Task, content: bytes = b"") -> bytes:
    return LENGTH.pack(1 + len(content)) + task.value + content


def pack_reply(reply: Reply) -> bytes:
    body = msgspec.json.encode(reply)
    return LENGTH.pack(len(body)) + body


def unpack_reply(body: bytes) -> Reply:
    """Raises msgspec.MsgspecError."""
    return _decoder.decode(body)
