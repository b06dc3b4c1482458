"""Put a backup in the place of a SQLite database, and keep what stood there."""

import fcntl
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core import wording
from bot.core.errors import RestoreRefused
from bot.store.backups.inspection import check_kind, check_revision, read_sqlite_revision
from bot.store.backups.results import Restored
from bot.store.backups.targets import stamp
from bot.store.engine.sqlite_copy import Progress, copy_backup, reason
from bot.store.engine.sqlite_integrity import is_damage
from bot.store.engine.whole_file import sync, written_whole

# Every process that has a database open holds a shared lock on some of these bytes
# (https://www.sqlite.org/fileformat2.html#the_lock_byte_page).
_LOCK_BYTES: Final = (510, 0x40000002)  # how many, from where


def restore_sqlite(
    backup: Path, file: Path, *, now: datetime, progress: Progress | None = None
) -> Restored:
    """Replace `file` by a copy of `backup`, which is checked before anything is changed.

    The exchange is one step: `file` is always the old one or the new one, whole. Blocks. Raises
    RestoreRefused.
    """
    check_kind(backup, is_sqlite=True)
    if file.is_symlink():
        file = file.resolve()  # the link stays, and points to the new one
    if file.exists() and backup.samefile(file):
        raise RestoreRefused(wording.backup_is_database(str(backup)))
    if not file.parent.is_dir():
        raise RestoreRefused(wording.backup_no_folder(str(file.parent)))
    try:
        with _unused(file), written_whole(file) as unfinished:
            revision = _copy(backup, unfinished, progress)
            _make_alike(unfinished, file)
            sync(unfinished)  # what can fail has succeeded: now names change
            kept = _keep(file, now)
    except (OSError, sqlite3.Error) as error:
        sentence = wording.restore_failed(str(backup), reason(error))
        raise RestoreRefused(sentence) from error
    return Restored(revision=revision, kept=kept)


def _copy(backup: Path, unfinished: Path, progress: Progress | None) -> str:
    """The revision of what was copied."""
    try:
        found = copy_backup(backup, unfinished, progress=progress)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        found = [str(error)]
    if found:
        raise RestoreRefused(wording.backup_damaged(str(backup), found[0]))
    return check_revision(backup, read_sqlite_revision(unfinished))


@contextmanager
def _unused(file: Path) -> Iterator[None]:
    """Keep others from opening the file meanwhile. Raises RestoreRefused where one has it open."""
    if not file.exists():
        yield
        return
    with file.open("r+b") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, *_LOCK_BYTES)
        except (BlockingIOError, PermissionError):
            raise RestoreRefused(wording.restore_in_use(str(file))) from None
        yield


def _make_alike(unfinished: Path, file: Path) -> None:
    """The bot's user may use the new file as the old one, also where root restores it."""
    has_file = file.exists()
    old = (file if has_file else file.parent).stat()
    if os.geteuid() == 0:
        os.chown(unfinished, old.st_uid, old.st_gid)
    if has_file:
        unfinished.chmod(stat.S_IMODE(old.st_mode))


def _keep(file: Path, now: datetime) -> Path | None:
    """Give what stands there a second name, and take away the log that belongs to it."""
    kept = file.with_name(f"{file.name}.before-restore-{stamp(now)}")
    has_file = file.exists()
    if has_file:
        _link(file, kept)
    log = file.with_name(f"{file.name}-wal")
    if log.exists():
        log.replace(kept.with_name(f"{kept.name}-wal"))
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    return kept if has_file else None


def _link(file: Path, kept: Path) -> None:
    try:
        os.link(file, kept)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        shutil.copy2(file, kept)
