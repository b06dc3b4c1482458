from collections.abc import Iterator

import pytest

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Amounts
from bot.core.reports.usage import Report
from bot.terminal.bars import Terminal, draw_bars, draw_hours, draw_legend
from tests.core.reports.samples import dollars, report_of

EIGHTY = Terminal(columns=80, has_unicode=True)
PLAIN = Terminal(columns=80, has_unicode=False)


def week() -> Report:
    return report_of({1: {0: dollars(60), 1: dollars(20)}, 2: {0: dollars(20)}})


def every_line(report: Report, terminal: Terminal) -> Iterator[str]:
    for draw in (draw_bars, draw_legend, draw_hours):
        yield from draw(report, terminal)


def test_bar_has_the_letters_of_its_parts_in_proportion() -> None:
    monday, tuesday, *_ = draw_bars(week(), EIGHTY)

    assert monday.startswith("Mon 16 A")
    assert monday.endswith(" $80.00")
    assert monday.count("A") == pytest.approx(3 * monday.count("B"), abs=2)
    assert tuesday.count("A") == pytest.approx(monday.count("B"), abs=1)


def test_forecast_goes_on_in_another_sign() -> None:
    lines = list(draw_bars(week(), EIGHTY))

    assert lines[2] == "Wed 18"
    assert set(lines[6].split()[2]) == {"░"}


def test_legend_names_the_letters_and_the_forecast() -> None:
    legend = list(draw_legend(report_of({1: {0: dollars(3)}}, unshown=dollars(1)), EIGHTY))

    assert legend[0].split(maxsplit=4) == ["A", "user", "1", "$3.00", "75\u202f%"]
    assert legend[1].split(maxsplit=3) == ["+", "others", "$1.00", "25\u202f%"]
    assert legend[2].strip().startswith("░ At this pace about")


@pytest.mark.parametrize("columns", [1, 40, 80, 400])
@pytest.mark.parametrize("period", list(Period))
def test_no_line_is_wider_than_the_terminal(columns: int, period: Period) -> None:
    used = {10**18 + n: {0: dollars(10**6 + n, tokens=10**9)} for n in range(9)}
    terminal = Terminal(columns=columns, has_unicode=True)

    lines = every_line(report_of(used, period=period), terminal)

    assert max(map(len, lines)) < max(columns, 66)


def test_plain_terminal_gets_ascii_alone() -> None:
    bars = [*draw_bars(week(), PLAIN), *draw_hours(week(), PLAIN)]

    assert "".join(bars).isascii()
    assert "....." in bars[6]


def test_busier_hours_are_darker_and_the_least_is_not_nothing() -> None:
    from tests.core.reports.test_usage import hour

    report = report_of({}, hours=(hour(0, 1_000), hour(1, 1)))

    thursday = list(draw_hours(report, PLAIN))[4]
    assert thursday == "   Thu " + " " * 24 + "..##"


def test_report_of_tokens_is_drawn_as_well() -> None:
    report = report_of({1: {0: Amounts(tokens=12_345, answers=1)}})

    assert next(draw_bars(report, EIGHTY)).endswith(" 12.3k")


def test_report_of_nothing_has_empty_bars() -> None:
    assert next(draw_bars(report_of({}), EIGHTY)) == "Mon 16"
