"""What the tests of reports share: a shop on an afternoon in Berlin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.calendar.periods import Period
from bot.core.calendar.spans import Span, find_span
from bot.core.quota.limits import NOTHING, Amounts, SubjectKind
from bot.core.reports.usage import CounterRow, Counts, Report, ReportQuery, make_report

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)  # a Thursday, 13:00 in Berlin


def dollars(amount: int, *, tokens: int = 100, answers: int = 1) -> Amounts:
    return Amounts(tokens=tokens, microusd=amount * 1_000_000, answers=answers)


def counted(subject_id: int, span: Span, step: int, used: Amounts) -> CounterRow:
    return CounterRow(subject_id=subject_id, key=span.steps[step].key, used=used)


def report_of(
    used: dict[int, dict[int, Amounts]],
    *,
    period: Period = Period.WEEK,
    now: datetime = NOW,
    by: SubjectKind = SubjectKind.USER,
    unshown: Amounts = NOTHING,
    hours: tuple[CounterRow, ...] = (),
) -> Report:
    """`used`: by subject, what in which step; `unshown` is what others used in the first step."""
    span = find_span(period, now, BERLIN)
    subjects = [
        counted(subject, span, step, amounts)
        for subject, steps in used.items()
        for step, amounts in steps.items()
    ]
    total = [*subjects, counted(0, span, 0, unshown)] if unshown != NOTHING else subjects
    window = sum((row.used for row in total), start=NOTHING)
    asked = ReportQuery(by=by, span=span, zone=BERLIN, now=now)
    counts = Counts(subjects=subjects, total=total, hours=hours, window=window)
    return make_report(asked, counts)
