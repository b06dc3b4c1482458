"""Where a backup is written to, and which older ones give way to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.core import wording
from bot.core.errors import BackupFailed
from bot.store.engine.rotation import backups_in, delete_older


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupOrder:
    """What the operator asks for. `target` is a new file, or a folder for several backups."""

    target: Path
    keep: int | None = None  # backups in the folder, at least 1; None: all


def choose_file(order: BackupOrder, *, suffix: str, now: datetime) -> Path:
    """The file to write: in a folder it gets a name that says when. Raises BackupFailed."""
    if order.target.is_dir():
        file = order.target / f"glimpse-{stamp(now)}{suffix}"
    elif order.keep is not None:
        raise BackupFailed(wording.backup_keep_needs_folder())
    else:
        file = order.target
    if file.exists() or file.is_symlink():
        raise BackupFailed(wording.backup_in_the_way(str(file)))
    if not file.parent.is_dir():
        raise BackupFailed(wording.backup_no_folder(str(file.parent)))
    return file


def rotate(order: BackupOrder, *, suffix: str) -> list[Path]:
    """Delete the oldest backups of the folder beyond `keep`; returns what is gone."""
    if order.keep is None:
        return []
    return delete_older(backups_in(order.target, suffix), keep=order.keep)


def stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
