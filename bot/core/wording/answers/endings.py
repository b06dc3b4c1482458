"""Sentences about the end of an answer, under it or in its place."""

# ruff: noqa: C901, PLR0911 - a `match` over an enum is a table

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.core.answers.citations import Source
from bot.core.answers.events import Ending, IncompleteReason
from bot.core.wording.answers.footers import small_print
from bot.core.wording.names import plain_text

_LONGEST_TITLE: Final = 80  # characters of a source's title
_LONGEST_ACTIVITY: Final = 100  # characters of a headline or a search's words


def incomplete(reason: IncompleteReason, *, has_text: bool) -> str:
    match reason:
        case IncompleteReason.LIMIT if has_text:
            return "The answer reached its length limit; reply to it to hear the rest."
        case IncompleteReason.LIMIT:
            return (
                "The model was still thinking when it reached its limit. "
                "Please ask something smaller, or with fewer pictures."
            )
        case IncompleteReason.CONTENT_FILTER if has_text:
            return "A content filter ended the answer here; asking in another way may help."
        case IncompleteReason.CONTENT_FILTER:
            return "A content filter withheld the answer; asking in another way may help."
        case IncompleteReason.DAMAGED if has_text:
            return "A piece of this answer may have been lost on its way. Please ask again."
        case IncompleteReason.DAMAGED:
            return "The answer was damaged on its way. Please try again."
        case IncompleteReason.OTHER if has_text:
            return "The model ended its answer early; reply to it to hear the rest."
        case IncompleteReason.OTHER:
            return "The model ended before it wrote anything. Please try again."


def refused(*, has_text: bool) -> str:
    """Say that the model declined; its own words, if any, stand above."""
    if has_text:
        return "The model declined to answer this."
    return "The model declined to answer this and gave no reason; asking in another way may help."


def empty_answer() -> str:
    return "The model finished without writing anything. Please ask again, perhaps in other words."


def stopped(*, has_text: bool) -> str:
    return "Stopped." if has_text else "Stopped before the answer began."


def not_acceptable(*, has_text: bool) -> str:
    """Discord, or the server's AutoMod, takes no (more) text of this answer."""
    if has_text:
        return "Discord does not accept what comes next; asking in another way may help."
    return "Discord does not accept this answer; asking in another way may help."


def interrupted(*, has_text: bool) -> str:
    if has_text:
        return "I was restarted in the middle of this answer. Please ask again."
    return "I was restarted before I could answer. Please ask again."


def answered_too_late() -> str:
    """In place of the answer to a question that was asked while the bot could not answer."""
    return "I was away when you asked this, and too long to answer it now. Please ask again."


def interrupted_mark(*, has_text: bool) -> str:
    """The end of a reply that a dead process left behind, or the text in place of its status."""
    sentence = interrupted(has_text=has_text)
    return small_print(sentence) if has_text else sentence


def status(activity: str, *, seconds: float) -> str:
    """The line in a reply while nothing is written: what goes on, and for how long."""
    minutes, rest = divmod(int(seconds), 60)
    words = plain_text(activity, longest=_LONGEST_ACTIVITY) or "Thinking"
    return small_print(f"{words} · {minutes}:{rest:02}")


def preparing(count: int) -> str:
    """The activity of loading what was posted."""
    return "Loading the attachment" if count == 1 else f"Loading {count} attachments"


def searching(query: str, url: str) -> str:
    """The activity of a search of the web, as far as the endpoint says what it does."""
    host = urlsplit(url).hostname if url else None
    if host:
        return f"Reading {host.removeprefix('www.')}"
    return f"Searching the web: {query}" if query else "Searching the web"


def sources(found: Sequence[Source]) -> str:
    """The list below an answer from the web: each source once, its host in view."""
    lines = [
        f"{each.number} · [{plain_text(each.host)}](<{each.url}>)"
        + (f" {plain_text(each.title, longest=_LONGEST_TITLE)}" if each.title else "")
        for each in found
    ]
    return small_print(*lines)


def ending_name(ending: Ending) -> str:
    """Name an ending in a list or a table."""
    match ending:
        case Ending.COMPLETED:
            return "answered"
        case Ending.EMPTY:
            return "answered without a word"
        case Ending.INCOMPLETE:
            return "ended early"
        case Ending.REFUSED:
            return "declined by the model"
        case Ending.FAILED:
            return "failed"
        case Ending.CUT:
            return "broke off"
        case Ending.STOPPED:
            return "stopped"
        case Ending.INTERRUPTED:
            return "interrupted by a restart"
        case Ending.UNDELIVERABLE:
            return "could not be shown"
