"""Prepared pictures on disk, by content hash, so that each is prepared once and history can show it again.

`ab/<hash>.jpg` holds a picture; `sources/ab/<hash of the source>-<recipe>.json` says which
pictures a posted file became. All may be deleted at any time: what is missing is prepared anew.
"""

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bot.core.turns import LeftOutReason
from bot.images.wire import Frame, Result

logger = logging.getLogger(__name__)

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}
_HASH = re.compile(r"[0-9a-f]{64}")
_TOUCHED_EVERY = timedelta(days=1)
_DIRECTORY_MODE = 0o700


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    hash: str
    media_type: str
    width: int
    height: int
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Card:
    """The sidecar of a source file. A file that can't be prepared is remembered as well."""

    entries: tuple[_Entry, ...] = ()
    reason: LeftOutReason | None = None


class Shelf:
    """Synchronous and safe to call from several threads and processes: call it off the event loop."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._has_warned = False

    def find(self, source_key: str, *, now: datetime) -> Result | None:
        """Return what a source became; None where that, or a part of it, is not kept any more."""
        path = self._card_path(source_key)
        try:
            card = msgspec.json.decode(path.read_bytes(), type=_Card)
        except (OSError, msgspec.MsgspecError):
            return None
        contents = self.load((entry.hash for entry in card.entries), now=now)
        if any(entry.hash not in contents for entry in card.entries):
            return None
        _touch(path, now)
        return Result(
            frames=tuple(_to_frame(entry, contents) for entry in card.entries), reason=card.reason
        )

    def keep(self, source_key: str, result: Result) -> None:
        """Write the pictures, then the card that names them. A full or read-only disk is no failure."""
        entries = tuple(_to_entry(frame) for frame in result.frames)
        card = msgspec.json.encode(_Card(entries=entries, reason=result.reason))
        try:
            for entry, frame in zip(entries, result.frames, strict=True):
                self._write(self._picture_path(entry.hash, entry.media_type), frame.content)
            self._write(self._card_path(source_key), card)
        except OSError as error:
            self._warn(error)
        else:
            self._has_warned = False

    def load(self, hashes: Iterable[str], *, now: datetime) -> dict[str, bytes]:
        """Return the bytes of those that are kept and whole, and note that they were of use."""
        found = {}
        for wanted in hashes:
            content = self._read(wanted, now) if _HASH.fullmatch(wanted) else None
            if content is not None:
                found[wanted] = content
        return found

    def sweep(self, *, unused_since: datetime) -> int:
        """Delete what was not of use since then; return how many files went."""
        deleted = 0
        for path in self._files():
            with suppress(OSError):
                if path.stat().st_mtime < unused_since.timestamp():
                    path.unlink()
                    deleted += 1
        return deleted

    def _files(self) -> Iterator[Path]:
        """All files of the shelf and none that someone else put into its directory."""
        for pattern in (
            "??/*.jpg",
            "??/*.png",
            "??/*.tmp",
            "sources/??/*.json",
            "sources/??/*.tmp",
        ):
            yield from self._directory.glob(pattern)

    def _read(self, wanted: str, now: datetime) -> bytes | None:
        for media_type in _SUFFIXES:
            path = self._picture_path(wanted, media_type)
            try:
                content = path.read_bytes()
            except OSError:
                continue
            if hash_of(content) == wanted:
                _touch(path, now)
                return content
            # Cut by a crash or a full disk: nothing is synced when written, it is checked here.
            with suppress(OSError):
                path.unlink()
        return None

    def _picture_path(self, content_hash: str, media_type: str) -> Path:
        return self._directory / content_hash[:2] / (content_hash + _SUFFIXES[media_type])

    def _card_path(self, source_key: str) -> Path:
        return self._directory / "sources" / source_key[:2] / f"{source_key}.json"

    def _write(self, path: Path, content: bytes) -> None:
        """Write so that a reader sees all of it or nothing; only the owner may read it."""
        self._directory.parent.mkdir(parents=True, exist_ok=True)
        for level in reversed(path.relative_to(self._directory).parents):
            (self._directory / level).mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(suffix=".tmp", dir=path.parent)  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _warn(self, error: OSError) -> None:
        if not self._has_warned:
            logger.warning(
                "Prepared pictures can't be kept; later questions won't see them",
                extra={"directory": str(self._directory), "error": error.strerror},
            )
        self._has_warned = True


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _to_entry(frame: Frame) -> _Entry:
    return _Entry(
        hash=hash_of(frame.content),
        media_type=frame.media_type,
        width=frame.width,
        height=frame.height,
        note=frame.note,
    )


def _to_frame(entry: _Entry, contents: dict[str, bytes]) -> Frame:
    return Frame(
        content=contents[entry.hash],
        media_type=entry.media_type,
        width=entry.width,
        height=entry.height,
        note=entry.note,
    )


def _touch(path: Path, now: datetime) -> None:
    """Note the use of a file in its time of change, at most once a day to spare the disk."""
    with suppress(OSError):
        if now.timestamp() - path.stat().st_mtime > _TOUCHED_EVERY.total_seconds():
            os.utime(path, (now.timestamp(), now.timestamp()))
