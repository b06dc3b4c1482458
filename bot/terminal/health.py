"""`glimpse health`: whether the running bot lives, or is ready, by the file that it writes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.chat.upkeep.heartbeat import read_status
from bot.core import wording
from bot.core.health import why_dead, why_not_ready


def is_healthy(file: Path | None, complaints: TextIO, *, now: datetime, ready: bool) -> bool:
    """Whether it lives; with `ready` also whether it can answer questions. Complaints say why not."""
    problems = _problems(file, now, ready=ready)
    complaints.writelines(f"glimpse: {each}\n" for each in problems)
    return not problems


def _problems(file: Path | None, now: datetime, *, ready: bool) -> list[str]:
    if file is None:
        return [wording.health_no_file_set()]
    try:
        touched_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        status = read_status(file)
    except OSError as error:
        return [wording.health_no_status(str(file), error.strerror or type(error).__name__)]
    dead = why_dead(touched_at, now)
    if dead is not None or not ready:
        return [] if dead is None else [dead]
    return (
        [wording.health_unreadable_status(str(file))]
        if status is None
        else why_not_ready(status, now)
    )
