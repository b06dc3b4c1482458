"""The next request that brings Discord closer to the answer's pages: one at a time, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.display.draft import PAGE_LIMIT, Page, units
from bot.core.display.rate_limits import Route, Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPage:
    """A page as Discord has it: its text, and the status line under or instead of it."""

    message_id: int
    text: str
    status: str = ""
    has_stop: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRequest:
    page: int
    route: Route  # CREATE or EDIT
    text: str
    status: str
    has_stop: bool
    urgency: Urgency

    @property
    def content(self) -> str:
        return "\n".join(part for part in (self.text, self.status) if part)


def find_next_request(
    pages: Sequence[Page], shown: Sequence[ShownPage], *, has_ended: bool, status: str = ""
) -> PageRequest | None:
    """The next request; None: everything is shown as it should be.

    A page gets its last text before the page after it appears, so that nobody reads past a gap.
    The Stop button and the status stand under the newest page while the answer is being written;
    before the first text the status is all there is.
    """
    texts = [page.content for page in pages]
    if not texts and status and not has_ended:
        texts = [""]
    last = len(texts) - 1
    for number, (text, seen) in enumerate(zip(texts, shown, strict=False)):
        line = _status_under(text, status) if number == last and not has_ended else ""
        has_stop = not has_ended and number == last
        if (seen.text, seen.status, seen.has_stop) != (text, line, has_stop):
            is_new = (seen.text, seen.has_stop) != (text, has_stop)
            urgency = _urgency(number, last, has_ended=has_ended) if is_new else Urgency.STATUS
            if text and not seen.text and number == 0:
                urgency = Urgency.FIRST_TEXT
            return PageRequest(
                page=number,
                route=Route.EDIT,
                text=text,
                status=line,
                has_stop=has_stop,
                urgency=urgency,
            )
    if len(shown) > last:
        return None
    return _create(texts, len(shown), status="" if has_ended else status, has_ended=has_ended)


def accepted_pages(shown: Sequence[ShownPage], *, alone: str, below: str) -> list[Page]:
    """The pages as Discord has them, and a last word: `alone`, or `below` the text that is there."""
    texts = [seen.text for seen in shown if seen.text]
    if not texts:
        return [_fixed(alone)]
    longer = f"{texts[-1]}\n{below}"
    if units(longer) > PAGE_LIMIT:
        return [*map(_fixed, texts), _fixed(below)]
    return [*map(_fixed, texts[:-1]), _fixed(longer)]


def _fixed(content: str) -> Page:
    return Page(start=0, end=0, content=content, is_closed=True)


def _create(texts: Sequence[str], number: int, *, status: str, has_ended: bool) -> PageRequest:
    text, is_last = texts[number], number == len(texts) - 1
    return PageRequest(
        page=number,
        route=Route.CREATE,
        text=text,
        status=_status_under(text, status) if is_last else "",
        has_stop=not has_ended and is_last,
        urgency=_urgency_of_new(text, number, is_final=is_last and has_ended),
    )


def _urgency_of_new(text: str, number: int, *, is_final: bool) -> Urgency:
    if not text:
        return Urgency.STATUS
    if number == 0:
        return Urgency.FIRST_TEXT
    return Urgency.FINAL_TEXT if is_final else Urgency.FURTHER_PAGE


def _urgency(number: int, last: int, *, has_ended: bool) -> Urgency:
    if number < last:
        return Urgency.FURTHER_PAGE
    return Urgency.FINAL_TEXT if has_ended else Urgency.EDIT


def _status_under(text: str, status: str) -> str:
    """The status, where the page has room for it."""
    return status if units(text) + 1 + units(status) <= PAGE_LIMIT else ""
