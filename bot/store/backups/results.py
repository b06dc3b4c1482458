"""Results of a backup and of a restoration."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupMade:
    file: Path
    revision: str
    size: int  # bytes
    deleted: tuple[Path, ...]  # older ones that gave way


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    revision: str  # of the backup
    kept: Path | None  # a copy of what it replaces; None: there was nothing
