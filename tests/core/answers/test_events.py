"""Events of a stream: how they end an answer, and how counts of pictures add up."""

import pytest

from bot.core.answers.events import (
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    PicturesCounted,
    Refused,
    ending_of,
)

COMPLETED = Completed(usage=None)
INCOMPLETE = Incomplete(usage=None, reason=IncompleteReason.LIMIT)
REFUSED = Refused(usage=None)
FAILED = Failed(failure=Failure.TIMED_OUT)


@pytest.mark.parametrize(
    ("ended", "without_text", "with_text"),
    [
        (COMPLETED, Ending.EMPTY, Ending.COMPLETED),
        (INCOMPLETE, Ending.INCOMPLETE, Ending.INCOMPLETE),
        (REFUSED, Ending.REFUSED, Ending.REFUSED),
        (FAILED, Ending.FAILED, Ending.CUT),
    ],
    ids=["completed", "incomplete", "refused", "failed"],
)
def test_last_event_and_text_decide_the_ending(
    ended: Ended, without_text: Ending, with_text: Ending
) -> None:
    assert ending_of(ended, has_text=False) is without_text
    assert ending_of(ended, has_text=True) is with_text


def test_counts_of_two_pictures_add_up() -> None:
    one = PicturesCounted(text_tokens=10, image_tokens=1_000, output_tokens=272)

    assert one + one == PicturesCounted(text_tokens=20, image_tokens=2_000, output_tokens=544)
