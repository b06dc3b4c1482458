"""Bytes into text, or the finding that they are none. Runs in the worker."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import Final

from bot.core.conversation.files import count_lines, cut_file
from bot.core.conversation.turns import File, FileKind, LeftOutReason
from bot.images.protocol import FileReading, Job, Result

_MARKS: Final = (  # the longer ones first: UTF-32's begins with UTF-16's
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE: Final = 64 * 1024  # bytes that tell binary files from text
_FEW: Final = 200  # a text has fewer than one control character, or one wrong byte, in so many
_CONTROLS: Final = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\b\x1b"))) + b"\x7f"
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # what terminals draw, saved in a log
_LETTERS_IN_A_ROW: Final = re.compile(rb"[\xc0-\xff]{3,}")


def read_text(job: Job) -> Result:
    """Decode and shorten to what a request could ever hold."""
    if not job.source.strip():
        return Result(reason=LeftOutReason.EMPTY)
    decoded = decode(job.source)
    if decoded is None:
        return Result(reason=LeftOutReason.UNREADABLE)
    text, note = decoded
    return Result(reading=to_reading(clean(text), FileKind.TEXT, job, note=note))


def to_reading(
    text: str, kind: FileKind, job: Job, *, note: str = "", pages: int = 0
) -> FileReading:
    """Keep as much of a text as `job.max_tokens` hold."""
    lines = count_lines(text)
    whole = File(name=job.name, kind=kind, hash="", text=text, lines=lines, characters=len(text))
    kept = cut_file(whole, job.max_tokens)
    return FileReading(
        kind=kind,
        text=kept.text,
        tail=kept.tail,
        lines=lines,
        characters=len(text),
        pages=pages,
        note=note,
    )


def decode(source: bytes) -> tuple[str, str] | None:
    """Return the text and what is to be said of its encoding; None: the bytes are no text.

    In this order: a byte order mark, UTF-16 without one, UTF-8, an older encoding of one byte a
    character. Of those only Cyrillic is told from Western: its letters stand in rows.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            text = source[len(mark) :].decode(encoding, "replace")
            return _unless_broken(text, f"{encoding.upper()} with errors")
    if b"\x00" in source[:_SAMPLE]:
        return _decode_wide(source)
    if _has_controls(source[:_SAMPLE]):
        return None
    try:
        return source.decode(), ""
    except UnicodeDecodeError:
        return _decode_damaged(source)


def clean(text: str) -> str:
    """One kind of line end, nothing invisible that a database or a terminal would stumble over."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return _UNSEEN.sub("", _COLOURS.sub("", text))


def _unless_broken(text: str, note: str) -> tuple[str, str] | None:
    wrong = text.count("\ufffd")
    if wrong * _FEW > len(text):
        return None
    return text, note if wrong else ""


def _decode_wide(source: bytes) -> tuple[str, str] | None:
    """Windows writes UTF-16 without a mark now and then: every second byte is zero."""
    even, odd = source[:_SAMPLE:2].count(0), source[1:_SAMPLE:2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    length = min(len(source), _SAMPLE)
    if max(even, odd) < length // 5 or min(even, odd) > length // 100:
        return None
    text = source.decode(encoding, "replace")
    if _has_controls(text[:_SAMPLE].encode("latin-1", "replace")):
        return None
    return _unless_broken(text, "UTF-16 with errors")


def _has_controls(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * _FEW > len(sample)


def _decode_damaged(source: bytes) -> tuple[str, str]:
    text = source.decode(errors="replace")
    wrong = text.count("\ufffd")
    rightly_wide = len(source) - len(text) - 2 * wrong  # bytes that follow in sound sequences
    if wrong * _FEW < len(text) and rightly_wide > wrong:
        return text, "UTF-8 with some damaged characters"
    high = len(source) - len(source.translate(None, bytes(range(0xC0, 0x100))))
    in_rows = sum(map(len, _LETTERS_IN_A_ROW.findall(source)))
    if high and in_rows * 2 > high:
        return source.decode("cp1251", "replace"), "not UTF-8, read as Windows-1251"
    return source.decode("cp1252", "replace"), "not UTF-8, read as Windows-1252"
