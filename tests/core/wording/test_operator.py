import pytest

from bot.core import wording
from bot.core.answers.events import (
    Completed,
    Ended,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
)
from bot.core.conversation.turns import LeftOut, LeftOutReason
from bot.core.endpoints.outages import Outage


def test_a_name_in_the_terminal_can_not_move_the_cursor() -> None:
    line = wording.terminal_left_out(LeftOut(name="\x1b[2Jx.png", reason=LeftOutReason.GONE))

    assert line == "[2Jx.png was not found"


@pytest.mark.parametrize(
    ("pause", "when"), [(15.0, "15 seconds"), (120.0, "2 minutes"), (1_800.0, "30 minutes")]
)
def test_outage_notice_has_the_cause_and_the_next_trial(pause: float, when: str) -> None:
    outage = Outage(
        endpoint="main",
        model="gpt-5.2",
        failed=Failed(failure=Failure.UNREACHABLE, detail="words of the endpoint"),
        pause=pause,
        is_new=True,
    )

    assert wording.operator_notice(outage) == (
        "The endpoint `main` (`gpt-5.2`) is out of service. The endpoint can't be reached: check "
        f"that it runs, its address, DNS, TLS and the firewall. Where another stands by, it is left alone for {when}."
    )


@pytest.mark.parametrize(
    "ended",
    [
        Completed(usage=None),
        Incomplete(usage=None, reason=IncompleteReason.LIMIT),
        Refused(usage=None),
        Failed(failure=Failure.TIMED_OUT, detail="no\x1b[2J bytes\nfor 60 s"),
    ],
)
def test_an_ending_in_the_terminal_is_one_plain_line(ended: Ended) -> None:
    sentence = wording.terminal_ending(ended, has_text=False)

    assert sentence.isprintable()
    assert not set("`*|") & set(sentence)


def test_an_answer_that_ended_well_is_not_commented_on() -> None:
    assert wording.terminal_ending(Completed(usage=None), has_text=True) == ""
