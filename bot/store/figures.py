"""The figures that standings are made of: what is spent, and what answers hold reserved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import compress
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, BindParameter, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import TextClause

from bot.core.limits import NOTHING, Amounts, Grant, Limit, Requester, Subject, SubjectKind
from bot.core.ruling import Ruling
from bot.core.standings import Standing
from bot.core.windows import Period, Window, window
from bot.store.columns import UtcDateTime
from bot.store.counters import EVERYTHING, Keys
from bot.store.reservations import KEY_COLUMNS

_LATER = datetime(9999, 1, 1, tzinfo=UTC)  # when no reservation holds anything any more

# One statement: one state of the database. What is settled between two of them would be counted
# twice, or not at all.
_IN_WINDOW = ", ".join(
    f"CASE WHEN {column} = :{period.value} THEN 1 ELSE 0 END"
    for period, column in KEY_COLUMNS.items()
)
_RESERVED = f"""
    SELECT -1 AS counter, tokens, microusd, CASE WHEN drawing IS NULL THEN 0 ELSE 1 END AS answers,
           guild_id, COALESCE(parent_id, channel_id), user_id, {_IN_WINDOW}
    FROM reservations WHERE expires_at > :now
"""
_COUNTER = """
    UNION ALL
    SELECT {n}, spent_tokens - exempt_tokens, spent_microusd - exempt_microusd,
           answers - exempt_answers, 0, 0, 0, 0, 0, 0, 0
    FROM counters WHERE guild_id = :guild_{n} AND subject_kind = :kind_{n} AND subject_id = :id_{n}
                        AND period = :period_{n} AND window_starts_at = :starts_{n}
"""
# Who is asked about, and who holds something of the same: everybody where a cap is on everything.
_SCOPES = {
    SubjectKind.USER: " AND guild_id = :guild AND user_id = :user",
    SubjectKind.SERVER: " AND guild_id = :guild",
    SubjectKind.EVERYTHING: "",
}


@lru_cache(maxsize=64)
def _statement(counters: int, scope: SubjectKind) -> TextClause:
    parts = [_RESERVED, _SCOPES[scope], *(_COUNTER.format(n=n) for n in range(counters))]
    bound: list[BindParameter[Any]] = [
        bindparam(name, type_=UtcDateTime) for name in ("now", *Period)
    ]
    if scope is not SubjectKind.EVERYTHING:
        bound.append(bindparam("guild", type_=BigInteger))
    if scope is SubjectKind.USER:
        bound.append(bindparam("user", type_=BigInteger))
    for n in range(counters):
        bound += [
            bindparam(f"guild_{n}", type_=BigInteger),
            bindparam(f"kind_{n}", type_=String),
            bindparam(f"id_{n}", type_=BigInteger),
            bindparam(f"period_{n}", type_=String),
            bindparam(f"starts_{n}", type_=UtcDateTime),
        ]
    return text("".join(parts)).bindparams(*bound)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Open:
    """A reservation."""

    windows: frozenset[Period]  # of those asked about: it will be booked there
    guild_id: int
    channel_id: int  # that caps count
    user_id: int
    held: Amounts
    draws: bool  # it may draw from grants


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    spent: dict[tuple[Subject, Period], Amounts]  # less what is exempt; missing: nothing
    open: tuple[_Open, ...]


async def standings(
    conn: AsyncConnection, ruling: Ruling, requester: Requester, *, now: datetime, zone: ZoneInfo
) -> tuple[Standing, ...]:
    """Of the limits first, then of the caps. Under a lock on their subjects, it stays true."""
    limits = (*ruling.limits, *ruling.caps)
    if not limits:
        return ()
    periods = {limit.measure.period: window(limit.measure.period, now, zone) for limit in limits}
    wanted = dict.fromkeys((counted(limit, requester), limit.measure.period) for limit in limits)
    figures = await _read(conn, list(wanted), periods, requester, scope=_scope(limits), now=now)
    return tuple(
        _standing(limit, periods[limit.measure.period], figures, requester, ruling.grants)
        for limit in limits
    )


def counted(limit: Limit, requester: Requester) -> Subject:
    """Whose counter a limit looks at: each member has their own, all share that of a cap."""
    if limit.subject.is_capped:
        return limit.subject
    return Subject(kind=SubjectKind.USER, id=requester.user_id)


async def spent_in(
    conn: AsyncConnection, limits: Sequence[Limit], requester: Requester, *, keys: Keys
) -> tuple[Standing, ...]:
    """The standings of a user's limits in other windows than the present ones; nothing is held."""
    counts = await _spent(conn, requester, {each.measure.period for each in limits}, keys)
    return tuple(
        Standing(
            limit=limit,
            window=_named(limit.measure.period, keys),
            spent=counts.get(limit.measure.period, NOTHING).of(limit.measure.unit),
        )
        for limit in limits
    )


async def spent_today(
    conn: AsyncConnection, requester: Requester, *, keys: Keys
) -> dict[Period, Amounts]:
    """What counts against the user's limits in this hour and this day; missing: nothing."""
    return await _spent(conn, requester, {Period.HOUR, Period.DAY}, keys)


async def _spent(
    conn: AsyncConnection, requester: Requester, periods: Iterable[Period], keys: Keys
) -> dict[Period, Amounts]:
    user = Subject(kind=SubjectKind.USER, id=requester.user_id)
    wanted = [(user, period) for period in sorted(periods)]
    named = {period: _named(period, keys) for _, period in wanted}
    figures = await _read(conn, wanted, named, requester, scope=SubjectKind.USER, now=_LATER)
    return {period: amounts for (_, period), amounts in figures.spent.items()}


def _named(period: Period, keys: Keys) -> Window:
    """Nothing but its key is asked for."""
    key = keys[period]
    return Window(period=period, starts_at=key, resets_at=key, key=key)


async def _read(
    conn: AsyncConnection,
    wanted: Sequence[tuple[Subject, Period]],
    periods: dict[Period, Window],
    requester: Requester,
    *,
    scope: SubjectKind,
    now: datetime,
) -> Figures:
    parameters: dict[str, object] = {"now": now, **dict.fromkeys(Period, _LATER)}
    parameters |= {period: of.key for period, of in periods.items()}
    if scope is not SubjectKind.EVERYTHING:
        parameters["guild"] = requester.guild_id
    if scope is SubjectKind.USER:
        parameters["user"] = requester.user_id
    for n, (subject, period) in enumerate(wanted):
        parameters |= {
            f"guild_{n}": 0 if subject == EVERYTHING else requester.guild_id,
            f"kind_{n}": subject.kind.value,
            f"id_{n}": subject.id,
            f"period_{n}": period.value,
            f"starts_{n}": periods[period].key,
        }
    spent: dict[tuple[Subject, Period], Amounts] = {}
    held = []
    rows = (await conn.execute(_statement(len(wanted), scope), parameters)).all()
    for counter, tokens, microusd, answers, guild, channel, user, *inside in rows:
        if counter >= 0:
            spent[wanted[counter]] = Amounts(tokens=tokens, microusd=microusd, answers=answers)
        else:
            held.append(
                _Open(
                    windows=frozenset(compress(KEY_COLUMNS, inside)),
                    guild_id=guild,
                    channel_id=channel,
                    user_id=user,
                    held=Amounts(tokens=tokens, microusd=microusd, answers=1),
                    draws=bool(answers),
                )
            )
    return Figures(spent=spent, open=tuple(held))


def _scope(limits: Sequence[Limit]) -> SubjectKind:
    kinds = {limit.subject.kind for limit in limits}
    if SubjectKind.EVERYTHING in kinds:
        return SubjectKind.EVERYTHING
    return (
        SubjectKind.SERVER
        if kinds & {SubjectKind.SERVER, SubjectKind.CHANNEL}
        else SubjectKind.USER
    )


def _standing(
    limit: Limit,
    of: Window,
    figures: Figures,
    requester: Requester,
    grants: Sequence[Grant],
) -> Standing:
    subject, unit = counted(limit, requester), limit.measure.unit
    period = limit.measure.period
    mine = [each for each in figures.open if _is_counted(each, subject, requester)]
    # Answers of an earlier window that are still being written hold back nothing in this one.
    reserved = sum(each.held.of(unit) for each in mine if period in each.windows)
    granted = 0
    if not limit.subject.is_capped:
        left = sum(grant.left for grant in grants if grant.unit is unit)
        # They may yet draw from the same grants.
        earlier = sum(
            each.held.of(unit) for each in mine if each.draws and period not in each.windows
        )
        granted = max(0, left - earlier)
    return Standing(
        limit=limit,
        window=of,
        spent=figures.spent.get((subject, period), NOTHING).of(unit),
        reserved=reserved,
        granted=granted,
    )


def _is_counted(each: _Open, subject: Subject, requester: Requester) -> bool:
    if subject.kind is SubjectKind.EVERYTHING:
        return True
    if each.guild_id != requester.guild_id:
        return False
    match subject.kind:
        case SubjectKind.USER:
            return each.user_id == subject.id
        case SubjectKind.CHANNEL:
            return each.channel_id == subject.id
        case _:
            return True
