"""The lock of a process's name beside a SQLite file: the kernel gives it back at a crash.

So a process that starts again on the same machine need not wait for the lease of the one that died.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from bot.core import wording
from bot.core.errors import StartFailed
from bot.store.engine.driver_errors import translated
from bot.store.engine.engines import parse_url, sqlite_file

_LOOK_AGAIN = 0.1  # seconds

try:
    import fcntl
except ImportError:  # Windows: there is the lease, which takes a little longer
    fcntl = None  # type: ignore[assignment]


@asynccontextmanager
async def hold_name(url: str, name: str, *, patience: float) -> AsyncIterator[bool]:
    """Hold `name` on the SQLite file at `url`, waiting `patience` seconds for who has it.

    True: no other process of that name lives. False: there is no file to lock, so the lease must
    tell. Raises StartFailed while another one lives, DatabaseUnavailable where the directory can't
    be written.
    """
    file = sqlite_file(parse_url(url))
    if file is None or fcntl is None:
        yield False
        return
    with translated():
        lock = os.open(lock_file(file, name), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not await _acquire(lock, until=time.monotonic() + patience):
            raise StartFailed(wording.name_taken(name))
        yield True
    finally:
        os.close(lock)  # the file stays: who deletes it locks another one than who waits for it


def lock_file(file: Path, name: str) -> Path:
    return file.with_name(f"{file.name}-lock-{quote(name, safe='')}")


async def _acquire(lock: int, *, until: float) -> bool:
    while not _try(lock):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(_LOOK_AGAIN)
    return True


def _try(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
