"""A file lock on a process's name, which the kernel gives back at a crash.

So a process that starts again on the same machine need not wait for the lease of the run that died:
the file says which run held it last.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from bot.core import wording
from bot.core.errors import DatabaseUnavailable, StartFailed
from bot.store.engine.engines import parse_url, sqlite_file

log = logging.getLogger(__name__)

_LOOK_AGAIN = 0.1  # seconds
_LONGEST_HOLDER = 64  # bytes
_LONGEST_NAME = 120  # characters

try:
    import fcntl
except ImportError:  # Windows: there is the lease, which takes a little longer
    fcntl = None  # type: ignore[assignment]


class NameLock:
    """The lock that is held. `dead_holder` is the run that held it before, which is no more."""

    def __init__(self, file: int) -> None:
        self._file = file
        self.dead_holder = os.pread(file, _LONGEST_HOLDER, 0).decode(errors="replace")

    def sign(self, holder: str) -> None:
        """Say who holds it now, for who comes next."""
        with suppress(OSError):  # a full disk: after a crash the next one waits for the lease
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, holder.encode(), 0)


@asynccontextmanager
async def hold_name(
    url: str, name: str, *, folder: Path, patience: float
) -> AsyncIterator[NameLock | None]:
    """Hold `name` on the database at `url`, waiting `patience` seconds for who has it.

    The lock lies beside a SQLite file, and in `folder` for a server: there it is only known to
    processes that share the folder, so None is given where that can't be written. Raises
    StartFailed while another process has it, and DatabaseUnavailable beside a SQLite file.
    """
    file = _open(url, name, folder)
    if file is None:
        yield None
        return
    try:
        if not _try(file) and not await _wait_for(file, until=time.monotonic() + patience):
            raise StartFailed(wording.name_taken(name))
        yield NameLock(file)
    finally:
        os.close(file)  # it stays: who deletes it locks another one than who waits for it


def lock_file(url: str, name: str, folder: Path) -> Path:
    parsed = parse_url(url)
    database, quoted = sqlite_file(parsed), _file_name(name)
    if database is not None:
        return database.with_name(f"{database.name}-lock-{quoted}")
    server = blake2b(parsed.render_as_string().encode(), digest_size=8).hexdigest()
    return folder / f"database-{server}-lock-{quoted}"


def _file_name(name: str) -> str:
    """File systems take 255 bytes, and a letter of a name may become twelve of them."""
    quoted = quote(name, safe="")
    if len(quoted) <= _LONGEST_NAME:
        return quoted
    return f"{quoted[:_LONGEST_NAME]}-{blake2b(name.encode(), digest_size=8).hexdigest()}"


def _open(url: str, name: str, folder: Path) -> int | None:
    if fcntl is None:
        return None
    path, flags = lock_file(url, name, folder), os.O_RDWR | os.O_CREAT
    if sqlite_file(parse_url(url)) is not None:
        try:
            return os.open(path, flags, 0o600)
        except OSError as error:
            sentence = wording.database_folder_unusable(str(path.parent), error.strerror or "")
            raise DatabaseUnavailable(sentence) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)
    except OSError:
        return None


async def _wait_for(file: int, *, until: float) -> bool:
    log.info("another process has this one's name; waiting for its end")
    while not _try(file):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(_LOOK_AGAIN)
    return True


def _try(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
