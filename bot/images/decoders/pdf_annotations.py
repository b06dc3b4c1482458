"""Annotations of a PDF's pages: filled-in fields and comments. Runs in the worker.

They are no part of a page's text, and often all that somebody asks about.
"""

import ctypes
from collections.abc import Iterator
from typing import Final

from pypdfium2 import PdfPage, raw

from bot.images.decoders.text import clean

_MOST: Final = 300  # annotations of one page that are read
_LONGEST: Final = 10_000  # characters of one
_COMMENTS: Final = frozenset(
    {
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_FREETEXT,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_STRIKEOUT,
        raw.FPDF_ANNOT_STAMP,
    }
)


def read_annotations(page: PdfPage) -> Iterator[str]:
    """One line for each field that has a value and each comment that has words."""
    for index in range(min(_MOST, raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            line = _line(annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        if line:
            yield line


def _line(annotation: raw.FPDF_ANNOTATION) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET:
        value = _string(annotation, b"V")
        name = _string(annotation, b"TU") or _string(annotation, b"T") or "unnamed"
        return f"[field {name}: {value}]" if value else ""
    words = _string(annotation, b"Contents") if kind in _COMMENTS else ""
    return f"[comment: {words}]" if words else ""


def _string(annotation: raw.FPDF_ANNOTATION, key: bytes) -> str:
    """A text string of the annotation's dictionary; empty where there is none."""
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)  # bytes, the final zero included
    if not 2 < size <= 2 * _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    target = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
    raw.FPDFAnnot_GetStringValue(annotation, key, target, size)
    return " ".join(clean(buffer.raw[: size - 2].decode("utf-16-le", "replace")).split())
