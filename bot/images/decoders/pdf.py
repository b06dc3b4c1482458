"""A PDF into its text by page, and pictures of the pages that have none. Runs in the worker.

PDFium has no JavaScript and no XFA in this build, and nothing of a document is ever followed.
Pages are drawn at the size that the model bills, whatever size they claim to have.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from math import isfinite
from typing import Final

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from bot.core.conversation.files import BLANK_PAGE, PAGE_BREAK, is_sparse, page_note
from bot.core.conversation.turns import FileKind, LeftOutReason
from bot.core.vision.views import view_of
from bot.images.decoders.encoder import encode
from bot.images.decoders.pdf_annotations import read_annotations
from bot.images.decoders.text import clean, to_reading
from bot.images.file_type import Format
from bot.images.protocol import Frame, Job, Result, unpack_look

LONGEST_SIDE: Final = 2_200  # pixels: A4 and Letter at 200 dots an inch
MOST_CHARACTERS: Final = 100_000  # of one page; a dense one has 6,000
READING_TIME: Final = 6.0  # seconds; the pages after that stay unread
DRAWING_TIME: Final = 12.0  # seconds, from the beginning
_HYPHENS: Final = str.maketrans({"\x02": "", "\ufffe": "", "\u00ad": ""})  # at the ends of lines
_NO_LETTERS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")

Clock = Callable[[], float]


def read_pdf(job: Job, clock: Clock = time.monotonic) -> Result:
    """Read the first pages, or say why not. What PDFium does not survive ends the worker."""
    # PDFium keeps its last error until there is another one, and a document without pages sets none.
    raw.FPDF_LoadDocument(b"", None)  # sets FPDF_ERR_FILE
    try:
        with closing(pdfium.PdfDocument(job.source)) as document:
            return _read(document, job, clock)
    except pdfium.PdfiumError as error:
        return Result(reason=_reason(error))


def _reason(error: pdfium.PdfiumError) -> LeftOutReason:
    match error.err_code:
        case raw.FPDF_ERR_PASSWORD | raw.FPDF_ERR_SECURITY:
            return LeftOutReason.LOCKED
        case raw.FPDF_ERR_FILE:  # as set before: well-formed, and without pages
            return LeftOutReason.EMPTY
        case _:
            return LeftOutReason.DAMAGED


def _read(document: pdfium.PdfDocument, job: Job, clock: Clock) -> Result:
    if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        return Result(reason=LeftOutReason.UNSUPPORTED)  # its pages only say "please wait"
    started = clock()
    count = len(document)
    texts: list[str] = []
    for number in range(min(count, job.max_pages)):
        if clock() - started > READING_TIME:
            break
        texts.append(_page_text(document, number))
    frames = tuple(_draw_sparse(document, texts, job, until=started + DRAWING_TIME, clock=clock))
    if not frames and not any(texts):
        return Result(reason=LeftOutReason.DAMAGED)
    reading = to_reading(PAGE_BREAK.join(texts), FileKind.PDF, job, pages=count)
    return Result(frames=frames, reading=reading)


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    """The text of a page; empty where it can't be read. Pages with nothing on them say so."""
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as words:
            length = min(words.count_chars(), MOST_CHARACTERS)
            is_bare = not raw.FPDFPage_CountObjects(page) and not raw.FPDFPage_GetAnnotCount(page)
            if is_bare:
                return BLANK_PAGE
            found = words.get_text_range(0, length).translate(_HYPHENS)
            text = "" if is_garbled(found) else clean(found).strip()
            return "\n".join(filter(None, (text, *read_annotations(page))))
    except pdfium.PdfiumError:
        return ""


def is_garbled(text: str) -> bool:
    """Whether a font without a map to letters leaves nothing to read: such a page is drawn."""
    return len(_NO_LETTERS.findall(text)) * 3 > len(text)


def _draw_sparse(
    document: pdfium.PdfDocument, texts: list[str], job: Job, *, until: float, clock: Clock
) -> Iterator[Frame]:
    drawn = 0
    for number, text in enumerate(texts):
        if drawn == job.max_pictures or clock() > until:
            return
        if not is_sparse(text):
            continue
        frame = _draw(document, number, page_note(number + 1, len(document)), job)
        if frame is not None:
            drawn += 1
            yield frame


def _draw(document: pdfium.PdfDocument, number: int, note: str, job: Job) -> Frame | None:
    try:
        with closing(document[number]) as page:
            width, height = page.get_size()
            longest = max(width, height)
            if not isfinite(longest) or min(width, height) <= 0:
                return None
            scale = LONGEST_SIDE / longest
            box = (max(1, round(width * scale)), max(1, round(height * scale)))
            view = view_of(box, unpack_look(job.look))
            size = (view.width, view.height)
            with closing(page.render(scale=min(1.0, size[0] / box[0]) * scale)) as bitmap:
                picture = bitmap.to_pil().convert("RGB")
    except pdfium.PdfiumError:
        return None
    if picture.size != size:  # by a pixel, where PDFium rounded up
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    content, media_type = encode(picture, Format.PDF)
    return Frame(
        content=content,
        media_type=media_type,
        width=picture.width,
        height=picture.height,
        note=note,
    )
