"""Citations in an answer from the web: numbered links in the text, and each source listed once.

Endpoints write a citation out as a Markdown link with its whole address, and say a moment later,
in an event of its own, from where to where it goes. Text that may be such a link is held back for
that moment; what has been given out never changes.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bot.core.answers.events import Cited

PATIENCE: Final = 200  # characters of text that a link waits for its citation; seen: up to 50
_LONGEST_LINK: Final = 2_500  # characters; what is longer is not held back
_LONGEST_URL: Final = 1_000  # characters; longer ones could not be shown in one message
_MOST_SOURCES: Final = 30
_TRACKING: Final = re.compile(r"utm_\w+|gclid|fbclid|msclkid|dclid|yclid|mc_[ce]id|igshid|srsltid")
_LINK: Final = re.compile(
    r"\(?\[[^\[\]\n]{1,300}\]\(https?://[^\s()]{1,2000}(?:\([^\s()]*\)[^\s()]*)*\)\)?"
)
_OPENING: Final = re.compile(
    r"\(?(?:\[[^\[\]\n]{0,300}(?:\](?:\([^\s()]{0,2000}(?:\([^\s()]{0,200}\)?[^\s()]{0,200})?)?)?)?\Z"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    number: int
    url: str  # without what follows its readers about
    host: str
    title: str


class CitationInserter:
    """Takes the answer's text and citations as they come; gives the text to be shown."""

    def __init__(self, sources: list[Source] | None = None) -> None:
        """`sources` are those that the answer has named already; new ones are added to them."""
        self.sources: list[Source] = [] if sources is None else sources
        self._raw = ""
        self._given = 0  # how much of `_raw` was given out, in characters
        self._marks: dict[tuple[int, int], Source] = {}

    def add(self, text: str) -> str:
        self._raw += text
        return self._give(self._held_from())

    def cite(self, cited: Cited) -> str:
        """Note a citation; return the text that was waiting for it."""
        source = self._find_source(cited)
        start, end = cited.start, cited.end
        if source is not None and start is not None and end is not None:
            # Its text is there already; only a whole document's citations come before all text.
            is_there = end <= len(self._raw) or not self._raw
            is_ahead = self._given <= start < end and is_there
            self._marks |= {(start, end): source} if is_ahead else {}
        return self._give(self._held_from())

    def finish(self) -> str:
        """No more text will come: return what was held back."""
        return self._give(len(self._raw))

    def _find_source(self, cited: Cited) -> Source | None:
        url = clean_url(cited.url)
        host = urlsplit(url).hostname if url else None
        if not host:
            return None
        for source in self.sources:
            if source.url == url:
                return source
        if len(self.sources) == _MOST_SOURCES:
            return None
        number = len(self.sources) + 1
        self.sources.append(
            Source(number=number, url=url, host=host.removeprefix("www."), title=cited.title)
        )
        return self.sources[-1]

    def _held_from(self) -> int:
        """Where the first link begins that may still be cited; all before it can be given out."""
        raw = self._raw
        for link in _LINK.finditer(raw, self._given):
            is_cited = any(start <= link.start() < end for start, end in self._marks)
            if not is_cited and len(raw) - link.end() < PATIENCE:
                return link.start()
        opening = _OPENING.search(raw, max(self._given, len(raw) - _LONGEST_LINK))
        return len(raw) if opening is None else opening.start()

    def _give(self, end: int) -> str:
        """Give out up to `end`, with numbers in place of the cited links."""
        pieces: list[str] = []
        for (start, stop), source in sorted(self._marks.items()):
            if start < self._given or stop > end:
                continue
            slice_ = self._raw[start:stop]
            pieces.append(self._raw[self._given : start])
            # Not every vendor's citation is a link: some name the sentence that it proves.
            is_link = _LINK.fullmatch(slice_) is not None
            pieces.append(link_to(source) if is_link else f"{slice_} {link_to(source)}")
            self._given = stop
        pieces.append(self._raw[self._given : end])
        self._given = max(self._given, end)
        self._marks = {mark: s for mark, s in self._marks.items() if mark[0] >= self._given}
        return "".join(pieces)


def link_to(source: Source) -> str:
    """A number in brackets that leads to the source, without a preview."""
    return f"([{source.number}](<{source.url}>))"


def clean_url(url: str) -> str:
    """Return a web address without tracking parameters, fit to stand in a link; empty: it is none."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return ""
        kept = [
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True)
            if not _TRACKING.fullmatch(pair[0].lower())
        ]
    except ValueError:
        return ""
    query = (
        urlencode(kept) if len(kept) < parts.query.count("&") + bool(parts.query) else parts.query
    )
    fragment = "" if ":~:" in parts.fragment else parts.fragment  # marks words on the page
    clean = urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment))
    fit = quote(clean, safe="%/:?#[]@!$&'*+,;=~-._")
    return fit if len(fit) <= _LONGEST_URL else ""
