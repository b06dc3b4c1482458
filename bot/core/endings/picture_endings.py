"""Endings of orders for pictures, and the remarks that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import wording
from bot.core.answers.events import (
    Completed,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)
from bot.core.pictures.orders import PictureCall


@dataclass(frozen=True, kw_only=True, slots=True)
class PicturesOutcome:
    """`failed` is the first failure of a call, for the log and the words."""

    ending: Ending
    made: int
    count: int
    failed: Failed | None = None
    is_unreadable: bool = False  # what came can't be shown
    has_words: bool = False  # the model said something besides


def outcome_of(
    attempts: Sequence[PictureCall], *, count: int, interrupted: Ending | None, is_unreadable: bool
) -> PicturesOutcome:
    """Judge by what came of each call. `interrupted`: it was ended from outside."""
    made = sum(attempt.made for attempt in attempts)
    failures = [each.ended for each in attempts if isinstance(each.ended, Failed)]
    return PicturesOutcome(
        ending=interrupted or _ending(attempts, made, count),
        made=made,
        count=count,
        failed=failures[0] if failures else None,
        is_unreadable=is_unreadable,
        has_words=any(attempt.text.strip() for attempt in attempts),
    )


def _ending(attempts: Sequence[PictureCall], made: int, count: int) -> Ending:
    # 1. All of it is there, whatever became of the stream afterwards.
    if attempts and made >= count:
        return Ending.COMPLETED
    # 2. Something was shown, and then it went wrong.
    if made or any(attempt.has_begun for attempt in attempts):
        return Ending.CUT
    # 3. Nothing: declined, failed, or left out for no reason.
    if any(_is_refusal(attempt) for attempt in attempts):
        return Ending.REFUSED
    if attempts and all(isinstance(each.ended, Completed | Incomplete) for each in attempts):
        return Ending.INCOMPLETE
    return Ending.FAILED


def _is_refusal(attempt: PictureCall) -> bool:
    match attempt.ended:
        case Refused():
            return True
        case Failed(failure=failure):
            return failure is Failure.CONTENT_BLOCKED
        case Incomplete(reason=reason):
            return reason is IncompleteReason.CONTENT_FILTER
        case Completed():
            return not attempt.made and bool(attempt.text.strip())
        case None:
            return False


def choose_remarks(
    outcome: PicturesOutcome, *, incident: str, has_pictures: bool
) -> tuple[str, ...]:
    """Choose the sentences, the most important first; none where an order ended well."""
    if outcome.ending is Ending.COMPLETED and not outcome.is_unreadable:
        return ()
    said = [_cause(outcome, incident, has_pictures=has_pictures)]
    if has_pictures and outcome.count > 1:
        said.append(wording.pictures_missing(made=outcome.made, count=outcome.count))
    elif has_pictures and not outcome.made:
        said.append(wording.picture_unfinished())
    return tuple(said)


def _cause(  # noqa: PLR0911 - a table
    outcome: PicturesOutcome, incident: str, *, has_pictures: bool
) -> str:
    match outcome.ending:
        case Ending.STOPPED | Ending.UNDELIVERABLE:
            return wording.picture_stopped(has_pictures=has_pictures)
        case Ending.INTERRUPTED:
            return wording.picture_interrupted()
        case Ending.REFUSED if outcome.has_words or outcome.failed is None:
            return wording.picture_refused(has_words=outcome.has_words)
        case _ if outcome.failed is not None:
            return wording.picture_failed(outcome.failed.failure, incident=incident)
        case _ if outcome.is_unreadable:
            return wording.picture_unreadable()
        case _:
            return wording.picture_missing()
