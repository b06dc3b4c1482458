"""A report in the terminal: bars made of letters, one for each who used something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from bot.core import wording
from bot.core.reports.usage import Report

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REST: Final = "+"  # those without a letter of their own
_NARROWEST: Final = 40  # columns
_WIDEST: Final = 120
_LABEL, _NAME, _SHARE = 6, 28, 6  # columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Terminal:
    columns: int
    has_unicode: bool

    @property
    def width(self) -> int:
        return max(_NARROWEST, min(self.columns, _WIDEST)) - 1

    @property
    def expected(self) -> str:
        return "░" if self.has_unicode else "."

    @property
    def shades(self) -> str:
        """From nothing to the most."""
        return " ░▒▓█" if self.has_unicode else " .:*#"


def draw_bars(report: Report, terminal: Terminal) -> Iterator[str]:
    """Lines, none wider than the terminal."""
    zone = ZoneInfo(report.zone)
    steps = [sum(each.steps[n].of(report.unit) for each in report.series) for n in _numbers(report)]
    amounts = [wording.spent_briefly(report.unit, step) if step else "" for step in steps]
    room = terminal.width - _LABEL - 2 - max(map(len, amounts), default=0)
    heights = zip(steps, report.expected, strict=True)
    highest = max((used + expected for used, expected in heights), default=0)
    for number, step in enumerate(report.span.steps):
        cells = _cells(report, number, room / highest if highest else 0.0, terminal)
        label = wording.step_name(step, zone)
        yield f"{label:>{_LABEL}} {cells:<{room}} {amounts[number]}".rstrip()


def draw_legend(report: Report, terminal: Terminal) -> Iterator[str]:
    """Who the letters stand for."""
    amounts = [
        wording.spent_amount(report.unit, each.used.of(report.unit)) for each in report.series
    ]
    wide = max(map(len, amounts), default=0)
    room = max(8, min(_NAME, terminal.width - _LABEL - wide - _SHARE - 3))
    for number, (each, amount) in enumerate(zip(report.series, amounts, strict=True)):
        name = wording.OTHERS if each.subject is None else wording.subject_plainly(each.subject)
        share = wording.spent_share(wording.series_share(each, report))
        letter = _letter(report, number)
        yield f"{letter:>{_LABEL}} {name[:room]:<{room}} {amount:>{wide}} {share:>{_SHARE}}"
    if any(report.expected):
        yield f"{terminal.expected:>{_LABEL}} {wording.report_forecast(report)}"
    else:
        yield f"{'':>{_LABEL}} {wording.report_forecast(report)}"


def draw_hours(report: Report, terminal: Terminal) -> Iterator[str]:
    """A week of hours, the busier the darker."""
    wide = 2 if terminal.width >= _LABEL + 1 + 2 * 24 else 1
    highest = max(map(max, report.hours))
    marks = "".join(f"{hour:<{6 * wide}}" for hour in (0, 6, 12, 18))
    yield f"{'':>{_LABEL}} {marks}".rstrip()
    for weekday, amounts in zip(wording.weekday_names(), report.hours, strict=True):
        cells = "".join(_shade(amount, highest, terminal) * wide for amount in amounts)
        yield f"{weekday:>{_LABEL}} {cells}".rstrip()


def _numbers(report: Report) -> range:
    return range(len(report.span.steps))


def _cells(report: Report, number: int, scale: float, terminal: Terminal) -> str:
    """Rounded where amounts meet, so that a bar is as long as its sum."""
    amounts = [each.steps[number].of(report.unit) for each in report.series]
    letters = [_letter(report, n) for n in range(len(amounts))]
    ends = [round(end * scale) for end in accumulate([*amounts, report.expected[number]])]
    starts = [0, *ends[:-1]]
    return "".join(
        letter * (end - start)
        for letter, start, end in zip([*letters, terminal.expected], starts, ends, strict=True)
    )


def _letter(report: Report, number: int) -> str:
    return _LETTERS[number] if report.series[number].subject is not None else _REST


def _shade(amount: int, highest: int, terminal: Terminal) -> str:
    shades: Sequence[str] = terminal.shades
    return shades[-(-amount * (len(shades) - 1) // highest)] if highest else shades[0]
