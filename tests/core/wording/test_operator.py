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


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        (wording.health_gateway([], count=4), "Discord's gateway is connected."),
        (wording.health_gateway([0], count=1), "Discord's gateway is not connected."),
        (
            wording.health_gateway([1, 3], count=4),
            "Discord's gateway is not connected for 2 of 4 shards: 1, 3.",
        ),
        (wording.health_database(None), "The database takes writes."),
        (wording.health_database("disk full"), "No write succeeds: disk full."),
        (wording.health_database_damaged("it is damaged"), "Questions fail: it is damaged."),
        (wording.health_slow_write(12.3), "the database has not taken one for 12 s"),
        (wording.health_worker(can_start=True), "The picture worker can work."),
        (
            wording.health_worker(can_start=False),
            "The picture worker can't be started: the log says why.",
        ),
        (wording.health_settlements(0), "Every answer is settled."),
        (wording.health_settlements(3), "Answers that could not be settled yet: 3."),
        (wording.health_no_life(75.2), "The bot has given no sign of life for 75 s."),
        (
            wording.health_old_status(75.2),
            "The bot could not write its status for 75 s: is there room for "
            "`[process] heartbeat_file`?",
        ),
        (wording.health_process(is_stopping=True), "The bot is stopping."),
        (wording.health_process(is_stopping=False), "The bot takes questions."),
        (
            wording.health_life_to_come(7_200),
            "The bot's last sign of life is dated 7200 s ahead: the clock was set back, and nothing"
            " came since.",
        ),
        (
            wording.health_no_file_set(),
            "`[process] heartbeat_file` is not set: name a file there, and restart the bot.",
        ),
        (
            wording.health_no_status("alive", "No such file or directory"),
            "alive can't be read (No such file or directory): is the bot running?",
        ),
        (
            wording.health_unreadable_status("alive"),
            "alive holds no status: does another program write it?",
        ),
    ],
)
def test_health_says_what_is_wrong_in_a_sentence(sentence: str, says: str) -> None:
    assert sentence == says
