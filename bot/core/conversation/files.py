"""Files in a turn: how they read to the model, and how they are cut to what there is room for.

A file stands in the request as text with its name, inside a fence that nothing in it can end.
What is too long keeps its beginning and its end; a table keeps its header and first rows, a PDF its
first pages.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.conversation.turns import File, FileKind, Image, LeftOut, LeftOutReason
from bot.core.models.tokens import estimate_text

PAGE_BREAK: Final = "\n\f"  # a page ends its last line, so that lines can be counted
BLANK_PAGE: Final = "(a blank page)"
LITTLE_TEXT: Final = 40  # characters; a page with fewer is taken for a scan
PAGE_SIZE: Final = (1_700, 2_200)  # pixels that a page of a document is thought to be billed as
SMALLEST_PIECE: Final = 50  # tokens; less of a file tells nothing
MOST_CHARACTERS: Final = 7  # to a token, by `estimate_text`: all of them spaces

_TABLES: Final = frozenset({"csv", "tsv", "tab", "psv"})
_BACKTICKS: Final = re.compile("`+")
_LONGEST_NAME: Final = 100  # characters

Cost = Callable[[File], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRoom:
    """Room for all files of one question together."""

    tokens: int
    images: int  # pictures of pages
    takes_documents: bool  # the endpoint reads PDFs by itself


def format_file(file: File) -> str:
    """The file as the model reads it, where it is not sent as a document."""
    body = _body(file)
    longest = max((len(run) for run in _BACKTICKS.findall(body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{_heading(file)}\n{fence}\n{body}\n{fence}"


def format_file_note(file: File) -> str:
    """The line that stands for a file of an earlier question."""
    return f"[file {plain_name(file.name)}, read earlier: see the answer that follows]"


def page_note(number: int, count: int) -> str:
    """The note that goes with a page's picture."""
    return f"page {number} of {count} of a PDF"


def plain_name(name: str) -> str:
    """Keep a file's name from ending the note that it stands in."""
    return "".join(" " if mark in "[]\r\n" else mark for mark in name)[:_LONGEST_NAME]


def is_sparse(page: str) -> bool:
    """Whether a page holds so little text that its picture tells more."""
    return page != BLANK_PAGE and len("".join(page.split())) < LITTLE_TEXT


def pages_seen(file: File) -> int:
    """The number of a PDF's pages that the model gets to see, as text or as a picture."""
    if file.is_document:
        return file.pages
    readable = sum(not is_sparse(page) for page in file.text.split(PAGE_BREAK))
    return min(file.pages, readable + len(file.images))


def is_partial(file: File) -> bool:
    """Whether the model sees less than all of it."""
    if file.is_document:
        return False
    return file.is_cut or (file.kind is FileKind.PDF and pages_seen(file) < file.pages)


def cut_file(file: File, tokens: int) -> File:
    """Keep about `tokens` of its text; whole lines, unless they are very long."""
    if estimate_text(file.text) + estimate_text(file.tail) <= tokens:
        return file
    if file.kind is FileKind.PDF or _is_table(file.name):
        return replace(file, text=_beginning(file.text, tokens), tail="")
    head = _beginning(file.text, tokens // 2)
    rest = file.tail or file.text[len(head) :]
    return replace(file, text=head, tail=_end(rest, tokens - estimate_text(head)))


def fit_files(
    files: Sequence[File], room: FileRoom, cost: Cost
) -> tuple[tuple[File, ...], tuple[LeftOut, ...]]:
    """Share the room out: small files stay whole, and what they leave goes to the larger ones."""
    fitted: dict[int, File] = {}
    left = room
    by_size = sorted(range(len(files)), key=lambda place: cost(files[place]))
    for done, place in enumerate(by_size):
        share = replace(left, tokens=left.tokens // (len(files) - done))
        file = _fit(files[place], share, cost)
        if file is not None:
            fitted[place] = file
            taken = len(file.images)
            left = replace(left, tokens=left.tokens - cost(file), images=left.images - taken)
    lost = (file.name for place, file in enumerate(files) if place not in fitted)
    return (
        tuple(fitted[place] for place in sorted(fitted)),
        tuple(LeftOut(name=name, reason=LeftOutReason.NO_ROOM) for name in lost),
    )


def _fit(file: File, room: FileRoom, cost: Cost) -> File | None:
    document = replace(file, is_document=True, images=file.images[: room.images])
    if room.takes_documents and _is_whole_pdf(file) and cost(document) <= room.tokens:
        return document
    bare = replace(file, images=())
    pictures = sum(cost(replace(bare, images=(image,))) - cost(bare) for image in file.images)
    text_room = room.tokens - min(pictures, room.tokens // 2)
    shortened = _shorten(bare, text_room, cost)
    if shortened is None:
        return None
    return _add_pictures(shortened, file.images[: room.images], room.tokens, cost)


def _is_whole_pdf(file: File) -> bool:
    pages_read = file.text.count(PAGE_BREAK) + 1
    return file.kind is FileKind.PDF and not file.is_cut and pages_read == file.pages


def _shorten(file: File, room: int, cost: Cost) -> File | None:
    """Cut until it costs no more than `room`; None where next to nothing would be left."""
    tokens = estimate_text(file.text) + estimate_text(file.tail)
    least = min(tokens, SMALLEST_PIECE)
    tokens = min(tokens, max(least, room))
    while tokens >= least:
        shorter = cut_file(file, tokens)
        taken = cost(shorter)
        if taken <= room:
            return shorter
        tokens = tokens * max(0, room) // taken
        tokens -= 1 + tokens // 100  # so that it ends
    return None


def _add_pictures(file: File, images: Sequence[Image], room: int, cost: Cost) -> File | None:
    for image in images:
        richer = replace(file, images=(*file.images, image))
        if cost(richer) > room:
            break
        file = richer
    return file if file.images or file.text.strip() else None


def _heading(file: File) -> str:
    facts = [f"file {plain_name(file.name)}"]
    if file.kind is FileKind.PDF:
        facts.append("1 page" if file.pages == 1 else f"{file.pages:,} pages")
        if pages_seen(file) < file.pages:
            facts.append(f"{pages_seen(file):,} of them are shown")
    elif file.is_cut:
        facts.append(f"{file.lines:,} lines")
    return f"[{'; '.join(filter(None, (*facts, file.note)))}]"


def _body(file: File) -> str:
    text = file.text
    if file.kind is FileKind.PDF:
        pages = text.split(PAGE_BREAK)
        text = "\n".join(f"[page {n}]\n{page}".rstrip() for n, page in enumerate(pages, 1))
    if not file.is_cut:
        return text.rstrip("\n")
    return "\n".join(filter(None, (text.rstrip("\n"), _gap(file), file.tail.rstrip("\n"))))


def _gap(file: File) -> str:
    if file.text.endswith("\n"):
        left = file.lines - count_lines(file.text) - count_lines(file.tail)
        return f"[… {left:,} of {file.lines:,} lines left out …]"
    left = file.characters - len(file.text) - len(file.tail)
    return f"[… {left:,} of {file.characters:,} characters left out …]"


def count_lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and bool(text))


def _is_table(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _TABLES


def _beginning(text: str, tokens: int) -> str:
    """As much as `tokens` hold, up to the end of a line unless that gives away half of it."""
    text = text[: max(0, tokens) * MOST_CHARACTERS]
    size = bisect_right(range(1, len(text) + 1), tokens, key=lambda end: estimate_text(text[:end]))
    line = text.rfind("\n", 0, size) + 1
    return text[: line if line * 2 > size else size]


def _end(text: str, tokens: int) -> str:
    most = min(len(text), max(0, tokens) * MOST_CHARACTERS)
    size = bisect_right(range(1, most + 1), tokens, key=lambda size: estimate_text(text[-size:]))
    start = len(text) - size
    line = text.find("\n", max(0, start - 1)) + 1
    return text[line if 0 < line < start + size // 2 else start :]
