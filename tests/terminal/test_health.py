"""`glimpse health`: what the heartbeat file says, and how old it is."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.upkeep.heartbeat import write_status
from bot.core.health import FRESH, Status, settlements_state, worker_state
from bot.terminal.health import is_healthy

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
WELL = Status(at=NOW, parts=(settlements_state(0), worker_state(can_start=True)))
ILL = Status(at=NOW, parts=(settlements_state(2), worker_state(can_start=False)))


def written(file: Path, status: Status, *, ago: float = 0) -> Path:
    """As a bot that wrote it `ago` seconds before NOW left it."""
    assert write_status(file, status)
    at = NOW.timestamp() - ago
    os.utime(file, (at, at))
    return file


def said(file: Path | None, *, ready: bool) -> str:
    """What `glimpse health` complains of; empty where it exits with 0."""
    complaints = io.StringIO()
    is_well = is_healthy(file, complaints, now=NOW, ready=ready)
    assert is_well is (complaints.getvalue() == "")
    return complaints.getvalue()


def test_bot_that_is_well_lives_and_is_ready(tmp_path: Path) -> None:
    file = written(tmp_path / "alive", WELL)

    assert said(file, ready=False) == ""
    assert said(file, ready=True) == ""


def test_bot_whose_parts_are_ill_lives_but_is_not_ready(tmp_path: Path) -> None:
    file = written(tmp_path / "alive", ILL)

    assert said(file, ready=False) == ""
    assert said(file, ready=True) == (
        "glimpse: Answers that could not be settled yet: 2.\n"
        "glimpse: The picture worker can't be started: the log says why.\n"
    )


@pytest.mark.parametrize("ready", [False, True])
def test_bot_without_a_sign_of_life_is_dead(tmp_path: Path, *, ready: bool) -> None:
    file = written(tmp_path / "alive", WELL, ago=FRESH + 10)

    assert said(file, ready=ready) == "glimpse: The bot has given no sign of life for 70 s.\n"


def test_old_status_in_a_touched_file_is_not_ready(tmp_path: Path) -> None:
    old = Status(at=NOW - timedelta(seconds=FRESH + 10), parts=WELL.parts)
    file = written(tmp_path / "alive", old)

    assert said(file, ready=False) == ""
    assert "could not write its status for 70 s" in said(file, ready=True)


@pytest.mark.parametrize("ready", [False, True])
@pytest.mark.parametrize("name", [None, "missing"])
def test_file_that_is_not_there_is_told(tmp_path: Path, name: str | None, *, ready: bool) -> None:
    told = said(tmp_path / name if name else None, ready=ready)

    assert told.startswith("glimpse: ")
    assert "set" in told or "can't be read" in told


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"at": 1, "parts": 2}'])
def test_file_of_another_program_is_told(tmp_path: Path, content: bytes) -> None:
    file = written(tmp_path / "alive", WELL)
    file.write_bytes(content)
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))

    assert said(file, ready=True).endswith("holds no status: does another program write it?\n")
