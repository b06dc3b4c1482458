"""A file is whole, on the disk and its owner's alone, or it is not there."""

import os
import stat
from pathlib import Path

import pytest

from bot.store.engine.whole_file import written_whole


def test_file_gets_its_name_when_it_is_written(tmp_path: Path) -> None:
    target = tmp_path / "backup"

    with written_whole(target) as unfinished:
        unfinished.write_text("all of it")
        assert not target.exists()

    assert target.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [target]


def test_only_its_owner_may_read_it_from_the_beginning(tmp_path: Path) -> None:
    target = tmp_path / "backup"

    with written_whole(target) as unfinished:
        began = stat.S_IMODE(unfinished.stat().st_mode)

    assert (began, stat.S_IMODE(target.stat().st_mode)) == (0o600, 0o600)


def test_failure_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "backup"
    target.write_text("old")

    def fail() -> None:
        with written_whole(target) as unfinished:
            unfinished.write_text("half")
            unfinished.with_name(f"{unfinished.name}-journal").touch()
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_rest_of_an_old_crash_goes(tmp_path: Path) -> None:
    target, rest = tmp_path / "back[u]p", tmp_path / "back[u]p.0123abcd.unfinished"
    for each in (rest, tmp_path / "backup.0123abcd.unfinished"):
        each.write_text("half of an earlier attempt")
        os.utime(each, (1, 1))

    with written_whole(target) as unfinished:
        unfinished.write_text("new")

    assert target.read_text() == "new"
    assert not rest.exists()
    assert (tmp_path / "backup.0123abcd.unfinished").exists()  # another target's


def test_two_at_once_do_not_write_into_one_file(tmp_path: Path) -> None:
    """All of four backups to one name failed, and called the whole database damaged."""
    target = tmp_path / "backup"

    with written_whole(target) as first, written_whole(target) as second:
        first.write_text("first")
        second.write_text("second")

    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]
