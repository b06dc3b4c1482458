"""The table of endings: whole, without doubles, and what the code does."""

from itertools import product

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
    Usage,
    ending_of,
)
from bot.core.endings.charges import charge_for
from bot.core.endings.text_endings import (
    TABLE,
    Audience,
    Cause,
    Retry,
    Unreported,
    cause_of,
    choose_remark,
    find_row,
    find_unreported,
)
from bot.core.models.tokens import ModelCard

USED = Usage(input_tokens=30, output_tokens=10)
FROM_OUTSIDE = (Ending.STOPPED, Ending.INTERRUPTED, Ending.UNDELIVERABLE)
STREAMED: list[Ended] = [
    Completed(usage=None),
    Refused(usage=None),
    *(Incomplete(usage=None, reason=reason) for reason in IncompleteReason),
    *(Failed(failure=failure) for failure in Failure),
]


def names(causes: list[Cause]) -> list[str]:
    return sorted(cause.value for cause in causes)


def test_every_cause_has_one_row() -> None:
    causes = [*FROM_OUTSIDE, *(cause_of(Ending.FAILED, ended) for ended in STREAMED)]

    assert names([row.cause for row in TABLE]) == names(causes)
    assert len(set(names(causes))) == len(causes)


def test_every_ledger_ending_has_a_row_and_one_rule() -> None:
    rules = {
        (outcome.ending, outcome.unreported)
        for row in TABLE
        for outcome in (row.before_text, row.after_text)
    }

    assert sorted(ending for ending, _ in rules) == sorted(Ending)
    assert all(find_unreported(ending) is rule for ending, rule in rules)


@pytest.mark.parametrize("ended", STREAMED, ids=repr)
@pytest.mark.parametrize("has_text", [False, True])
def test_stream_ends_as_the_table_says(ended: Ended, has_text: bool) -> None:
    row = find_row(cause_of(Ending.FAILED, ended))

    assert row.outcome(has_text=has_text).ending is ending_of(ended, has_text=has_text)


@pytest.mark.parametrize(
    ("ended", "has_text"), [*product([*STREAMED, None], [False, True])], ids=repr
)
def test_only_a_completed_answer_has_no_remark(ended: Ended | None, has_text: bool) -> None:
    ending = ending_of(ended, has_text=has_text) if ended else Ending.STOPPED

    said = choose_remark(ending, ended, incident="a1b2c3", has_text=has_text)

    assert bool(said) is not (isinstance(ended, Completed) and has_text)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.cause.value)
@pytest.mark.parametrize("has_text", [False, True])
def test_unreported_usage_is_charged_as_the_table_says(row: object, has_text: bool) -> None:
    outcome = find_row(row.cause).outcome(has_text=has_text)  # type: ignore[attr-defined]

    charge = charge_for(
        ending=outcome.ending,
        card=ModelCard(name="m"),
        reported=None,
        earlier=(),
        input_estimate=100,
        text="Hello there." if has_text else "",
    )

    assert charge.is_estimated is (outcome.unreported is Unreported.ESTIMATE)
    assert bool(charge.usage.total_tokens) is (outcome.unreported is Unreported.ESTIMATE)


@pytest.mark.parametrize("ending", list(Ending))
def test_reported_usage_is_charged_however_an_answer_ended(ending: Ending) -> None:
    charge = charge_for(
        ending=ending,
        card=ModelCard(name="m"),
        reported=USED,
        earlier=(),
        input_estimate=100,
        text="",
    )

    assert (charge.usage, charge.is_estimated) == (USED, False)


def test_failure_beyond_a_members_reach_goes_to_the_operator() -> None:
    for_operator = {row.cause for row in TABLE if row.audience is not Audience.MEMBER}

    assert for_operator == {Ending.UNDELIVERABLE, *Failure} - {Failure.CONTENT_BLOCKED}


def test_only_passing_troubles_are_tried_again() -> None:
    tried = {row.cause for row in TABLE if row.retry is Retry.BEFORE_TEXT}

    assert tried == {
        Failure.UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.OVERLOADED,
        Failure.SERVER_ERROR,
        Failure.BROKEN_STREAM,
    }


@pytest.mark.parametrize("ended", STREAMED, ids=repr)
def test_advice_is_there_for_every_failure_and_for_nothing_else(ended: Ended) -> None:
    row = find_row(cause_of(Ending.FAILED, ended))

    assert (row.advice is not None) is isinstance(ended, Failed)


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
    assert words in choose_remark(ending, ended, incident="a1b2c3", has_text=True)


def test_completed_answer_needs_a_remark_only_if_empty() -> None:
    ended = Completed(usage=None)

    assert choose_remark(Ending.COMPLETED, ended, incident="", has_text=True) == ""
    assert "without writing" in choose_remark(Ending.COMPLETED, ended, incident="", has_text=False)


def test_failure_before_any_text_names_its_incident() -> None:
    failed = Failed(failure=Failure.OVERLOADED)

    said = choose_remark(Ending.FAILED, failed, incident="a1b2c3", has_text=False)

    assert said.endswith("(a1b2c3)")
