"""Headlines of reasoning summaries: each part of a summary begins with a title in bold."""

import re
from typing import Final

from bot.responses.stream.frames import EventFrame

_TITLE: Final = re.compile(r"\*\*\s*([^*\s][^*\n]{0,199})\*\*")
_LONGEST_SEARCH: Final = 400  # characters; no title comes after so much text
_PREFIX: Final = "response.reasoning_summary_"


class Headlines:
    """Finds each part's title once, as soon as it is whole."""

    def __init__(self) -> None:
        self._text = ""
        self._is_found = False

    def read(self, kind: str, frame: EventFrame) -> str:
        """Take a reasoning event; return the title that it completes, or nothing."""
        if not kind.startswith(_PREFIX):
            return ""
        if kind.endswith("part.added"):
            self._text, self._is_found = "", False
        elif kind.endswith("text.delta") and isinstance(frame.delta, str):
            return self._search(self._text + frame.delta)
        elif kind.endswith("text.done") and isinstance(frame.text, str):
            headline = self._search(frame.text)
            self._text, self._is_found = "", False
            return headline
        return ""

    def _search(self, text: str) -> str:
        if self._is_found or len(self._text) > _LONGEST_SEARCH:
            return ""
        self._text = text[: 2 * _LONGEST_SEARCH]
        title = _TITLE.search(self._text)
        self._is_found = title is not None
        return title[1].rstrip() if title else ""
