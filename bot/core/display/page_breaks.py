"""Where a page may end.

Every decision looks at the page's own text and one character beyond, never further: so it is the
same however the text arrived, and a page that is closed stays as it is.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from bot.core.display.markup import CodeBlock, MarkupState

# Discord strips white space around a message and refuses an empty one; invisible characters alone
# would make an empty-looking page.
BLANK = "".join(
    map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C)))
)
BLANK += "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_BLANKS = re.compile(f"[{BLANK}]*")

# Things that break when a page ends within them; the second of each kind is cut off by the window.
_ATOM = re.compile(
    r"""\[[^\[\]\n]{1,300}\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)
    | \[[^\[\]\n]{1,300}\](?:\([^)\s]*)?\Z
    | \[[^\[\]\n]{0,300}\Z
    | <(?:[@#:/]|a:|t:|id:|https?:)[^\s<>]*(?:>|\Z)
    | <\Z
    | https?://[^\s<>]+
    """,
    re.VERBOSE,
)
_SENTENCE_END = re.compile(r"""(?:(?<!\d)\.|[!?…])[)\]"'”’*_]{0,3}(?=[ \n])|[。！？]""")
_MARKS = "`|*_~"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"  # two regional indicators
_PAGE = 2_000  # characters; a page has no more
_WIDEST_INDENT = 1_000  # characters; code that is indented further starts the page without them

Span = tuple[int, int]


def visible_from(text: str, position: int) -> int:
    """Return where the first character that can be seen stands, from `position` on."""
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def find_cut(
    text: str, start: int, hard: int, state: MarkupState, *, may_break: bool
) -> int | None:
    """Find the best place to end a page that begins at `start` and has room up to `hard`.

    `text[hard]` exists, and something visible stands at `hard` or after it. None where only a link
    or the like could be broken and `may_break` forbids it.
    """
    lowest = visible_from(text, start) + 1
    block = state.blocks[-1] if state.blocks else None
    spans = _spans(text, start, hard, state)
    if block is not None and block.end is None:
        cut = _cut_near_code(text, block, lowest, hard)
    else:
        cut = _cut_in_prose(text, lowest, hard, [*spans, *_interiors(state.blocks)])
        if cut is None:
            cut = _last(text, "\n", _part(lowest, hard, 4), hard, spans)
    if cut is not None and text[cut - 1 : cut + 1] == "\r\n":
        cut -= 1
    if cut is not None and is_boundary(text, cut, since=start):
        return cut
    return _cut_anywhere(text, start, hard, spans, may_break=may_break)


def absorb(text: str, cut: int, *, since: int, is_code: bool) -> int:
    """Return where the next page begins: white space after a cut stays behind, indentation of code does not."""
    seen = visible_from(text, cut)
    if not is_code:
        return seen if is_boundary(text, seen, since=since) else max(cut, seen - 1)
    line = text.rfind("\n", cut, seen) + 1
    begin = line or cut
    return seen if seen - begin > _WIDEST_INDENT else begin


def is_boundary(text: str, position: int, *, since: int) -> bool:
    """Tell whether no grapheme cluster spans `position`; one begins at `since`."""
    if not 0 < position < len(text):
        return True
    if _begins_cluster(text[position]):
        return True
    if text[position - 1 : position + 1].isascii():
        return text[position - 1 : position + 1] != "\r\n"
    return _last_boundary(text, since, position) == position


def _spans(text: str, start: int, hard: int, state: MarkupState) -> list[Span]:
    """Stretches that no page should end within: links, mentions, code in a line, fences."""
    spans: list[Span] = [found.span() for found in _ATOM.finditer(text, start, hard)]
    if spans and spans[-1][1] == hard and not text[hard].isspace():
        spans[-1] = (spans[-1][0], hard + 1)
    spans += state.code_spans
    for block in state.blocks:
        spans.append((block.start, block.body + 1))
    return spans


def _interiors(blocks: Sequence[CodeBlock]) -> list[Span]:
    return [(block.start, block.end) for block in blocks if block.end is not None]


def _cut_near_code(text: str, block: CodeBlock, lowest: int, hard: int) -> int | None:
    """Cut before a code block that has only just begun, else between its lines."""
    before = text.rfind("\n", lowest, block.start)
    if before >= _part(lowest, hard, 2) and not text[before : block.start].strip(BLANK + ">-*"):
        return before
    if block.start >= _part(lowest, hard, 2):
        return lowest + len(text[lowest : block.start].rstrip("|"))
    first = max(lowest, visible_from(text, block.body) + 1, _part(lowest, hard, 4))
    cut = text.rfind("\n", first, hard + 1)
    # The closing fence may be next: it alone would make an empty block on the next page.
    while cut >= 0 and text[visible_from(text, cut)] == "`":
        cut = text.rfind("\n", first, cut)
    return cut if cut >= 0 else None


def _cut_in_prose(text: str, lowest: int, hard: int, spans: Sequence[Span]) -> int | None:
    half, quarter = _part(lowest, hard, 2), _part(lowest, hard, 4)
    for mark in ("\n\n", "\n"):
        cut = _last(text, mark, half, hard, spans)
        if cut is not None:
            return cut
    cut = _last_sentence(text, half, hard, spans)
    if cut is not None:
        return cut
    found = (_last(text, mark, quarter, hard, spans) for mark in " \n")
    return max((cut for cut in found if cut is not None), default=None)


def _last_sentence(text: str, lowest: int, hard: int, spans: Sequence[Span]) -> int | None:
    ends = [found.end() for found in _SENTENCE_END.finditer(text, lowest, hard + 1)]
    for cut in reversed(ends):
        if cut <= hard and _covering(spans, cut) is None and is_boundary(text, cut, since=lowest):
            return cut
    return None


def _last(text: str, mark: str, lowest: int, highest: int, spans: Sequence[Span]) -> int | None:
    """Find the last `mark` that begins in `[lowest, highest]` and outside the spans."""
    cut = text.rfind(mark, lowest, highest + 1)
    while cut >= 0:
        span = _covering(spans, cut)
        if span is None:
            return cut
        cut = text.rfind(mark, lowest, min(span[0] + len(mark), cut + len(mark) - 1))
    return None


def _cut_anywhere(
    text: str, start: int, hard: int, spans: Sequence[Span], *, may_break: bool
) -> int | None:
    """Cut between clusters, before the link or the like that stands in the way if there is one."""
    lowest = visible_from(text, start) + 1
    span = _covering(spans, hard)
    if span is not None and span[0] >= lowest:
        return span[0]
    if span is not None and not may_break:
        return None
    cut = _last_boundary(text, start, hard)
    return _beside_marks(text, lowest, hard if cut is None or cut < lowest else cut)


def _beside_marks(text: str, lowest: int, cut: int) -> int:
    """Move a cut off a run of marks, or between the marks of a run that is longer than the page."""
    if text[cut - 1] == "\\" and cut - 1 > lowest:
        return cut - 1
    mark = text[cut]
    if mark not in _MARKS or text[cut - 1] != mark:
        return cut
    run = cut
    while run > lowest and text[run - 1] == mark:
        run -= 1
    if run > lowest:
        return run
    return cut - (cut - lowest + 1) % (3 if mark == "`" else 2)


def _last_boundary(text: str, since: int, highest: int) -> int | None:
    """Find the last cluster boundary in `(since, highest]`; one is at `since`, `text[highest]` exists."""
    starts = _boundaries(text[since : max(since + _PAGE, highest + 1)])
    at = bisect_right(starts, highest - since) - 1
    return since + starts[at] if at > 0 else None


@lru_cache(maxsize=4)
def _boundaries(text: str) -> tuple[int, ...]:
    """Where clusters begin. Whether one begins at a character, what comes after it does not change.

    Remembered, because one page asks many times.
    """
    return tuple(found.start() for found in _clusters().finditer(text))


def _begins_cluster(char: str) -> bool:
    """Tell it of the commonest characters, so that the full rules are rarely needed."""
    return " " <= char <= "~" or "\u4e00" <= char <= "\u9fff" or "\u3041" <= char <= "\u3096"


@cache
def _clusters() -> Any:
    # Imported late: it costs more than the rest of the core together.
    import regex  # type: ignore[import-untyped]

    # `\X` alone counts, for each flag, all flags before it: a long run of them took seconds.
    return regex.compile(rf"{_FLAG}[\p{{GCB=Extend}}\p{{GCB=ZWJ}}\p{{GCB=SpacingMark}}]*|\X")


def _covering(spans: Sequence[Span], position: int) -> Span | None:
    """Find the widest span that `position` is within, not at its edge."""
    within = [span for span in spans if span[0] < position < span[1]]
    return max(within, key=lambda span: span[1] - span[0], default=None)


def _part(lowest: int, hard: int, divisor: int) -> int:
    """Return where half, or a quarter, of the page is full."""
    return max(lowest, lowest + (hard - lowest) // divisor)
