"""The describer's worker: a process of its own that decodes, measures and reads strangers' pictures.

Started as `python -m bot.standins.describer.worker.process [--without-reader]`. It takes jobs from stdin and writes
replies to stdout until stdin ends; a decoder that crashes, hangs or eats memory ends only this.
"""

import errno
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

from bot.standins.describer.findings import Unread
from bot.standins.describer.worker.measurements import (
    NotAPicture,
    PixelLimitExceeded,
    measure_picture,
)
from bot.standins.describer.worker.protocol import (
    HELLO,
    LENGTH,
    JobRejected,
    Measured,
    Read,
    Task,
    WorkerReply,
    pack_reply,
)
from bot.standins.describer.worker.text_reader import TextReader, is_reader_installed

_NICENESS = 10  # below whatever else the machine does
_FIRST_TO_GO = "800"  # of 1000: where Linux runs out of memory, it takes this process
_MEMORY = 3 * 1024**3  # bytes of address space, most of it only reserved by the reader's threads


class JobRunner:
    """Does one job after the other; loads the reader when it is first needed."""

    def __init__(self, *, may_read: bool) -> None:
        self._may_read = may_read
        self._reader: TextReader | None = None

    def run(self, task: Task, content: bytes) -> WorkerReply:
        try:
            if task is Task.MEASURE:
                return Measured(measure_picture(content))
            return self._read(content)
        except NotAPicture:
            return JobRejected("invalid_image", "The bytes are not a picture that can be decoded.")
        except PixelLimitExceeded as error:
            return JobRejected("image_too_large", f"The picture has too many pixels: {error}.")

    def _read(self, content: bytes) -> Read:
        if not (self._may_read and is_reader_installed()):
            return Read(Unread.NOT_INSTALLED)
        if self._reader is None:
            self._reader = TextReader()
        return Read(self._reader.read(content))


def main() -> None:
    replies = _claim_stdout()
    _restrict()
    _cut_off()
    runner = JobRunner(may_read="--without-reader" not in sys.argv)
    _write(replies, LENGTH.pack(len(HELLO)) + HELLO)
    while (body := _receive(sys.stdin.buffer)) is not None:
        _write(replies, pack_reply(runner.run(Task(body[:1]), body[1:])))


def _claim_stdout() -> BinaryIO:
    """Keep stdout for replies: whatever else prints goes to stderr."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return replies


def _restrict() -> None:
    """Step back and bound the memory, as far as the platform can."""
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    try:
        import resource
    except ImportError:
        return
    for limit, amount in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (amount, amount))


def _cut_off() -> None:
    """Let nothing connect anywhere: the reader would fetch a model that its package lacks."""

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENETUNREACH, "the describer's worker is offline")

    sockets = [(socket.socket, name) for name in ("connect", "connect_ex", "sendto")]
    for owner, name in (*sockets, (socket, "getaddrinfo")):
        setattr(owner, name, refuse)


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def _write(stream: BinaryIO, frame: bytes) -> None:
    stream.write(frame)
    stream.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        main()
