"""Figures of reports and rankings: rows of the counters, a few for each bar.

The ledger is never asked, so a report costs the same however long it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.calendar.spans import look_back
from bot.core.calendar.windows import Window
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import NOTHING, Amounts, SubjectKind, Unit
from bot.core.reports.rankings import Ranking, RankingPage, rank
from bot.core.reports.usage import (
    SHOWN,
    CounterRow,
    Counts,
    ReportQuery,
    choose_unit,
    count_unpriced,
)
from bot.store.schema.tables import counters, preferences

ALL_SERVERS = None  # in place of a server's id: all servers, and direct messages


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterRange:
    """Rows of one kind and period, between two keys."""

    guild_id: int | None
    kind: SubjectKind
    period: Period
    first: datetime
    last: datetime

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        of_server = [] if self.guild_id is None else [counters.c.guild_id == self.guild_id]
        return [
            *of_server,
            counters.c.subject_kind == self.kind.value,
            counters.c.period == self.period.value,
            counters.c.window_starts_at.between(self.first, self.last),
        ]


def _sums(rows: Any) -> list[ColumnElement[Any]]:
    """Summing bigints gives PostgreSQL's numeric, hence the casts."""
    return [
        cast(func.sum(rows.spent_tokens), BigInteger).label("tokens"),
        cast(func.sum(rows.spent_microusd), BigInteger).label("microusd"),
        cast(func.sum(rows.answers), BigInteger).label("answers"),
    ]


async def read_counts(conn: AsyncConnection, guild_id: int | None, asked: ReportQuery) -> Counts:
    """All rows of a report. `guild_id` None: of everything."""
    span = asked.span
    total = await _totals(conn, guild_id, span.step, span.first_key, span.last_key)
    used = sum((row.used for row in total), start=NOTHING)
    ranked = await _ranked(
        conn,
        _ranking_among(guild_id, asked),
        unit=choose_unit(used, count_unpriced(total)),
        page=RankingPage(page=0, size=SHOWN, count=SHOWN),
    )
    steps = CounterRange(
        guild_id=guild_id,
        kind=asked.by,
        period=span.step,
        first=span.first_key,
        last=span.last_key,
    )
    return Counts(
        subjects=await _by_step(conn, steps, [row.subject_id for row in ranked]),
        total=total,
        hours=await _totals(conn, guild_id, Period.HOUR, *look_back(asked.now, asked.zone)),
        window=await _total(conn, guild_id, span.window),
    )


async def read_top(
    conn: AsyncConnection,
    guild_id: int | None,
    *,
    by: SubjectKind,
    window: Window,
    zone: str,
    page: RankingPage,
) -> Ranking:
    """One page of the ranking of a window; of `page`, the count is found here."""
    total = await _total(conn, guild_id, window)
    among = _of_window(guild_id, by, window)
    count: int = (await conn.execute(_count(among))).scalar_one()
    unit = choose_unit(total)
    wanted = replace(page, count=count)
    rows = await _ranked(conn, among, unit=unit, page=wanted)
    return Ranking(
        by=by,
        window=window,
        zone=zone,
        unit=unit,
        rows=rank(rows, wanted, by=by, unit=unit, total=total),
        page=wanted.present,
        pages=wanted.pages,
        count=count,
        total=total,
    )


async def read_chosen_zone(conn: AsyncConnection, guild_id: int) -> str | None:
    """The zone that the server's moderators chose; None where they did not."""
    found: str | None = await conn.scalar(
        select(preferences.c.value).where(
            preferences.c.guild_id == guild_id,
            preferences.c.scope == Scope.SERVER.value,
            preferences.c.scope_id == guild_id,
            preferences.c.topic == Topic.TIME_ZONE.value,
        )
    )
    return found


async def find_servers(conn: AsyncConnection) -> list[int]:
    """Where anything has ever been used; 0 stands for direct messages."""
    rows = await conn.scalars(
        select(counters.c.guild_id)
        .where(counters.c.subject_kind == SubjectKind.USER.value)
        .distinct()
        .order_by(counters.c.guild_id)
    )
    return list(rows)


def _ranking_among(guild_id: int | None, asked: ReportQuery) -> CounterRange:
    """The window's own rows are few; an hour is shown among others, and those are added up."""
    span = asked.span
    if span.step is not span.period:
        return _of_window(guild_id, asked.by, span.window)
    return CounterRange(
        guild_id=guild_id,
        kind=asked.by,
        period=span.step,
        first=span.first_key,
        last=span.last_key,
    )


def _of_window(guild_id: int | None, kind: SubjectKind, window: Window) -> CounterRange:
    return CounterRange(
        guild_id=guild_id, kind=kind, period=window.period, first=window.key, last=window.key
    )


def _of_all(guild_id: int | None, period: Period, first: datetime, last: datetime) -> CounterRange:
    """Everything together has rows of its own, as each server has."""
    kind = SubjectKind.EVERYTHING if guild_id is None else SubjectKind.SERVER
    return CounterRange(guild_id=guild_id or 0, kind=kind, period=period, first=first, last=last)


async def _totals(
    conn: AsyncConnection, guild_id: int | None, period: Period, first: datetime, last: datetime
) -> list[CounterRow]:
    among = _of_all(guild_id, period, first, last)
    return await _by_step(conn, among, [guild_id or 0])


async def _total(conn: AsyncConnection, guild_id: int | None, window: Window) -> Amounts:
    rows = await _totals(conn, guild_id, window.period, window.key, window.key)
    return rows[0].used if rows else NOTHING


async def _ranked(
    conn: AsyncConnection, among: CounterRange, *, unit: Unit, page: RankingPage
) -> list[CounterRow]:
    found = _found(among).c
    tokens, microusd, answers = _sums(found)
    first, second = (microusd, tokens) if unit is Unit.DOLLARS else (tokens, answers)
    query = (
        select(found.subject_id, tokens, microusd, answers)
        .group_by(found.subject_id)
        .order_by(first.desc(), second.desc(), found.subject_id)
        .limit(page.size)
        .offset(page.offset)
    )
    return [
        CounterRow(subject_id=row.subject_id, key=among.last, used=_amounts(row))
        for row in await conn.execute(query)
    ]


def _count(among: CounterRange) -> Select[Any]:
    return select(func.count(func.distinct(_found(among).c.subject_id)))


def _found(among: CounterRange) -> CTE:
    """Taken by the index on windows and then grouped: SQLite would walk through all windows instead,
    as their key comes in the order of the groups.
    """
    rows = select(
        counters.c.subject_id,
        counters.c.spent_tokens,
        counters.c.spent_microusd,
        counters.c.answers,
    ).where(*among.conditions, or_(counters.c.answers > 0, counters.c.spent_tokens > 0))
    return rows.cte("found").prefix_with("MATERIALIZED")


async def _by_step(
    conn: AsyncConnection, among: CounterRange, subject_ids: Sequence[int]
) -> list[CounterRow]:
    """By the primary key: it names the subject before the window."""
    query = (
        select(counters.c.subject_id, counters.c.window_starts_at, *_sums(counters.c))
        .where(*among.conditions, counters.c.subject_id.in_(subject_ids))
        .group_by(counters.c.subject_id, counters.c.window_starts_at)
    )
    return [
        CounterRow(subject_id=row.subject_id, key=row.window_starts_at, used=_amounts(row))
        for row in await conn.execute(query)
    ]


def _amounts(row: Any) -> Amounts:
    return Amounts(tokens=row.tokens, microusd=row.microusd, answers=row.answers)
