"""What to do next so that Discord shows the answer's pages: one request at a time, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.draft import Page
from bot.core.pacing import Route, Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A page as Discord has it."""

    message_id: int
    content: str
    has_stop: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    page: int
    route: Route  # CREATE or EDIT
    content: str
    has_stop: bool
    urgency: Urgency


def next_step(pages: Sequence[Page], shown: Sequence[Shown], *, has_ended: bool) -> Step | None:
    """The next request; None: everything is shown as it should be.

    A page gets its last text before the page after it appears, so that nobody reads past a gap.
    The Stop button stands under the newest page while the answer is being written.
    """
    last = len(pages) - 1
    for number, (page, seen) in enumerate(zip(pages, shown, strict=False)):
        has_stop = not has_ended and number == last
        if seen.content != page.content or seen.has_stop != has_stop:
            return Step(
                page=number,
                route=Route.EDIT,
                content=page.content,
                has_stop=has_stop,
                urgency=_urgency(number, last, has_ended=has_ended),
            )
    if len(shown) > last:
        return None
    number = len(shown)
    urgency = Urgency.FURTHER_PAGE
    if number == 0:
        urgency = Urgency.FIRST_TEXT
    elif number == last and has_ended:
        urgency = Urgency.FINAL_TEXT
    return Step(
        page=number,
        route=Route.CREATE,
        content=pages[number].content,
        has_stop=not has_ended and number == last,
        urgency=urgency,
    )


def _urgency(number: int, last: int, *, has_ended: bool) -> Urgency:
    if number < last:
        return Urgency.FURTHER_PAGE
    return Urgency.FINAL_TEXT if has_ended else Urgency.EDIT
