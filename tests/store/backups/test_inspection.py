"""A file that is no backup of this database is refused in one sentence."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import RestoreRefused
from bot.store.backups.inspection import check_kind, check_revision, read_sqlite_revision
from bot.store.schema.revisions import HEAD
from tests.store.damage import damage_page


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder of files that are no backup."""
    (tmp_path / "text").write_text("SQL")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "dump").write_bytes(b"PGDMP...")
    (tmp_path / "sqlite").write_bytes(b"SQLite format 3\0...")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "is_sqlite", "sentence"),
    [
        ("none", True, "there is no `"),
        ("folder", True, "is a folder"),
        ("text", True, "is no backup of Glimpse"),
        ("empty", True, "is no backup of Glimpse"),
        ("text", False, "is no backup of Glimpse"),
        ("dump", True, "is a backup of PostgreSQL, but `[database] url` names SQLite"),
        ("sqlite", False, "is a backup of SQLite, but `[database] url` names PostgreSQL"),
    ],
)
def test_file_that_is_no_backup_is_refused(
    odd: Path, name: str, is_sqlite: bool, sentence: str
) -> None:
    with pytest.raises(RestoreRefused, match=re.escape(sentence)):
        check_kind(odd / name, is_sqlite=is_sqlite)


def test_backup_of_its_engine_passes(odd: Path) -> None:
    check_kind(odd / "sqlite", is_sqlite=True)
    check_kind(odd / "dump", is_sqlite=False)


def test_revision_of_a_newer_program_is_refused() -> None:
    with pytest.raises(RestoreRefused, match=f"at revision 9999, .* none above {HEAD}"):
        check_revision(Path("a.db"), "9999")


@pytest.mark.parametrize("revision", ["0001", HEAD])
def test_revision_that_is_known_passes(revision: str) -> None:
    assert check_revision(Path("a.db"), revision) == revision


def test_database_without_a_revision_is_not_of_glimpse() -> None:
    with pytest.raises(RestoreRefused, match="is no backup of Glimpse"):
        check_revision(Path("a.db"), None)


def test_revision_is_read_from_a_file_of_glimpse_only(migrated_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "songs.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")

    assert read_sqlite_revision(migrated_file) == HEAD
    assert read_sqlite_revision(other) is None


def test_damaged_file_has_no_revision(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    damage_page(file, "alembic_version")

    with pytest.raises(RestoreRefused, match=r"is damaged .*: nothing was changed"):
        read_sqlite_revision(file)
