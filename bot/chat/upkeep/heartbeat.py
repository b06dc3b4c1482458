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
    """Write the status again and again, until cancelled."""
    is_written = True
    while True:
        status = Status(at=clock(), parts=tuple(observe() for observe in parts))
        was_written = is_written
        is_written = await asyncio.to_thread(write_status, file, status)
        if was_written and not is_written:
            log.warning("the heartbeat file could not be written", extra={"file": str(file)})
        await asyncio.sleep(every)


def write_status(file: Path, status: Status) -> bool:
    """Replace the file at once; False where that fails.

    On a full disk a file that is there is touched all the same: the bot lives, whatever it can say.
    """
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_bytes(msgspec.json.encode(status) + b"\n")
        new.replace(file)
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
