from zoneinfo import ZoneInfo

import pytest

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.quota.limits import Unit
from tests.core.reports.samples import BERLIN, NOW


@pytest.mark.parametrize(
    ("microusd", "text"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (1_500, "$0.0015"),
        (250_000, "$0.25"),
        (1_000_000, "$1.00"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_dollars_have_the_digits_that_tell_something(microusd: int, text: str) -> None:
    assert wording.spent_dollars(microusd) == text


@pytest.mark.parametrize(
    ("unit", "amount", "text"),
    [
        (Unit.DOLLARS, 2_500_000_000, "$2.5k"),
        (Unit.DOLLARS, 456_900, "$0.46"),
        (Unit.DOLLARS, 12_300, "$0.0123"),
        (Unit.TOKENS, 999, "999"),
        (Unit.TOKENS, 1_000, "1k"),
        (Unit.TOKENS, 12_345, "12.3k"),
        (Unit.TOKENS, 123_456_789, "123M"),
        (Unit.ANSWERS, 2_000_000_000, "2B"),
    ],
)
def test_amounts_are_brief_where_there_is_little_room(unit: Unit, amount: int, text: str) -> None:
    assert wording.spent_briefly(unit, amount) == text


def test_amount_has_its_unit() -> None:
    assert wording.spent_amount(Unit.TOKENS, 1) == "1 token"
    assert wording.spent_amount(Unit.ANSWERS, 1) == "1 answer"
    assert wording.spent_amount(Unit.ANSWERS, 1_200) == "1,200 answers"
    assert wording.spent_amount(Unit.DOLLARS, 10_000) == "$0.01"


@pytest.mark.parametrize(
    ("permille", "text"),
    [(0, "0\u202f%"), (4, "<\u202f1\u202f%"), (15, "2\u202f%"), (1000, "100\u202f%")],
)
def test_share_that_is_not_nothing_is_never_shown_as_nothing(permille: int, text: str) -> None:
    assert wording.spent_share(permille) == text


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (Period.HOUR, "Thu 19 November 2026, 13:00–14:00"),
        (Period.DAY, "Thu 19 November 2026"),
        (Period.WEEK, "the week from Mon 16 November 2026"),
        (Period.MONTH, "November 2026"),
    ],
)
def test_window_is_named_by_the_wall_clock(period: Period, name: str) -> None:
    assert wording.window_name(window(period, NOW, BERLIN), BERLIN) == name


def test_hour_of_the_week_is_named_to_its_end() -> None:
    assert wording.hour_of_week(6, 23) == "Sun 23–00"


def test_steps_are_named_by_the_wall_clock() -> None:
    utc = ZoneInfo("UTC")
    hour, day = window(Period.HOUR, NOW, utc), window(Period.DAY, NOW, utc)

    assert (wording.step_name(hour, BERLIN), wording.step_name(day, utc)) == ("13:00", "Thu 19")


def test_marks_stand_under_some_of_many_steps() -> None:
    utc = ZoneInfo("UTC")
    hour, day = window(Period.HOUR, NOW, utc), window(Period.DAY, NOW, utc)
    fifth = window(Period.DAY, NOW.replace(day=5), utc)

    assert [wording.step_mark(each, utc, steps=30) for each in (hour, day, fifth)] == [
        "12:00",
        "",
        "5",
    ]
    assert wording.step_mark(day, utc, steps=7) == "Thu 19"
    assert wording.weekday_names()[day.starts_at.weekday()] == "Thu"


@pytest.mark.parametrize(
    ("unit", "amounts", "marks"),
    [
        (Unit.DOLLARS, [0, 5_000_000, 10_000_000], ["$0", "$5", "$10"]),
        (Unit.DOLLARS, [0, 2_500_000], ["$0.00", "$2.50"]),
        (Unit.DOLLARS, [0, 5_000], ["$0.000", "$0.005"]),
        (Unit.TOKENS, [0, 20_000], ["0", "20k"]),
    ],
)
def test_marks_along_an_axis_have_equal_digits(
    unit: Unit, amounts: list[int], marks: list[str]
) -> None:
    assert wording.spent_marks(unit, amounts) == marks


@pytest.mark.parametrize(
    ("period", "now", "end"),
    [
        (Period.HOUR, "this hour", "the hour"),
        (Period.DAY, "today", "the day"),
        (Period.WEEK, "this week", "the week"),
        (Period.MONTH, "this month", "the month"),
    ],
)
def test_present_window_and_its_end_have_names(period: Period, now: str, end: str) -> None:
    assert (wording.present(period), wording.window_end(period)) == (now, end)
