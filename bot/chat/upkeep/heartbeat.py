"""The heartbeat: a small file that says, every few seconds, that the bot lives and how it is."""

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from bot.chat.ports import Clock
from bot.core.health import PartState, Status

log = logging.getLogger(__name__)

HEARTBEAT = 2.0  # seconds

Observe = Callable[[], PartState]


async def beat(
    file: Path, parts: Sequence[Observe], clock: Clock, *, every: float = HEARTBEAT
) -> None:
    """Write the status again and again, until cancelled; then the file goes: nobody lives."""
    is_written, create = True, asyncio.get_running_loop().create_task
    writing: asyncio.Task[bool] | None = None
    try:
        while True:
            status = Status(at=clock(), parts=tuple(observe() for observe in parts))
            writing = create(asyncio.to_thread(write_status, file, status))
            was_written, is_written = is_written, await asyncio.shield(writing)
            if was_written and not is_written:
                log.warning("the heartbeat file could not be written", extra={"file": str(file)})
            await asyncio.sleep(every)
    finally:
        if writing is not None:  # its thread would write the file anew
            await asyncio.wait({writing})
        _remove(file)


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()


def write_status(file: Path, status: Status) -> bool:
    """Replace the file at once; False where nothing can be written.

    On a full disk, what stands in the file is written over, which takes no room. Where even that
    fails it is touched all the same: the bot lives, whatever it can say.
    """
    new, text = file.with_name(f"{file.name}.new"), msgspec.json.encode(status) + b"\n"
    try:
        new.write_bytes(text)
        new.replace(file)
    except OSError:
        return _write_over(file, text)
    return True


def _write_over(file: Path, text: bytes) -> bool:
    try:
        with file.open("r+b", buffering=0) as opened:
            opened.write(text)
            opened.truncate(len(text))
    except OSError:
        with suppress(OSError):
            os.utime(file)
        return False
    return True


def read_status(file: Path) -> Status | None:
    """None where the file holds none. Raises OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Status)
    except msgspec.MsgspecError:
        return None
