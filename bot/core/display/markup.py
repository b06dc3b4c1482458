"""Discord's Markdown, read just far enough to close at the end of a page what the next reopens.

The reading is Discord's, not CommonMark's: three backticks open a code block anywhere and the next
three close it; `||` hides what lies between. A marker that might be plain text (`2 * 3`, `a || b`)
is taken for text: a wrongly closed pair would hide or disfigure a whole page.
"""

import re
from dataclasses import dataclass, field, replace

FENCE = "```"

# What may follow the opening fence as a language, if the line ends after it.
_LANGUAGE = re.compile(r"[A-Za-z0-9_+\-.#]{1,40}(?=\r?\n)")
_MARK = re.compile(
    r"""\\[^\w\s]                       # an escaped mark
    | https?://[^\s<>|*`]+              # its underscores are no marks
    | <(?:[@#:/]|a:|t:|id:|https?:)[^\s<>]*>
    | ```
    | ``? | \|\| | \*\*? | __? | ~~
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """The markup that is open at a place in the text."""

    language: str | None = None  # of the open code block; "" where it names none; None: no block
    is_spoiler: bool = False
    inline: tuple[str, ...] = ()  # bold, italics, strike-through, code in a line; outermost first

    @property
    def is_code(self) -> bool:
        return self.language is not None

    @property
    def prefix(self) -> str:
        """Reopens it at the start of a page."""
        spoiler = "||" if self.is_spoiler else ""
        return spoiler + (
            "".join(self.inline) if self.language is None else f"{FENCE}{self.language}\n"
        )

    @property
    def suffix(self) -> str:
        """Closes it at the end of a page; at most `LONGEST_SUFFIX` characters."""
        spoiler = "||" if self.is_spoiler else ""
        return ("".join(reversed(self.inline)) if self.language is None else f"\n{FENCE}") + spoiler


LONGEST_SUFFIX = 12  # || ** __ ~~ * _ and ``
NOTHING_OPEN = Marks()


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBlock:
    """A code block: `[start, end)` with its fences, its text from `body` on; `end` None: still open."""

    start: int
    body: int
    end: int | None


@dataclass(slots=True)
class MarkupState:
    """A stretch of text, as it was read: the marks open at its end, and the code in it."""

    marks: Marks
    blocks: list[CodeBlock] = field(default_factory=list)
    code_spans: list[tuple[int, int]] = field(default_factory=list)


def read_markup(text: str, start: int, end: int, marks: Marks = NOTHING_OPEN) -> MarkupState:
    """Read `text[start:end]`, with `marks` open at its start."""
    return _Reader(text, start, end, marks).read()


class _Reader:
    def __init__(self, text: str, start: int, end: int, marks: Marks) -> None:
        self._text = text
        self._start = start
        self._end = end
        self._is_spoiler = marks.is_spoiler
        self._language = marks.language
        self._inline = list(marks.inline)
        self._state = MarkupState(marks)

    def read(self) -> MarkupState:
        position = self._start
        if self._language is not None:
            position = self._read_block(position, position)
        elif self._inline and self._inline[-1][0] == "`":
            position = self._leave_code_span(position)
        while found := _MARK.search(self._text, position, self._end):
            if self._inline and self._text.find("\n", position, found.start()) >= 0:
                self._inline.clear()
            position = self._read_mark(found[0], found.start(), found.end())
        if self._inline and self._text.find("\n", position, self._end) >= 0:
            self._inline.clear()
        inline = () if self._language is not None else tuple(self._inline)
        self._state.marks = replace(
            NOTHING_OPEN, language=self._language, is_spoiler=self._is_spoiler, inline=inline
        )
        return self._state

    def _read_mark(self, mark: str, start: int, end: int) -> int:
        """Take in one mark and return where to go on."""
        if mark == FENCE:
            return self._open_block(start, end)
        if mark[0] == "`":
            return self._read_code_span(mark, start, end)
        if mark == "||":
            self._is_spoiler = not self._is_spoiler and self._opens_spoiler(start, end)
        elif mark[0] in "*_~":
            self._toggle(mark, start, end)
        return end

    def _open_block(self, start: int, after_fence: int) -> int:
        self._inline.clear()
        found = _LANGUAGE.match(self._text, after_fence, self._end)
        self._language = found[0] if found else ""
        body = found.end() if found else after_fence
        return self._read_block(start, body)

    def _read_block(self, start: int, body: int) -> int:
        """Go to the end of a code block, or of the text."""
        closing = self._text.find(FENCE, body, self._end)
        end = None if closing < 0 else closing + len(FENCE)
        self._state.blocks.append(CodeBlock(start=start, body=body, end=end))
        if end is None:
            return self._end
        self._language = None
        return end

    def _read_code_span(self, mark: str, start: int, end: int) -> int:
        """Skip code within a line; one that is open when the text ends is remembered as open."""
        line_end = self._text.find("\n", end, self._end)
        stop = self._end if line_end < 0 else line_end
        closing = _find_run(self._text, mark, end, stop)
        if closing >= 0:
            self._state.code_spans.append((start, closing + len(mark)))
            return closing + len(mark)
        if line_end < 0 and self._has_visible(end):
            self._inline.append(mark)
            return stop
        return end

    def _leave_code_span(self, position: int) -> int:
        """Go to the end of code within a line that began on the page before."""
        line_end = self._text.find("\n", position, self._end)
        stop = self._end if line_end < 0 else line_end
        closing = _find_run(self._text, self._inline[-1], position, stop)
        if closing >= 0:
            return closing + len(self._inline.pop())
        return stop

    def _opens_spoiler(self, start: int, end: int) -> bool:
        if self._has_visible(end):
            return not self._follows_word(start)
        return end < self._end and (start == self._start or self._text[start - 1] == "\n")

    def _toggle(self, mark: str, start: int, end: int) -> None:
        if mark in self._inline:
            if not self._text[start - 1].isspace():
                del self._inline[self._inline.index(mark) :]
        elif self._has_visible(end) and not self._follows_word(start):
            self._inline.append(mark)

    def _has_visible(self, position: int) -> bool:
        return position < self._end and not self._text[position].isspace()

    def _follows_word(self, position: int) -> bool:
        return position > self._start and self._text[position - 1].isalnum()


def _find_run(text: str, run: str, start: int, end: int) -> int:
    """Find exactly as many backticks as `run` has, not more."""
    position = text.find(run, start, end)
    while position >= 0:
        stop = position
        while stop < end and text[stop] == "`":
            stop += 1
        if stop - position == len(run):
            return position
        position = text.find(run, stop, end)
    return -1
