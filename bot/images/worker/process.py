"""The picture worker: a process of its own for bytes that strangers made.

Started as `python -m bot.images.worker.process BYTES`. It reads jobs from stdin and writes results to
stdout until stdin ends. What a decoder does wrong here (crash, hang, eat memory, hold the
interpreter's lock) never reaches the bot.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from bot.images.protocol import HELLO, LENGTH, pack, unpack_job

_NICENESS = 10  # below the bot itself, which owes Discord a heartbeat
_FIRST_TO_GO = "500"  # of 1000: where Linux runs out of memory, it takes the worker, not the bot
_MAX_WRITTEN = 1024 * 1024  # bytes of any file: room for the complaints on stderr, not more


def main() -> None:
    replies = _claim_stdout()
    _restrict(memory=int(sys.argv[1]))

    from bot.images.worker.job import do

    _write(replies, LENGTH.pack(len(HELLO)) + HELLO)
    while (body := _read(sys.stdin.buffer)) is not None:
        _write(replies, pack(do(unpack_job(body))))


def _claim_stdout() -> BinaryIO:
    """Take stdout for replies alone; whatever else prints, even from C, goes to stderr."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return replies


def _restrict(*, memory: int) -> None:
    """Bound memory and files and step back, as far as the platform can."""
    with suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    try:
        import resource
    except ImportError:
        return
    for limit, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (amount, amount))


def _read(stream: BinaryIO) -> bytes | None:
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
