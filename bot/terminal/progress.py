"""Progress on one line that is written anew; for people only."""

import sys
from types import TracebackType
from typing import Self


class Progress:
    """Writes to standard error where that is a terminal, and leaves nothing behind."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._is_dirty = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_dirty:
            self._write("\r\x1b[2K")

    def show(self, text: str) -> None:
        if self._is_shown:
            self._is_dirty = True
            self._write(f"\r\x1b[2K{text}")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
