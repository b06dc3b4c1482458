"""The answer so far, and the pages it is shown in.

A page is one Discord message. Pages are a function of the whole text: any split into deltas gives
the same ones, and a page that is closed never changes, so an earlier message is never rewritten.
"""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from bot.core.display.markup import (
    FENCE,
    LONGEST_SUFFIX,
    NOTHING_OPEN,
    Marks,
    MarkupState,
    read_markup,
)
from bot.core.display.page_breaks import BLANK, absorb, find_cut, visible_from

PAGE_LIMIT = 2_000  # UTF-16 code units: the strictest way to count Discord's characters
LONGEST_FOOTER = 1_000  # UTF-16 code units

_SURROGATE = re.compile("[\ud800-\udfff]")
# What may turn into something else with the next delta, at the end of the text.
_FRAGMENT = re.compile(
    r"""(?: <(?:[@#:/aith][^\s<>]{0,100})?
    | \[[^\[\]\n]{1,300}\]\([^)\s]{0,500}
    | https?://[^\s<>]{0,500}
    | [`|*_~\\\u200d]+ )\Z""",
    re.VERBOSE,
)
_FRAGMENT_REACH = 900  # characters
_FLAG_HALF = "\U0001f1e6", "\U0001f1ff"
_INFO_LINE = re.compile(r"[A-Za-z0-9_+\-.#]{0,40}\r?\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One message of the answer: `text[start:end]` and what is sent to show it.

    `content` is the stretch without the white space that Discord would strip, between the marks
    that reopen and close what goes over its edges, with the footer on the last page. A page that
    has only a footer has `start == end`.
    """

    start: int
    end: int
    content: str
    is_closed: bool  # will never change again


class Draft:
    """Collects deltas and lays them out in pages.

    The stretches of the pages follow each other without a gap from the text's beginning; after
    `finish` they reach to its end. Until then the last page may leave out a fragment that can
    still change its meaning. A text without anything visible has no pages, with a footer or not.
    """

    def __init__(self) -> None:
        self._deltas: list[str] = []
        self._text = ""
        self._closed: list[Page] = []
        self._start = 0  # of the open page
        self._marks = NOTHING_OPEN  # what the open page reopens
        self._read = 0, NOTHING_OPEN  # up to where the open page need not be read again
        self._is_finished = False
        self._footer = ""
        self._pages: tuple[Page, ...] | None = ()

    @property
    def text(self) -> str:
        """All so far. Halves of surrogate pairs are joined, or replaced where the other is missing."""
        self._take_deltas()
        return self._text

    @property
    def is_finished(self) -> bool:
        return self._is_finished

    @property
    def is_blank(self) -> bool:
        return visible_from(self.text, 0) == len(self._text)

    @classmethod
    def of_pages(cls, contents: Sequence[str]) -> "Draft":
        """Make a finished draft of pages that were laid out before."""
        draft = cls()
        draft._is_finished = True
        draft._text = "".join(contents)
        ends = [0, *accumulate(map(len, contents))]
        draft._pages = tuple(
            Page(start=start, end=end, content=content, is_closed=True)
            for content, (start, end) in zip(contents, pairwise(ends), strict=True)
        )
        return draft

    def copy(self) -> "Draft":
        """Return a draft of the same text that grows by itself."""
        copied = copy(self)
        copied._deltas, copied._closed = [*self._deltas], [*self._closed]
        return copied

    def add(self, delta: str) -> None:
        if self._is_finished:
            raise ValueError("the draft is finished")
        self._deltas.append(delta)
        self._pages = None

    def finish(self, footer: str = "") -> None:
        """Take no more text; `footer` (lines in small print) goes to the end of the last page."""
        if self._is_finished:
            raise ValueError("the draft is finished")
        self._is_finished = True
        self._footer = footer[: _index_at(footer, 0, LONGEST_FOOTER)].strip()
        self._pages = None

    def pages(self) -> tuple[Page, ...]:
        """Lay out what there is; only the open page is looked at again."""
        if self._pages is None:
            self._take_deltas()
            self._close_full_pages()
            last = self._last_pages() if self._is_finished else self._open_page()
            self._pages = (*self._closed, *last)
        return self._pages

    def _take_deltas(self) -> None:
        added = "".join(self._deltas)
        self._deltas.clear()
        if not added.isascii() and _SURROGATE.search(added):
            if "\ud800" <= added[-1] <= "\udbff" and not self._is_finished:
                self._deltas.append(added[-1])
                added = added[:-1]
            added = added.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._text += added

    def _close_full_pages(self) -> None:
        while (hard := self._overflow(self._room)) is not None:
            self._close_page(hard, may_break=True)

    @property
    def _room(self) -> int:
        """UTF-16 code units for a page's own text, whatever it turns out to have open at its end."""
        return PAGE_LIMIT - units(self._marks.prefix) - LONGEST_SUFFIX

    @property
    def _lead(self) -> int:
        """Where the open page's content begins: Discord would strip what stands before."""
        return self._start if self._marks.is_code else visible_from(self._text, self._start)

    def _overflow(self, room: int) -> int | None:
        """Return where the open page is full, if something visible comes after that."""
        lead = self._lead
        if len(self._text) - lead <= room // 2:
            return None
        rest = self._text[lead:].rstrip(BLANK)
        return None if units(rest) <= room else _index_at(self._text, lead, room)

    def _close_page(self, hard: int, *, may_break: bool) -> bool:
        """Close the open page at the best place up to `hard`; False if there is none."""
        lead = self._lead
        state = read_markup(self._text, lead, hard, self._marks)
        cut = find_cut(self._text, lead, hard, state, may_break=may_break)
        if cut is None:
            return False
        marks = read_markup(self._text, lead, cut, self._marks).marks
        body = self._text[lead:cut].rstrip(BLANK)
        if marks.is_spoiler and len(body) > 2 and body.endswith("||"):  # opened where the page ends
            cut = lead + len(body) - 2
            marks = read_markup(self._text, lead, cut, self._marks).marks
        end = absorb(self._text, cut, since=lead, is_code=marks.is_code)
        if "\n" in self._text[cut:end] or _touches_mark(self._text, cut, end):
            marks = replace(marks, inline=())
        self._closed.append(self._page(lead, cut, marks, end=end, is_closed=True))
        self._start, self._marks = end, marks
        self._read = end, marks
        return True

    def _page(self, lead: int, cut: int, marks: Marks, *, end: int, is_closed: bool) -> Page:
        content = self._marks.prefix + self._text[lead:cut].rstrip(BLANK) + marks.suffix
        return Page(start=self._start, end=end, content=content, is_closed=is_closed)

    def _open_page(self) -> tuple[Page, ...]:
        lead, end = self._lead, len(self._text)
        state = self._read_on(lead, end)
        shown = _shown_end(self._text, lead, state)
        if visible_from(self._text, lead) >= shown:
            return ()
        if shown < end:
            state = self._read_on(lead, shown)
        marks = self._closing_marks(state, shown)
        return (self._page(lead, shown, marks, end=shown, is_closed=False),)

    def _read_on(self, lead: int, end: int) -> MarkupState:
        """Read the open page, going on where its last whole line ended, or its code block begins."""
        start, marks = self._read if lead < self._read[0] <= end else (lead, self._marks)
        line = self._text.rfind("\n", start, end) + 1
        if line > start:
            passed = read_markup(self._text, start, line, marks)
            if not passed.marks.is_code:
                start, marks = line, passed.marks
            elif passed.blocks[-1].start > start:
                start = passed.blocks[-1].start
                marks = replace(passed.marks, language=None)
            self._read = start, marks
        return read_markup(self._text, start, end, marks)

    def _last_pages(self) -> tuple[Page, ...]:
        """Close the last page, making room for the footer by a further page where that is needed."""
        end = len(self._text)
        if visible_from(self._text, self._start) == end:
            return ()
        page = self._final_page()
        extra = f"\n{self._footer}" if self._footer else ""
        while units(page.content) + units(extra) > PAGE_LIMIT:
            hard = self._overflow(self._room - units(extra))
            if hard is None or not self._close_page(hard, may_break=False):
                return page, Page(start=end, end=end, content=self._footer, is_closed=True)
            page = self._final_page()
        return (replace(page, content=page.content + extra),)

    def _final_page(self) -> Page:
        lead, end = self._lead, len(self._text)
        marks = self._closing_marks(self._read_on(lead, end), end)
        return self._page(lead, end, marks, end=end, is_closed=True)

    def _closing_marks(self, state: MarkupState, end: int) -> Marks:
        if state.marks.inline and self._text[end - 1] in "`|*_~":
            return replace(state.marks, inline=())
        return state.marks


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _index_at(text: str, start: int, room: int) -> int:
    """Return the index up to which `text` from `start` on takes at most `room` UTF-16 code units."""
    window = text[start : start + room]
    if not window.isascii():
        encoded = window.encode("utf-16-le", "surrogatepass")[: 2 * room]
        window = encoded.decode("utf-16-le", "ignore")
    return start + len(window)


def _touches_mark(text: str, cut: int, end: int) -> bool:
    """Tell whether a closing or reopening mark would run together with one of the text."""
    return text[cut - 1] in "`|*_~" or text[end] in "`|*_~"


def _shown_end(text: str, lead: int, state: MarkupState) -> int:
    """Return up to where an unfinished text can be shown without showing something wrong."""
    end = len(text)
    if state.marks.is_code:
        block = state.blocks[-1]
        opens_here = text.startswith(FENCE, block.start)
        if opens_here and (
            visible_from(text, block.body) == end or _INFO_LINE.match(text, block.start + 3)
        ):
            return len(text[lead : block.start].rstrip("|")) + lead  # a fence without its code yet
        return lead + len(text[lead:].rstrip("`"))
    found = _FRAGMENT.search(text, max(lead, end - _FRAGMENT_REACH))
    if found:
        return found.start()
    flag = text[lead:].rstrip("".join(map(chr, range(ord(_FLAG_HALF[0]), ord(_FLAG_HALF[1]) + 1))))
    return end - (end - lead - len(flag)) % 2
