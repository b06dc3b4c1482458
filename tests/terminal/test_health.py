"""`glimpse health`: the age of the heartbeat file."""

import io
import os
from pathlib import Path

import pytest

from bot.clock import clock
from bot.terminal.health import FRESH, is_alive


def touched(file: Path, *, ago: float) -> Path:
    at = clock().timestamp() - ago
    file.touch()
    os.utime(file, (at, at))
    return file


def test_file_touched_just_now_is_alive(tmp_path: Path) -> None:
    complaints = io.StringIO()

    assert is_alive(touched(tmp_path / "alive", ago=0), complaints)
    assert complaints.getvalue() == ""


def test_file_touched_too_long_ago_is_not(tmp_path: Path) -> None:
    complaints = io.StringIO()

    assert not is_alive(touched(tmp_path / "alive", ago=FRESH + 3_600), complaints)
    assert complaints.getvalue().startswith("glimpse: not connected for 36")


@pytest.mark.parametrize("name", [None, "missing"])
def test_file_that_is_not_there_is_told(tmp_path: Path, name: str | None) -> None:
    complaints = io.StringIO()

    assert not is_alive(tmp_path / name if name else None, complaints)
    assert complaints.getvalue().startswith("glimpse: ")
