"""Whether a SQLite file is still the one that was opened."""

import os
from enum import StrEnum
from pathlib import Path


class FileState(StrEnum):
    THERE = "there"
    MISSING = "missing"
    REPLACED = "replaced"  # another file stands in its place


class FileIdentity:
    """Of a file that is open. Whoever writes to it after it is gone writes into nothing."""

    def __init__(self, file: Path) -> None:
        """Raises OSError where there is none."""
        self.file = file
        self._opened = _identify(file)

    def state(self) -> FileState:
        """Looked up anew, which takes some microseconds."""
        try:
            found = _identify(self.file)
        except OSError:
            return FileState.MISSING
        return FileState.THERE if found == self._opened else FileState.REPLACED


def _identify(file: Path) -> tuple[int, int]:
    found = os.stat(file)
    return found.st_dev, found.st_ino
