"""Reports and rankings: in Discord with mentions, in the terminal and in charts with names."""

from collections.abc import Callable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.calendar.spans import WEEKS_LOOKED_AT
from bot.core.calendar.windows import Window
from bot.core.quota.limits import Amounts, Subject, SubjectKind, Unit
from bot.core.reports.rankings import Ranking, RankingRow
from bot.core.reports.usage import BusyHour, NoForecast, Report, Series
from bot.core.wording.amounts import present
from bot.core.wording.names import one_line, tokens
from bot.core.wording.reports.consumption import (
    hour_of_week,
    span_name,
    spent_amount,
    spent_in_all,
    spent_share,
    window_end,
    window_name,
)

NameOf = Callable[[Subject], str]
OTHERS: Final = "others"
CHART_SCALE: Final = ("less", "more")  # beside the squares of the hours
_LONGEST_ALT_TEXT: Final = 1024  # characters, by Discord's rule


def subject_mention(subject: Subject) -> str:
    """As Discord shows it, without pinging anybody where mentions are switched off."""
    match subject.kind:
        case SubjectKind.USER:
            return f"<@{subject.id}>"
        case SubjectKind.ROLE:
            return f"<@&{subject.id}>"
        case SubjectKind.CHANNEL:
            return f"<#{subject.id}>"
        case _:
            return subject_plainly(subject)


def mention_in(guild_id: int) -> NameOf:
    """As `subject_mention`; a server's own id stands for those who have no role there."""

    def mention(subject: Subject) -> str:
        is_roleless = subject.kind is SubjectKind.ROLE and subject.id == guild_id
        return members_without_role() if is_roleless else subject_mention(subject)

    return mention


def members_without_role() -> str:
    return "members without a role"


def subject_plainly(subject: Subject) -> str:
    """Where no name is known."""
    match subject.kind:
        case SubjectKind.EVERYTHING:
            return "everything"
        case SubjectKind.SERVER if not subject.id:
            return "direct messages"
        case _:
            return f"{subject.kind.value} {subject.id}"


def report_text(report: Report, *, name_of: NameOf = subject_mention) -> str:
    """The figures of a report, for Discord."""
    lines = [f"**{report_title(report)}**", *_figures(report, name_of)]
    notes = [note for note in (report_unpriced(report), report.missing_chart) if note]
    return "\n".join([*lines, *(f"-# {note}" for note in notes)])


def report_title(report: Report) -> str:
    zone = ZoneInfo(report.zone)
    return f"Used by {report.by.value}: {span_name(report.span, zone)} ({report.zone})"


def report_alt_text(report: Report, *, name_of: NameOf) -> str:
    """The chart in words, for those who can't see it."""
    parts = [f"Bar chart. {report_title(report)}.", *_figures(report, name_of)]
    text = " ".join(_as_sentence(part) for part in parts)
    if len(text) <= _LONGEST_ALT_TEXT:
        return text
    return f"{text[: _LONGEST_ALT_TEXT - 1].rstrip()}…"


def _as_sentence(part: str) -> str:
    line = one_line(part)
    return line if line.endswith((".", ":")) else f"{line}."


def _figures(report: Report, name_of: NameOf) -> list[str]:
    if report.is_empty:
        return [report_nothing_used(report)]
    rows = [
        f"{number}. {_series_name(each, name_of)}: {_series_amount(each, report)}"
        for number, each in enumerate(report.series, start=1)
    ]
    return [spent_in_all(report.total), *rows, report_forecast(report), *report_busiest(report)]


def _series_name(series: Series, name_of: NameOf) -> str:
    return OTHERS if series.subject is None else name_of(series.subject)


def _series_amount(series: Series, report: Report) -> str:
    return f"{spent_amount(report.unit, series.used.of(report.unit))} ({spent_share(series_share(series, report))})"


def series_share(series: Series, report: Report) -> int:
    """Per mille of the total."""
    whole = report.total.of(report.unit)
    return series.used.of(report.unit) * 1000 // whole if whole else 0


def report_nothing_used(report: Report) -> str:
    if report.span.step is report.span.period:
        return f"Nothing has been used in {span_name(report.span, ZoneInfo(report.zone))}."
    return f"Nothing has been used {present(report.span.period)}."


def report_forecast(report: Report) -> str:
    """Where the present window will end at the pace so far, or why nobody can say."""
    period = report.span.period
    match report.forecast:
        case NoForecast.NOTHING_USED:
            return f"No forecast: nothing has been used {present(period)}."
        case NoForecast.TOO_EARLY:
            return f"No forecast yet: too little of {window_end(period)} has passed."
        case int(amount):
            until = window_end(period)
            return f"At this pace about {_rounded(report.unit, amount)} by the end of {until}."


def _rounded(unit: Unit, amount: int) -> str:
    """Three digits: more would claim to know the future."""
    step = 10 ** max(0, len(str(amount)) - 3)
    if unit is Unit.DOLLARS and amount >= 1_000_000:
        step = max(step, 10_000)
    rounded = spent_amount(unit, (amount + step // 2) // step * step)
    return rounded.removesuffix(".00") if step >= 1_000_000 else rounded


def report_busiest(report: Report) -> list[str]:
    if not report.busiest:
        return []
    named = ", ".join(_busy_hour(each, report) for each in report.busiest)
    return [f"Busiest hours of the last {WEEKS_LOOKED_AT} weeks: {named}."]


def _busy_hour(busy: BusyHour, report: Report) -> str:
    return f"{hour_of_week(busy.weekday, busy.hour)} ({spent_amount(report.unit, busy.amount)})"


def report_unpriced(report: Report) -> str:
    """Name what is missing in the dollars, if it is known; empty where nothing is to be said."""
    if not report.unpriced_tokens:
        return ""
    return (
        f"{tokens(report.unpriced_tokens)} or more are in no amount of dollars: "
        "nothing was charged for them, or the price is not known."
    )


def charts_missing() -> str:
    return "There is no chart: for charts the operator installs the extra `charts` of Glimpse."


def chart_failed() -> str:
    return "The chart could not be drawn this time; the figures are complete."


def top_text(top: Ranking, *, name_of: NameOf = subject_mention) -> str:
    """One page of a ranking, for Discord."""
    zone = ZoneInfo(top.zone)
    title = f"**Most used by {top.by.value}: {window_name(top.window, zone)} ({top.zone})**"
    if not top.rows:
        return f"{title}\nNothing has been used {present(top.window.period)}."
    rows = [_ranked(row, top, name_of) for row in top.rows]
    return "\n".join([title, spent_in_all(top.total), *rows, *_paging(top)])


def _ranked(row: RankingRow, top: Ranking, name_of: NameOf) -> str:
    return (
        f"{row.place}. {name_of(row.subject)}: {_amounts(row.used, top.unit)}"
        f" ({spent_share(row.permille)})"
    )


def _amounts(used: Amounts, unit: Unit) -> str:
    """The amounts, with the unit first that the order goes by."""
    return spent_in_all(used) if unit is Unit.DOLLARS or not used.microusd else _no_money(used)


def _no_money(used: Amounts) -> str:
    return spent_in_all(Amounts(tokens=used.tokens, answers=used.answers))


def _paging(top: Ranking) -> Sequence[str]:
    return [f"-# Page {top.page + 1} of {top.pages}"] if top.pages > 1 else []


def chart_title(report: Report) -> str:
    return f"Used by {report.by.value}: {span_name(report.span, ZoneInfo(report.zone))}"


def chart_subtitle(report: Report) -> str:
    return spent_in_all(report.total)


def chart_hours_title(report: Report) -> str:
    """Above the squares that show when there is most to do."""
    return f"Busiest hours, last {WEEKS_LOOKED_AT} weeks ({report.zone})"


def export_ready(*, rows: int, window: Window, zone: ZoneInfo) -> str:
    """Above the file."""
    count = "1 row" if rows == 1 else f"{rows:,} rows"
    return f"The ledger of {window_name(window, zone)} ({zone.key}): {count}."


def export_too_large(window: Window) -> str:
    return (
        f"The ledger of that {window.period.row.words.name} is too large for a message. Please choose "
        "a shorter one; the operator can write all of it with `glimpse usage export`."
    )
