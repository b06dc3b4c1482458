"""A copy is one moment of the database, whole and checked, while others write; or there is none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import BackupFailed
from bot.store.engine import sqlite_copy
from bot.store.engine.sqlite_copy import copy_backup, copy_database
from tests.store.damage import damage_page
from tests.store.full_disk import no_file_grows_beyond


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


def count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found: int = connection.execute("SELECT COUNT(*) FROM watermarks").fetchone()[0]
        return found


def insert(connection: sqlite3.Connection, name: str) -> None:
    with connection:
        connection.execute("INSERT INTO watermarks VALUES (?, 1, '2026-03-01')", [name])


def test_copy_is_one_moment_though_the_bot_writes_on(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_PAGES", 1)
    copy, seen = tmp_path / "copy.db", list[tuple[int, int]]()
    with closing(sqlite3.connect(file, timeout=0)) as bot:
        insert(bot, "before")

        def write_on(done: int, total: int) -> None:
            seen.append((done, total))
            insert(bot, f"at {len(seen)}")  # raises if the copy holds the bot up

        copy_database(file, copy, progress=write_on)

    assert count(copy) == 1
    assert count(file) == 1 + len(seen)
    assert [done for done, _ in seen] == list(range(1, seen[0][1] + 1))


def test_copy_of_a_damaged_database_is_refused(file: Path, tmp_path: Path) -> None:
    damage_page(file, "turns")

    with pytest.raises(BackupFailed, match=r"no backup was made: .* is damaged"):
        copy_database(file, tmp_path / "copy.db")

    assert list(tmp_path.glob("copy*")) == []


def test_full_disk_leaves_no_half_copy(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    with no_file_grows_beyond(40_000), pytest.raises(BackupFailed, match="no backup could be made"):
        copy_database(file, copy)

    assert list(tmp_path.glob("copy*")) == []


def test_folder_that_can_not_be_written_to_is_one_sentence(file: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "note"
    in_the_way.touch()

    with pytest.raises(BackupFailed, match="Not a directory"):
        copy_database(file, in_the_way / "copy.db")


def test_backup_is_read_without_making_anything_beside_it(file: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    copy_database(file, shelf / "backup.db")

    assert copy_backup(shelf / "backup.db", tmp_path / "copy.db") == []
    assert [each.name for each in shelf.iterdir()] == ["backup.db"]


def test_backup_with_a_log_beside_it_is_read_with_that(file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        insert(other, "in the log")

        assert copy_backup(file, tmp_path / "copy.db") == []

    assert count(tmp_path / "copy.db") == 1


def test_damage_of_a_backup_is_told(file: Path, tmp_path: Path) -> None:
    damage_page(file, "turns")

    assert copy_backup(file, tmp_path / "copy.db")
