"""A backup takes the database's place in one step, and what stood there is kept."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.core.errors import RestoreRefused
from bot.store.backups.sqlite_restore import restore_sqlite
from bot.store.engine.sqlite_copy import copy_database
from bot.store.schema.revisions import HEAD
from tests.store.damage import damage_page
from tests.store.full_disk import no_file_grows_beyond
from tests.store.samples import NOW

KEPT = "glimpse.db.before-restore-20261121T153000Z"

OPENS_AND_WAITS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM watermarks").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(sqlite_url: str) -> Path:
    """The database in use: one row."""
    found = Path(sqlite_url.removeprefix("sqlite:///"))
    insert(found, "now")
    return found


@pytest.fixture
def backup(migrated_file: Path, tmp_path: Path) -> Path:
    """An earlier one: two rows."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    shutil.copy(migrated_file, shelf / "earlier.db")
    insert(shelf / "earlier.db", "then", "then, too")
    copy_database(shelf / "earlier.db", shelf / "backup.db")
    return shelf / "backup.db"


def insert(file: Path, *names: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        rows = [[name] for name in names]
        connection.executemany("INSERT INTO watermarks VALUES (?, 1, '2026-03-01')", rows)


def rows(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM watermarks ORDER BY name")]


@contextmanager
def open_elsewhere(file: Path) -> Iterator[None]:
    """Another process has the database open, and does nothing with it."""
    command = [sys.executable, "-c", OPENS_AND_WAITS, str(file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        try:
            yield
        finally:
            process.communicate(timeout=60)


def test_backup_takes_the_place_and_the_old_one_is_kept(file: Path, backup: Path) -> None:
    done = restore_sqlite(backup, file, now=NOW)

    assert (done.revision, done.kept) == (HEAD, file.with_name(KEPT))
    assert rows(file) == ["then", "then, too"]
    assert rows(file.with_name(KEPT)) == ["now"]


def test_restored_copy_of_the_old_one_undoes_it(file: Path, backup: Path) -> None:
    kept = restore_sqlite(backup, file, now=NOW).kept
    assert kept is not None

    restore_sqlite(kept, file, now=NOW.replace(year=2027))

    assert rows(file) == ["now"]


def test_log_of_the_old_database_is_not_played_into_the_new_one(file: Path, backup: Path) -> None:
    """A crash leaves `glimpse.db-wal`, which SQLite would read with whatever `glimpse.db` is."""
    crash(file, "lost")
    file.unlink()
    log = file.with_name("glimpse.db-wal").read_bytes()

    done = restore_sqlite(backup, file, now=NOW)

    assert done.kept is None
    assert rows(file) == ["then", "then, too"]
    assert file.with_name(f"{KEPT}-wal").read_bytes() == log


def test_changes_that_a_crash_left_in_the_log_are_kept_and_come_back(
    file: Path, backup: Path
) -> None:
    crash(file, "in the log")

    kept = restore_sqlite(backup, file, now=NOW).kept
    assert kept is not None
    restore_sqlite(kept, file, now=NOW.replace(year=2027))

    assert rows(file) == ["in the log", "now"]


def crash(file: Path, name: str) -> None:
    """Write a row, and leave it in the log."""
    log = file.with_name("glimpse.db-wal")
    with closing(sqlite3.connect(file)) as crashed:
        crashed.execute("INSERT INTO watermarks VALUES (?, 1, '2026-03-01')", [name])
        crashed.commit()
        written, content = file.read_bytes(), log.read_bytes()
    file.write_bytes(written)
    log.write_bytes(content)


def test_damaged_database_gives_way_and_is_kept(file: Path, backup: Path) -> None:
    file.write_bytes(damaged := b"no database any more" * 500)

    done = restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["then", "then, too"]
    assert done.kept is not None
    assert done.kept.read_bytes() == damaged


def test_database_that_a_bot_has_open_is_not_touched(file: Path, backup: Path) -> None:
    with open_elsewhere(file), pytest.raises(RestoreRefused, match="is in use: stop the bot first"):
        restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["now"]
    assert not list(file.parent.glob(f"{KEPT}*"))
    assert not list(file.parent.glob("*.unfinished*"))


def test_database_of_a_bot_that_was_killed_can_be_restored(file: Path, backup: Path) -> None:
    with open_elsewhere(file):
        pass

    restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["then", "then, too"]


def test_damaged_backup_changes_nothing(file: Path, backup: Path) -> None:
    damage_page(backup, "turns")

    with pytest.raises(RestoreRefused, match=r"is damaged .*: nothing was changed"):
        restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["now"]
    assert names(file.parent) == {"glimpse.db"}


def test_truncated_backup_changes_nothing(file: Path, backup: Path) -> None:
    os.truncate(backup, backup.stat().st_size // 2)

    with pytest.raises(RestoreRefused, match=r"is damaged .*: nothing was changed"):
        restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["now"]


def test_backup_of_a_newer_program_changes_nothing(file: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(RestoreRefused, match="at revision 9999"):
        restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["now"]


def test_full_disk_changes_nothing(file: Path, backup: Path) -> None:
    with no_file_grows_beyond(40_000), pytest.raises(RestoreRefused, match="could not be restored"):
        restore_sqlite(backup, file, now=NOW)

    assert rows(file) == ["now"]
    assert names(file.parent) == {"glimpse.db"}


def test_exchange_that_fails_at_its_last_step_changes_nothing(
    file: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged database keeps its log, which may be what somebody can still read of it."""

    def fail(_file: int) -> None:
        raise OSError(errno.EIO, "the disk failed")

    file.write_bytes(b"no database any more" * 500)
    file.with_name("glimpse.db-wal").write_bytes(b"its log")
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(RestoreRefused, match="could not be restored: the disk failed"):
        restore_sqlite(backup, file, now=NOW)

    assert names(file.parent) == {"glimpse.db", "glimpse.db-wal"}
    assert file.with_name("glimpse.db-wal").read_bytes() == b"its log"


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir() if each.is_file()}


def test_database_is_not_its_own_backup(file: Path) -> None:
    with pytest.raises(RestoreRefused, match="is the database itself"):
        restore_sqlite(file, file, now=NOW)


def test_folder_of_the_database_must_be_there(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(RestoreRefused, match="the folder"):
        restore_sqlite(backup, tmp_path / "none" / "glimpse.db", now=NOW)


def test_link_to_the_database_stays_one(file: Path, backup: Path) -> None:
    """The database left the disk that the link led to, and what was kept was but a link."""
    link = file.with_name("link.db")
    link.symlink_to(file)

    kept = restore_sqlite(backup, link, now=NOW).kept

    assert link.readlink() == file
    assert rows(file) == ["then", "then, too"]
    assert kept == file.with_name(KEPT)
    assert not kept.is_symlink()


def test_new_file_may_be_read_by_those_who_might_read_the_old(file: Path, backup: Path) -> None:
    file.chmod(0o640)

    restore_sqlite(backup, file, now=NOW)

    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_new_file_belongs_to_the_owner_of_the_old(
    file: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root restored, and the bot could not open its database any more."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda _path, user, group: given.append((user, group)))

    restore_sqlite(backup, file, now=NOW)

    assert given == [(os.getuid(), os.getgid())]


def test_file_system_without_links_gets_a_copy(
    file: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)

    restore_sqlite(backup, file, now=NOW)

    assert rows(file.with_name(KEPT)) == ["now"]
