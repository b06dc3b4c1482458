"""The chart of a report: every text, figure and mark of it, so that drawing decides nothing."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.core import wording
from bot.core.errors import GlimpseError
from bot.core.quota.limits import Subject, Unit
from bot.core.reports.usage import Report, Series

_LONGEST_NAME: Final = 18  # characters
_MARKS: Final = 5  # along the axis, about
_STEPS: Final = (10, 20, 25, 50, 100)  # tenths of what marks may lie apart, times a power of ten


class ChartsMissing(GlimpseError):
    """The library that draws charts is not installed."""


class ChartFailed(GlimpseError):
    """The chart was not drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A line across the bars."""

    value: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    label: str  # "": too many to name each
    amounts: tuple[int, ...]  # of each series
    expected: int  # still to come, by the forecast


@dataclass(frozen=True, kw_only=True, slots=True)
class LegendEntry:
    """A line of the legend."""

    name: str
    plain_name: str  # where the font has no letters for the other
    amount: str
    is_rest: bool  # all who are not named


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """The usage of each hour of the week."""

    title: str
    scale: tuple[str, str]  # what the darkest and the lightest square say
    weekdays: tuple[str, ...]
    amounts: tuple[tuple[int, ...], ...]  # seven times 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    title: str
    subtitle: str
    forecast: str
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    present: int  # the bar that time is in
    entries: tuple[LegendEntry, ...]
    hours: Hours


def lay_out_chart(report: Report, name_of: wording.NameOf) -> Chart:
    zone = ZoneInfo(report.zone)
    bars = _bars(report, zone)
    heights = [sum(bar.amounts) + bar.expected for bar in bars]
    return Chart(
        title=wording.chart_title(report),
        subtitle=wording.chart_subtitle(report),
        forecast=wording.report_forecast(report),
        marks=find_marks(max(heights, default=0), report.unit),
        bars=bars,
        present=report.present_step,
        entries=tuple(_entry(each, report, name_of) for each in report.series),
        hours=Hours(
            title=wording.chart_hours_title(report),
            scale=wording.CHART_SCALE,
            weekdays=wording.weekday_names(),
            amounts=report.hours,
        ),
    )


def find_marks(highest: int, unit: Unit) -> tuple[Mark, ...]:
    """Round values from nothing to at least `highest`."""
    apart = _distance(max(1, highest))
    count = -(-max(1, highest) // apart)
    values = range(0, (count + 1) * apart, apart)
    labels = wording.spent_marks(unit, values)
    return tuple(
        Mark(value=value, label=label) for value, label in zip(values, labels, strict=True)
    )


def _distance(highest: int) -> int:
    """The smallest round one that needs no more marks than there should be."""
    power = 1
    while True:
        for tenths in _STEPS:
            apart = tenths * power // 10
            if apart * _MARKS >= highest and apart * 10 == tenths * power:
                return apart
        power *= 10


def _bars(report: Report, zone: ZoneInfo) -> tuple[Bar, ...]:
    steps = report.span.steps
    return tuple(
        Bar(
            label=wording.step_mark(step, zone, steps=len(steps)),
            amounts=tuple(each.steps[number].of(report.unit) for each in report.series),
            expected=report.expected[number],
        )
        for number, step in enumerate(steps)
    )


def _entry(series: Series, report: Report, name_of: wording.NameOf) -> LegendEntry:
    name, plain = _names(series.subject, name_of)
    amount = wording.spent_briefly(report.unit, series.used.of(report.unit))
    part = wording.spent_share(wording.series_share(series, report))
    return LegendEntry(
        name=name,
        plain_name=plain,
        amount=f"{amount} · {part}",
        is_rest=series.subject is None,
    )


def _names(subject: Subject | None, name_of: wording.NameOf) -> tuple[str, str]:
    """As it is called, and with letters that every font has."""
    if subject is None:
        return wording.OTHERS, wording.OTHERS
    plain = _plain_name(subject)
    name = name_of(subject)
    return ("" if name == wording.subject_plainly(subject) else _short(name)) or plain, plain


def _plain_name(subject: Subject) -> str:
    """The end of a long id tells more: it counts up."""
    name = wording.subject_plainly(subject)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{subject.kind.value} …{str(subject.id)[-6:]}"


def _short(name: str) -> str:
    line = " ".join(wording.UNSEEN.sub(" ", name).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1].rstrip()}…"
