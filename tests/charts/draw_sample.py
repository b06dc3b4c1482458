"""Draws the chart that the documentation shows: `python -m tests.charts.draw_sample FILE.png`."""

import asyncio
import math
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.charts.plotter import Plotter
from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span, look_back
from bot.core.chart import lay_out_chart
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind
from bot.core.reports.usage import SHOWN, CounterRow, Counts, Report, ReportQuery, make_report

NOW = datetime(2026, 11, 19, 15, 20, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
ROLES = ("members", "Artists", "Boosters", "Moderators", "Translators", "Beginners", "Streamers")


def make_sample(period: Period = Period.MONTH) -> Report:
    """A server of some size: quiet at night, busy on Saturdays."""
    chance = random.Random(4)
    span = find_span(period, NOW, ZONE)
    begun = [step.key for step in span.steps if step.starts_at <= NOW]
    subjects = [
        CounterRow(subject_id=number, key=key, used=_used(chance, 90_000 / number))
        for number in range(1, len(ROLES) + 3)
        for key in begun
    ]
    total = [
        CounterRow(
            subject_id=0,
            key=key,
            used=sum((row.used for row in subjects if row.key == key), start=NOTHING),
        )
        for key in begun
    ]
    counts = Counts(
        subjects=[row for row in subjects if row.subject_id <= SHOWN],
        total=total,
        hours=list(_hours(chance)),
        window=sum((row.used for row in total), start=NOTHING),
    )
    return make_report(ReportQuery(by=SubjectKind.ROLE, span=span, zone=ZONE, now=NOW), counts)


def _used(chance: random.Random, about: float) -> Amounts:
    tokens = int(about * chance.uniform(0.3, 1.4))
    return Amounts(tokens=tokens, microusd=tokens * 14, answers=tokens // 900)


def _hours(chance: random.Random) -> Iterator[CounterRow]:
    hour, last = look_back(NOW, ZONE)
    while hour <= last:
        local = hour.astimezone(ZONE)
        day = max(0.04, math.sin((local.hour - 8) / 18 * math.pi)) if local.hour >= 8 else 0.05
        busy = day * (1.6 if local.weekday() == 5 else 1.0)
        yield CounterRow(subject_id=0, key=hour, used=_used(chance, 16_000 * busy))
        hour += timedelta(hours=1)


def name_of(subject: Subject) -> str:
    return ROLES[subject.id - 1]


if __name__ == "__main__":
    picture = asyncio.run(Plotter().draw(lay_out_chart(make_sample(), name_of)))
    Path(sys.argv[1]).write_bytes(picture)
