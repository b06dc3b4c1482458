"""Items of an answer about tools: searches of the endpoint's own, calls of our functions, sources."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.core.answers.events import Cited, FunctionCalled, Searching
from bot.core.models.tools import FunctionCall
from bot.responses.stream.frames import read_any
from bot.responses.stream.output import BETWEEN_MESSAGES, Piece, items_of

MOST_CITED: Final = 500  # citations in one text that are read
MOST_SEARCHES: Final = 50  # of one answer that are billed; several times what any model makes
LONGEST_ARGUMENTS: Final = 20_000  # characters; more is no use to any function of ours
_LONGEST_WORDS: Final = 500  # characters of a query or a title


def read_search(item: dict[str, Any], *, is_over: bool) -> Searching:
    """Read a `web_search_call`: its action may be missing, or stand in `arguments` as with xAI."""
    action = item.get("action")
    if not isinstance(action, dict):
        arguments = item.get("arguments")
        action = read_any(arguments.encode()) if isinstance(arguments, str) else None
    found = action if isinstance(action, dict) else {}
    return Searching(
        query=_words(found.get("query") or found.get("pattern")),
        url=_words(found.get("url")),
        is_over=is_over,
    )


class Searches:
    """The searches of one answer as they end, each once: they are billed, and the last event, or
    the only one, repeats them.
    """

    def __init__(self) -> None:
        self._ended = 0

    def end(self, item: dict[str, Any]) -> Searching:
        self._ended += 1
        return read_search(item, is_over=self._ended <= MOST_SEARCHES)

    def end_others(self, output: Any) -> Iterator[Searching]:
        """Give those in an answer's `output` that no event has told of."""
        searches = [
            item
            for item in items_of(output)
            if isinstance(item, dict) and item.get("type") == "web_search_call"
        ]
        return map(self.end, searches[self._ended :])


def read_call(item: dict[str, Any]) -> FunctionCalled | None:
    """Read a finished `function_call`; None where what an answer to it needs is missing."""
    name, call_id, arguments = (item.get(key) for key in ("name", "call_id", "arguments"))
    if not isinstance(name, str) or not isinstance(call_id or item.get("id"), str):
        return None
    written = arguments if isinstance(arguments, str) else "{}"
    return FunctionCalled(
        call=FunctionCall(
            id=str(call_id or item["id"]), name=name, arguments=written[:LONGEST_ARGUMENTS]
        )
    )


def calls_in(output: Any) -> Iterator[FunctionCalled]:
    """Give the calls of an answer's `output`."""
    for item in items_of(output):
        is_call = isinstance(item, dict) and item.get("type") == "function_call"
        called = read_call(item) if is_call else None
        if called is not None:
            yield called


def citations_in(pieces: Sequence[Piece]) -> Iterator[Cited]:
    """Give the citations of texts that are joined as `join_pieces` does it."""
    base, before = 0, None
    for piece in pieces:
        if before is not None and before.item_id != piece.item_id:
            base += len(BETWEEN_MESSAGES)
        yield from read_citations({"annotations": piece.annotations}, base=base)
        base, before = base + len(piece.text), piece


def read_citations(part: Any, *, base: int | None) -> Iterator[Cited]:
    """Give the citations of a content part whose text begins at `base` of all visible text."""
    annotations = part.get("annotations") if isinstance(part, dict) else None
    for annotation in annotations[:MOST_CITED] if isinstance(annotations, list) else ():
        cited = read_citation(annotation, base=base)
        if cited is not None:
            yield cited


def read_citation(annotation: Any, *, base: int | None) -> Cited | None:
    """Read a `url_citation`; other kinds name files that only the endpoint has."""
    if not isinstance(annotation, dict) or annotation.get("type") != "url_citation":
        return None
    url = annotation.get("url")
    if not isinstance(url, str) or not url:
        return None
    start, end = annotation.get("start_index"), annotation.get("end_index")
    title = _words(annotation.get("title"))
    if base is None or type(start) is not int or type(end) is not int or not 0 <= start < end:
        return Cited(url=url, title=title)
    return Cited(url=url, title=title, start=base + start, end=base + end)


def _words(value: Any) -> str:
    return value[:_LONGEST_WORDS] if isinstance(value, str) else ""
