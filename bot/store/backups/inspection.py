"""Which backup a file is: of which engine and which revision, or none at all."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.core import wording
from bot.core.errors import RestoreRefused
from bot.store.engine.rotation import has_header
from bot.store.engine.sqlite_integrity import is_damage, open_existing
from bot.store.schema.migrations import is_known
from bot.store.schema.revisions import HEAD

SQLITE: Final = b"SQLite format 3\0"
POSTGRES: Final = b"PGDMP"


def check_kind(file: Path, *, is_sqlite: bool) -> None:
    """Raises RestoreRefused for everything that is no backup of that engine."""
    if not file.exists():
        raise RestoreRefused(wording.backup_missing(str(file)))
    if file.is_dir():
        raise RestoreRefused(wording.backup_is_folder(str(file)))
    own, other = (SQLITE, POSTGRES) if is_sqlite else (POSTGRES, SQLITE)
    if has_header(file, other):
        raise RestoreRefused(wording.backup_of_other_engine(str(file), is_sqlite=not is_sqlite))
    if not has_header(file, own):
        raise RestoreRefused(wording.backup_unknown(str(file)))


def check_revision(file: Path, revision: str | None) -> str:
    """The revision, where this program can go on from it. Raises RestoreRefused."""
    if revision is None:
        raise RestoreRefused(wording.backup_unknown(str(file)))
    if not is_known(revision):
        raise RestoreRefused(wording.backup_too_new(str(file), revision, HEAD))
    return revision


def read_sqlite_revision(file: Path) -> str | None:
    """Of a file that nobody writes to; None: it is no database of Glimpse. Raises RestoreRefused."""
    try:
        with closing(open_existing(file, is_immutable=True)) as connection:
            if not _is_of_glimpse(connection):
                return None
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        if is_damage(error):
            raise RestoreRefused(wording.backup_damaged(str(file), str(error))) from error
        raise RestoreRefused(wording.restore_failed(str(file), str(error))) from error
    return None if found is None else str(found[0])


def _is_of_glimpse(connection: sqlite3.Connection) -> bool:
    """A database of any revision has these two."""
    names = "SELECT name FROM sqlite_master WHERE name IN ('alembic_version', 'ledger')"
    return len(connection.execute(names).fetchall()) == 2
