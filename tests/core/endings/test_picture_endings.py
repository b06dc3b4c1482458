"""How orders of pictures end, and the words for it."""

import pytest

from bot.core import wording
from bot.core.answers.events import (
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)
from bot.core.endings.picture_endings import PicturesOutcome, choose_remarks, outcome_of
from bot.core.pictures.orders import PictureCall

DONE = Completed(usage=None)
BROKEN = Failed(failure=Failure.BROKEN_STREAM)
BLOCKED = Failed(failure=Failure.CONTENT_BLOCKED)
MADE = PictureCall(was_sent=True, has_begun=True, made=1, ended=DONE)


def judge(
    *attempts: PictureCall,
    count: int = 1,
    interrupted: Ending | None = None,
    is_unreadable: bool = False,
) -> PicturesOutcome:
    return outcome_of(attempts, count=count, interrupted=interrupted, is_unreadable=is_unreadable)


def said(outcome: PicturesOutcome, *, has_pictures: bool) -> tuple[str, ...]:
    return choose_remarks(outcome, incident="a1b2c3", has_pictures=has_pictures)


def attempt(ended: Ended | None, *, begun: bool = False, text: str = "") -> PictureCall:
    return PictureCall(was_sent=True, has_begun=begun, text=text, ended=ended)


@pytest.mark.parametrize(
    ("attempts", "count", "ending"),
    [
        ([MADE], 1, Ending.COMPLETED),
        ([MADE, MADE], 2, Ending.COMPLETED),
        (
            [PictureCall(was_sent=True, made=1, ended=BROKEN)],
            1,
            Ending.COMPLETED,
        ),  # whole all the same
        ([MADE, attempt(BROKEN)], 2, Ending.CUT),
        ([MADE, attempt(BLOCKED)], 2, Ending.CUT),
        ([attempt(BROKEN, begun=True)], 1, Ending.CUT),
        ([attempt(BROKEN)], 1, Ending.FAILED),
        ([attempt(None)], 1, Ending.FAILED),
        ([attempt(BLOCKED)], 1, Ending.REFUSED),
        ([attempt(Refused(usage=None))], 1, Ending.REFUSED),
        ([attempt(DONE, text="I can't.")], 1, Ending.REFUSED),
        (
            [attempt(Incomplete(usage=None, reason=IncompleteReason.CONTENT_FILTER))],
            1,
            Ending.REFUSED,
        ),
        ([attempt(DONE)], 1, Ending.INCOMPLETE),
        ([attempt(Incomplete(usage=None, reason=IncompleteReason.LIMIT))], 1, Ending.INCOMPLETE),
        ([], 1, Ending.FAILED),
    ],
)
def test_order_ends_by_what_came_of_its_calls(
    attempts: list[PictureCall], count: int, ending: Ending
) -> None:
    assert judge(*attempts, count=count).ending is ending


def test_order_that_was_stopped_ends_so_whatever_was_made() -> None:
    assert judge(MADE, interrupted=Ending.STOPPED).ending is Ending.STOPPED


def test_order_that_ended_well_is_not_commented_on() -> None:
    assert said(judge(MADE), has_pictures=True) == ()


def test_refusal_without_words_names_the_rules() -> None:
    (sentence,) = said(judge(attempt(Refused(usage=None))), has_pictures=False)

    assert sentence == wording.picture_refused(has_words=False)


def test_refusal_in_words_lets_the_words_speak() -> None:
    (sentence,) = said(judge(attempt(DONE, text="I can't.")), has_pictures=False)

    assert sentence == wording.picture_refused(has_words=True)


def test_picture_that_broke_off_is_called_unfinished() -> None:
    sentences = said(judge(attempt(BROKEN, begun=True)), has_pictures=True)

    assert sentences == (
        wording.picture_failed(Failure.BROKEN_STREAM, incident="a1b2c3"),
        wording.picture_unfinished(),
    )


def test_some_of_several_pictures_are_counted() -> None:
    sentences = said(judge(MADE, attempt(BROKEN), count=2), has_pictures=True)

    assert sentences[1] == "1 of 2 pictures could be made."


def test_stop_before_any_picture_says_so() -> None:
    outcome = judge(attempt(None), interrupted=Ending.STOPPED)

    assert said(outcome, has_pictures=False) == ("Stopped before there was a picture.",)


def test_what_can_not_be_decoded_is_never_called_a_success() -> None:
    outcome = judge(attempt(DONE), is_unreadable=True)

    assert said(outcome, has_pictures=False) == (wording.picture_unreadable(),)


def test_model_that_finishes_without_anything_is_told_of() -> None:
    assert said(judge(attempt(DONE)), has_pictures=False) == (wording.picture_missing(),)


def test_restart_is_told_of() -> None:
    outcome = judge(attempt(None), interrupted=Ending.INTERRUPTED)

    assert said(outcome, has_pictures=False) == (wording.picture_interrupted(),)
