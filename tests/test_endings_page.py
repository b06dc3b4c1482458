"""docs/endings.md says what the table of endings says."""

from pathlib import Path

import pytest

from bot.core.answers.events import IncompleteReason
from bot.core.endings.text_endings import TABLE, Audience, EndingRow, Retry

PAGE = (Path(__file__).parents[1] / "docs" / "endings.md").read_text(encoding="utf-8")
RETRY = {Retry.NEVER: "no", Retry.IF_ADVISED: "if advised", Retry.BEFORE_TEXT: "yes"}
AUDIENCE = {Audience.MEMBER: "asker", Audience.OPERATOR: "operator", Audience.BOTH: "both"}


def name(row: EndingRow) -> str:
    is_reason = isinstance(row.cause, IncompleteReason)
    return f"`incomplete`, {row.cause}" if is_reason else f"`{row.cause}`"


def line(row: EndingRow) -> str:
    """The row as the page must have it; numbers of incidents are left out of the sentences."""
    said = [
        row.outcome(has_text=has_text).sentence(incident="").removesuffix(" ()") or "–"
        for has_text in (False, True)
    ]
    cells = (name(row), RETRY[row.retry], AUDIENCE[row.audience], row.before_text.unreported, *said)
    return f"| {' | '.join(cells)} |"


def advice(row: EndingRow) -> str:
    return f"| {name(row)} | {row.advice() if row.advice else ''} |"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.cause.value)
def test_page_has_the_row_as_the_code_has_it(row: EndingRow) -> None:
    assert line(row) in PAGE


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.advice is not None], ids=lambda row: row.cause.value
)
def test_page_has_the_advice_that_the_log_gives(row: EndingRow) -> None:
    assert advice(row) in PAGE


def test_page_has_no_row_that_the_code_has_not() -> None:
    rows = [each for each in PAGE.splitlines() if each.startswith("| `")]

    written = [line(row) for row in TABLE] + [advice(row) for row in TABLE if row.advice]

    assert rows == written
