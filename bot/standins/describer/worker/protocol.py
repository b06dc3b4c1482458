"""Messages between the supervisor and its worker: frames of a length and JSON or bytes, over pipes."""

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


class JobRejected(msgspec.Struct, tag="rejected", frozen=True):
    """The bytes are no picture, or too large a one; `code` is the API's."""

    code: str
    message: str


WorkerReply = Measured | Read | JobRejected
_decoder: Final[msgspec.json.Decoder[WorkerReply]] = msgspec.json.Decoder(WorkerReply)


def pack_job(task: Task, content: bytes = b"") -> bytes:
    return LENGTH.pack(1 + len(content)) + task.value + content


def pack_reply(reply: WorkerReply) -> bytes:
    body = msgspec.json.encode(reply)
    return LENGTH.pack(len(body)) + body


def unpack_reply(body: bytes) -> WorkerReply:
    """Raises msgspec.MsgspecError."""
    return _decoder.decode(body)
