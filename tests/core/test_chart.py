import pytest

from bot.core.calendar.periods import Period
from bot.core.chart import find_marks, lay_out_chart
from bot.core.quota.limits import Subject, SubjectKind, Unit
from tests.core.reports.samples import dollars, report_of

MANY = 123456789012345678


def name_of(subject: Subject) -> str:
    return {1: "Ada", 2: "a\nb\u202e name that goes on and on"}.get(
        subject.id, f"user {subject.id}"
    )


@pytest.mark.parametrize(
    ("highest", "unit", "labels"),
    [
        (0, Unit.TOKENS, ["0", "1"]),
        (4, Unit.TOKENS, ["0", "1", "2", "3", "4"]),
        (1_234_000, Unit.TOKENS, ["0", "250k", "500k", "750k", "1M", "1.25M"]),
        (7_900_000, Unit.DOLLARS, ["$0", "$2", "$4", "$6", "$8"]),
        (2_030_000, Unit.DOLLARS, ["$0.00", "$0.50", "$1.00", "$1.50", "$2.00", "$2.50"]),
        (2_100, Unit.DOLLARS, ["$0.0000", "$0.0005", "$0.0010", "$0.0015", "$0.0020", "$0.0025"]),
        (9_000_000_000, Unit.DOLLARS, ["$0", "$2k", "$4k", "$6k", "$8k", "$10k"]),
    ],
)
def test_marks_are_round_and_reach_above_the_highest_bar(
    highest: int, unit: Unit, labels: list[str]
) -> None:
    marks = find_marks(highest, unit)

    assert [mark.label for mark in marks] == labels
    assert marks[-1].value >= highest


@pytest.mark.parametrize("highest", [1, 7, 99, 101, 12_345, 10**15, 3 * 10**17])
def test_marks_are_few_whatever_the_height(highest: int) -> None:
    assert 2 <= len(find_marks(highest, Unit.TOKENS)) <= 6


def test_chart_has_each_amount_of_each_step() -> None:
    chart = lay_out_chart(report_of({1: {0: dollars(85)}, 2: {3: dollars(1)}}), name_of)

    assert chart.bars[0].amounts == (85_000_000, 0)
    assert chart.bars[3].amounts == (0, 1_000_000)
    assert chart.bars[6].expected > 0
    assert chart.present == 3
    assert [bar.label for bar in chart.bars][:2] == ["Mon 16", "Tue 17"]


def test_legend_name_is_one_short_line() -> None:
    chart = lay_out_chart(report_of({n: {0: dollars(1)} for n in (1, 2, MANY)}), name_of)

    assert [entry.name for entry in chart.entries] == ["Ada", "a b name that goe…", "user …345678"]
    assert [entry.plain_name for entry in chart.entries] == ["user 1", "user 2", "user …345678"]


def test_name_of_nothing_visible_gives_way_to_the_id() -> None:
    chart = lay_out_chart(report_of({1: {0: dollars(1)}}), lambda _: "\u200b\n")

    assert chart.entries[0].name == "user 1"


def test_legend_says_what_is_missing_in_it() -> None:
    chart = lay_out_chart(report_of({1: {0: dollars(1)}}, unshown=dollars(3)), name_of)

    assert chart.entries[1].name == "others"
    assert chart.entries[1].is_rest
    assert chart.entries[1].amount == "$3.00 · 75\u202f%"


@pytest.mark.parametrize(
    ("period", "labels"),
    [
        (Period.DAY, ["0:00", "6:00", "12:00", "18:00"]),
        (Period.HOUR, ["18:00", "0:00", "6:00", "12:00"]),
        (Period.MONTH, ["1", "5", "10", "15", "20", "25", "30"]),
    ],
)
def test_where_there_are_many_bars_some_are_named(period: Period, labels: list[str]) -> None:
    chart = lay_out_chart(report_of({1: {0: dollars(1)}}, period=period), name_of)

    assert [bar.label for bar in chart.bars if bar.label] == labels


def test_chart_of_nothing_can_be_laid_out() -> None:
    chart = lay_out_chart(report_of({}, by=SubjectKind.ROLE), name_of)

    assert chart.entries == ()
    assert {bar.amounts for bar in chart.bars} == {()}
