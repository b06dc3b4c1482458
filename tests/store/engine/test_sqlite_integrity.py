"""A damaged page is found in whichever table it is; a lock is no damage."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import DatabaseUnavailable
from bot.store.engine import sqlite_integrity
from bot.store.engine.sqlite_integrity import check_pages, check_whole, quick_check
from bot.store.schema.tables import metadata
from tests.store.damage import damage_page

PLENTY = 600.0  # seconds


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


def test_sound_file_has_no_findings(file: Path) -> None:
    assert quick_check(file, within=PLENTY) == []
    assert check_whole(file) == []
    assert check_pages(file, is_immutable=True) == []


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_damaged_page_of_any_table_is_found(file: Path, table: str) -> None:
    damage_page(file, table)

    assert quick_check(file, within=PLENTY)
    assert check_whole(file)


@pytest.mark.parametrize(
    "content",
    [b"no database " * 1_000, b"SQLite format 3\0" + b"\xff" * 9_000],
    ids=["text", "header alone"],
)
def test_file_that_is_no_database_is_damaged(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    assert quick_check(file, within=PLENTY)
    assert check_whole(file)


def test_finding_is_one_line(file: Path) -> None:
    damage_page(file, "turns")

    assert all(each.isprintable() and each for each in check_whole(file))


def test_row_that_refers_to_nothing_is_found(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO turn_messages VALUES (1, 'message:1', 0, 9)")

    assert check_whole(file) == [
        "a row of `turn_messages` refers to one of `turns` that is not there"
    ]


def test_check_that_has_no_time_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_integrity, "_STEPS", 1)

    assert quick_check(file, within=0) is None


def test_file_that_is_locked_is_not_damaged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_integrity, "_PATIENCE", 0.01)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(DatabaseUnavailable, match="locked"):
            quick_check(file, within=PLENTY)


def test_check_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        check_whole(tmp_path / "none.db")

    assert not list(tmp_path.iterdir())
