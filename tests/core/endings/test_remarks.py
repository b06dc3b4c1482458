import pytest

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
from bot.core.endings.remarks import remark


@pytest.mark.parametrize(
    ("ending", "ended", "words"),
    [
        (Ending.INCOMPLETE, Incomplete(usage=None, reason=IncompleteReason.LIMIT), "length limit"),
        (Ending.REFUSED, Refused(usage=None), "declined"),
        (Ending.STOPPED, None, "Stopped"),
        (Ending.UNDELIVERABLE, None, "Stopped"),
        (Ending.INTERRUPTED, None, "restarted"),
        (Ending.CUT, Failed(failure=Failure.TIMED_OUT), "fell silent here"),
        # Nothing said how it ended: that is a broken stream.
        (Ending.FAILED, None, "broke off"),
    ],
)
def test_each_ending_has_its_remark(ending: Ending, ended: Ended | None, words: str) -> None:
    assert words in remark(ending, ended, incident="a1b2c3", has_text=True)


def test_answer_that_ended_well_needs_no_remark_unless_it_is_empty() -> None:
    ended = Completed(usage=None)

    assert remark(Ending.COMPLETED, ended, incident="", has_text=True) == ""
    assert "without writing" in remark(Ending.COMPLETED, ended, incident="", has_text=False)


def test_failure_before_any_text_names_its_incident() -> None:
    failed = Failed(failure=Failure.OVERLOADED)

    said = remark(Ending.FAILED, failed, incident="a1b2c3", has_text=False)

    assert said.endswith("(a1b2c3)")
