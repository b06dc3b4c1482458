import csv
import io
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.reports.csv_cells import csv_line, dollars_of, text_of

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1"]


def test_texts_stand_in_quotes_and_numbers_do_not() -> None:
    assert csv_line(["gpt", 12, None, True, text_of(90071992547409931)]) == (
        '"gpt",12,,true,"90071992547409931"\r\n'
    )


@pytest.mark.parametrize(
    ("microusd", "text"),
    [
        (0, "0.000000"),
        (1, "0.000001"),
        (-1, "-0.000001"),
        (14_700_001, "14.700001"),
        (9_007_199_254_740_993, "9007199254.740993"),  # more than a float can tell apart
        (None, ""),
    ],
)
def test_dollars_are_exact(microusd: int | None, text: str) -> None:
    assert csv_line([dollars_of(microusd)]) == f"{text}\r\n"


def test_instants_are_utc() -> None:
    eastern = timezone(timedelta(hours=-5))

    assert csv_line([datetime(2026, 11, 21, 23, 0, 0, 1500, tzinfo=eastern)]) == (
        "2026-11-22T04:00:00.001Z\r\n"
    )
    assert csv_line([datetime(2026, 1, 2, tzinfo=UTC)]) == "2026-01-02T00:00:00.000Z\r\n"


@pytest.mark.parametrize("name", FORMULAS)
def test_name_that_a_spreadsheet_would_compute_is_a_text(name: str) -> None:
    ((found,),) = csv.reader(io.StringIO(csv_line([name]), newline=""))

    assert found == f"'{name}"


@pytest.mark.parametrize("name", ['a"b', "a,b", "a\r\nb", "模型", ""])
def test_text_comes_back_as_it_was(name: str) -> None:
    assert list(csv.reader(io.StringIO(csv_line([name, 1]), newline=""))) == [[name, "1"]]
