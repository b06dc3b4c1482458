"""The quiet line before the first word: late, calm, and gone with the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.display.status import (
    AFTER_ACTIVITY,
    AFTER_QUESTION,
    AFTER_TEXT,
    SOONEST,
    UPDATE_EVERY,
    UPDATE_EVERY_LATER,
    Status,
    without_status,
)


def asked(at: float = 100.0) -> Status:
    status = Status()
    status.begin(at)
    return status


def test_nobody_waits_and_no_line_appears() -> None:
    status = Status()

    assert status.at(1e9) is None
    assert status.seconds_to_change(0.0) is None


def test_quick_answer_never_shows_a_line() -> None:
    status = asked()

    assert status.at(100.0 + AFTER_QUESTION - 0.01) is None
    status.note_text(100.0 + AFTER_QUESTION - 0.01)
    assert status.at(100.0 + AFTER_QUESTION) is None


def test_silence_is_given_a_line_that_counts_from_the_question() -> None:
    status = asked()

    assert status.at(100.0 + AFTER_QUESTION) == ("", AFTER_QUESTION)


def test_activity_is_shown_sooner_than_silence() -> None:
    status = asked()

    status.note_activity("Reading the sign")

    assert status.at(100.0 + AFTER_ACTIVITY) == ("Reading the sign", AFTER_ACTIVITY)


def test_line_stays_the_same_until_its_time_moves_on() -> None:
    status = asked()
    first = status.at(104.0)

    assert status.at(104.0 + UPDATE_EVERY - 0.01) == first
    assert status.at(104.0 + UPDATE_EVERY) == ("", 4.0 + UPDATE_EVERY)


def test_line_changes_less_often_after_a_minute() -> None:
    status = asked()
    late = status.at(170.0)

    assert status.at(170.0 + UPDATE_EVERY) == late
    assert status.at(170.0 + UPDATE_EVERY_LATER) == ("", 70.0 + UPDATE_EVERY_LATER)


def test_news_are_shown_soon_but_never_in_a_flurry() -> None:
    status = asked()
    status.at(104.0)

    status.note_activity("Comparing")

    assert status.at(104.0 + SOONEST - 0.01) == ("", 4.0)
    assert status.at(104.0 + SOONEST) == ("Comparing", 4.0 + SOONEST)


def test_text_ends_the_silence_and_a_longer_one_begins() -> None:
    status = asked()
    status.note_activity("Reading")
    status.at(105.0)

    status.note_text(106.0)

    assert status.at(106.0 + AFTER_TEXT - 0.01) is None
    assert status.at(106.0 + AFTER_TEXT) == ("", AFTER_TEXT)


def test_question_asked_again_goes_on_counting() -> None:
    status = asked()
    status.note_text(101.0)

    status.restart()
    status.begin(102.0)

    assert status.at(101.0 + AFTER_QUESTION) == ("", AFTER_QUESTION)


@given(st.lists(st.tuples(st.sampled_from(["note", "hear", "look"]), st.floats(0, 30))))
def test_wait_never_misses_a_change(steps: list[tuple[str, float]]) -> None:
    status, now = asked(0.0), 0.0
    for deed, pause in steps:
        now += pause
        if deed == "note":
            status.note_activity(f"at {now}")
        elif deed == "hear":
            status.note_text(now)
        before = status.at(now)
        left = status.seconds_to_change(now)
        assert left is not None
        assert status.at(now + left / 2) == before
        now += left + 0.001
        assert status.at(now) != before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (wording.status("Reading the sign", seconds=42), ""),
        ("Half of it\n" + wording.status("", seconds=9), "Half of it"),
        ("Half of it", "Half of it"),
        ("-# small print of the model's own", "-# small print of the model's own"),
        ("", ""),
    ],
    ids=["status alone", "under a text", "no status", "other small print", "nothing"],
)
def test_status_is_taken_out_of_what_a_dead_process_left(text: str, left: str) -> None:
    assert without_status(text) == left
