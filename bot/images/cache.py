"""Prepared pictures on disk, by content hash, so that each is prepared once and history can show it again.

`ab/<hash>.jpg` holds a picture, `ab/<hash>.pdf` a document that is sent as it is;
`sources/ab/<hash of the source>-<recipe>.json` says which pictures a posted file became, and a
PDF's text. `masters/ab/<hash>.jpg` holds a picture as large as it is kept, and
`origins/ab/<hash>.json` says of which one a picture is a view. All may be deleted at any time: what
is missing is prepared anew, or not looked at any closer.
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

from bot.core.conversation.turns import LeftOutReason
from bot.images.file_type import Format, sniff
from bot.images.protocol import FileReading, Frame, Result

log = logging.getLogger(__name__)

_PDF = "application/pdf"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", _PDF: ".pdf"}
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
    is_reduced: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MasterOrigin:
    """The master that a picture is a view of."""

    master: str  # its hash
    width: int  # pixels, upright
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sidecar:
    """The sidecar of a source file. A file that can't be prepared is remembered as well."""

    entries: tuple[_Entry, ...] = ()
    reason: LeftOutReason | None = None
    reading: FileReading | None = None


class PictureCache:
    """Synchronous and safe to call from several threads and processes: call it off the event loop."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._has_warned = False

    def find(self, source_key: str, *, now: datetime) -> Result | None:
        """Return what a source became; None where that, or a part of it, is not kept any more."""
        path = self._sidecar_path(source_key)
        try:
            sidecar = msgspec.json.decode(path.read_bytes(), type=_Sidecar)
        except (OSError, msgspec.MsgspecError):
            return None
        contents = self.load((entry.hash for entry in sidecar.entries), now=now)
        if any(entry.hash not in contents for entry in sidecar.entries):
            return None
        _touch(path, now)
        return Result(
            frames=tuple(_to_frame(entry, contents) for entry in sidecar.entries),
            reading=sidecar.reading,
            reason=sidecar.reason,
        )

    def keep(self, source_key: str, result: Result, *, document: bytes | None = None) -> None:
        """Write the pictures, then the sidecar that names them. A full or read-only disk is no failure.

        `document`: the source itself, where history may want to send it again.
        """
        entries = tuple(_to_entry(frame) for frame in result.frames)
        sidecar = msgspec.json.encode(
            _Sidecar(entries=entries, reason=result.reason, reading=result.reading)
        )
        try:
            if document is not None:
                self._write(self._picture_path(hash_of(document), _PDF), document)
            for entry, frame in zip(entries, result.frames, strict=True):
                self._write(self._picture_path(entry.hash, entry.media_type), frame.content)
                if frame.master:
                    self._keep_master(entry.hash, frame)
            self._write(self._sidecar_path(source_key), sidecar)
        except OSError as error:
            self._warn(error)
        else:
            self._has_warned = False

    def find_origin(self, picture_hash: str) -> MasterOrigin | None:
        """The master of a picture, as long as both are kept."""
        if not _HASH.fullmatch(picture_hash):
            return None
        try:
            content = self._origin_path(picture_hash).read_bytes()
            origin = msgspec.json.decode(content, type=MasterOrigin)
        except (OSError, msgspec.MsgspecError):
            return None
        return origin if self._find_master(origin.master) is not None else None

    def load_master(self, master_hash: str, *, now: datetime) -> bytes | None:
        path = self._find_master(master_hash)
        return None if path is None else _read_whole(path, master_hash, now)

    def load(self, hashes: Iterable[str], *, now: datetime) -> dict[str, bytes]:
        """Return the bytes of those that are kept and whole, and note that they were of use."""
        found = {}
        for wanted in hashes:
            content = self._read(wanted, now) if _HASH.fullmatch(wanted) else None
            if content is not None:
                found[wanted] = content
        return found

    def sweep(self, *, unused_since: datetime, most_bytes: int) -> int:
        """Delete what was not of use since then, and what exceeds `most_bytes`; return how many went.

        Masters go first, the longest unused before others: without them pictures are still seen.
        """
        deleted, left = 0, []
        for path in self._files():
            with suppress(OSError):
                found = path.stat()
                if found.st_mtime < unused_since.timestamp():
                    path.unlink()
                    deleted += 1
                else:
                    left.append((not self._is_master(path), found.st_mtime, found.st_size, path))
        excess = sum(size for _, _, size, _ in left) - most_bytes
        for _, _, size, path in sorted(left, key=lambda each: each[:2]):
            if excess <= 0:
                break
            with suppress(OSError):
                path.unlink()
                deleted += 1
                excess -= size
        return deleted

    def _files(self) -> Iterator[Path]:
        """All files of the cache and none that someone else put into its directory."""
        for folder in ("", "sources/", "masters/", "origins/"):
            for suffix in ("jpg", "png", "pdf", "json", "tmp"):
                yield from self._directory.glob(f"{folder}??/*.{suffix}")

    def _is_master(self, path: Path) -> bool:
        return path.is_relative_to(self._directory / "masters")

    def _keep_master(self, picture_hash: str, frame: Frame) -> None:
        master = hash_of(frame.master)
        width, height = frame.master_size
        origin = msgspec.json.encode(MasterOrigin(master=master, width=width, height=height))
        media_type = "image/png" if sniff(frame.master) is Format.PNG else "image/jpeg"
        self._write(self._picture_path(master, media_type, folder="masters"), frame.master)
        self._write(self._origin_path(picture_hash), origin)

    def _find_master(self, master_hash: str) -> Path | None:
        if not _HASH.fullmatch(master_hash):
            return None
        paths = (self._picture_path(master_hash, each, folder="masters") for each in _SUFFIXES)
        return next((path for path in paths if path.exists()), None)

    def _read(self, wanted: str, now: datetime) -> bytes | None:
        paths = (self._picture_path(wanted, media_type) for media_type in _SUFFIXES)
        contents = (_read_whole(path, wanted, now) for path in paths)
        return next((content for content in contents if content is not None), None)

    def _picture_path(self, content_hash: str, media_type: str, *, folder: str = "") -> Path:
        name = content_hash + _SUFFIXES[media_type]
        return self._directory / folder / content_hash[:2] / name

    def _origin_path(self, picture_hash: str) -> Path:
        return self._directory / "origins" / picture_hash[:2] / f"{picture_hash}.json"

    def _sidecar_path(self, source_key: str) -> Path:
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
            log.warning(
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
        is_reduced=frame.is_reduced,
    )


def _to_frame(entry: _Entry, contents: dict[str, bytes]) -> Frame:
    return Frame(
        content=contents[entry.hash],
        media_type=entry.media_type,
        width=entry.width,
        height=entry.height,
        note=entry.note,
        is_reduced=entry.is_reduced,
    )


def _read_whole(path: Path, wanted: str, now: datetime) -> bytes | None:
    """Read a file and note its use; one that was cut by a crash or a full disk is deleted.

    Nothing is synced when written, so it is checked here.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hash_of(content) == wanted:
        _touch(path, now)
        return content
    with suppress(OSError):
        path.unlink()
    return None


def _touch(path: Path, now: datetime) -> None:
    """Note the use of a file in its time of change, at most once a day to spare the disk."""
    with suppress(OSError):
        if now.timestamp() - path.stat().st_mtime > _TOUCHED_EVERY.total_seconds():
            os.utime(path, (now.timestamp(), now.timestamp()))
