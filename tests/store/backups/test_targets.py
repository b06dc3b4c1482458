"""Where a backup goes: a new file, or a folder where it gets a name that says when."""

from pathlib import Path

import pytest

from bot.core.errors import BackupFailed
from bot.store.backups.targets import BackupOrder, choose_file, rotate
from tests.store.samples import NOW


def choose(target: Path, *, keep: int | None = None) -> Path:
    return choose_file(BackupOrder(target=target, keep=keep), suffix=".db", now=NOW)


def test_new_file_is_taken_as_it_is_named(tmp_path: Path) -> None:
    assert choose(tmp_path / "mine") == tmp_path / "mine"


def test_folder_gets_a_name_that_says_when(tmp_path: Path) -> None:
    assert choose(tmp_path, keep=2) == tmp_path / "glimpse-20261121T153000Z.db"


def test_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("mine", "link"):
        with pytest.raises(BackupFailed, match="is there already"):
            choose(tmp_path / name)


def test_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="the folder"):
        choose(tmp_path / "none" / "mine")


def test_keeping_some_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="needs a folder"):
        choose(tmp_path / "mine", keep=2)


def test_nothing_gives_way_unless_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "glimpse-20261121T153000Z.db").write_bytes(b"SQLite format 3\0")

    assert rotate(BackupOrder(target=tmp_path), suffix=".db") == []
