"""The figures that standings are made of: what is spent, and what answers hold reserved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import compress
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.calendar.windows import Window, day_of_hour, window
from bot.core.quota.limits import NOTHING, Amounts, Grant, Limit, Requester, Subject, SubjectKind
from bot.core.quota.rules import Ruling
from bot.core.quota.standings import Standing
from bot.store.quota.counters import EVERYTHING, Keys
from bot.store.quota.figure_statements import statement
from bot.store.quota.reservations import KEY_COLUMNS

_LATER = datetime(9999, 1, 1, tzinfo=UTC)  # when no reservation holds anything any more


@dataclass(frozen=True, kw_only=True, slots=True)
class _Open:
    """A reservation."""

    windows: frozenset[Period]  # of those asked about: it will be booked there
    is_in_day: bool  # of the operator, likewise
    guild_id: int
    channel_id: int  # that caps count
    user_id: int
    held: Amounts
    may_use_grants: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    spent: dict[tuple[Subject, Period], Amounts]  # less what is exempt; missing: nothing
    open: tuple[_Open, ...]
    under_ceiling: Amounts = NOTHING  # spent by the whole server in the operator's day


@dataclass(frozen=True, kw_only=True, slots=True)
class Zones:
    """Whose clocks count."""

    server: ZoneInfo
    operator: ZoneInfo  # for ceilings


async def standings(
    conn: AsyncConnection, ruling: Ruling, requester: Requester, *, now: datetime, zones: Zones
) -> tuple[Standing, ...]:
    """Of the limits first, then of the caps. Under a lock on their subjects, it stays true."""
    limits = (*ruling.limits, *ruling.caps)
    if not limits:
        return ()
    ceilings = [limit for limit in limits if limit.is_ceiling]
    others = [limit for limit in limits if not limit.is_ceiling]
    named = {each.measure.period: window(each.measure.period, now, zones.server) for each in others}
    wanted = {
        (counted(limit, requester), limit.measure.period): named[limit.measure.period]
        for limit in others
    }
    day = day_of_hour(now, zones.server, day_in=zones.operator)
    figures = await _read(
        conn,
        wanted,
        requester,
        day=window(Period.DAY, day.starts_at, zones.operator) if ceilings else None,
        scope=_scope(limits),
        now=now,
    )
    return (
        *(
            _standing(limit, named[limit.measure.period], figures, requester, ruling.grants)
            for limit in others
        ),
        *(_under_ceiling(limit, day, figures, requester) for limit in ceilings),
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
    """Read what counts against the user's limits in this day and in parts of it; missing: nothing."""
    return await _spent(conn, requester, UP_TO_A_DAY, keys)


async def _spent(
    conn: AsyncConnection, requester: Requester, periods: Iterable[Period], keys: Keys
) -> dict[Period, Amounts]:
    user = Subject(kind=SubjectKind.USER, id=requester.user_id)
    wanted = {(user, period): _named(period, keys) for period in sorted(periods)}
    figures = await _read(conn, wanted, requester, scope=SubjectKind.USER, now=_LATER)
    return {period: amounts for (_, period), amounts in figures.spent.items()}


def _named(period: Period, keys: Keys) -> Window:
    """Nothing but its key is asked for."""
    key = keys[period]
    return Window(period=period, starts_at=key, resets_at=key, key=key)


async def _read(
    conn: AsyncConnection,
    wanted: Mapping[tuple[Subject, Period], Window],
    requester: Requester,
    *,
    day: Window | None = None,  # of the operator, where there is a ceiling
    scope: SubjectKind,
    now: datetime,
) -> Figures:
    parameters: dict[str, object] = {"now": now, **dict.fromkeys(KEY_COLUMNS.values(), _LATER)}
    parameters |= {period.row.column: of.key for (_, period), of in wanted.items()}
    parameters |= {"day_starts": _LATER, "day_ends": _LATER}
    if day is not None:
        parameters |= {"day_starts": day.starts_at, "day_ends": day.resets_at}
        parameters["server"] = requester.guild_id
    if scope is not SubjectKind.EVERYTHING:
        parameters["guild"] = requester.guild_id
    if scope is SubjectKind.USER:
        parameters["user"] = requester.user_id
    for n, ((subject, period), of) in enumerate(wanted.items()):
        parameters |= {
            f"guild_{n}": 0 if subject == EVERYTHING else requester.guild_id,
            f"kind_{n}": subject.kind.value,
            f"id_{n}": subject.id,
            f"period_{n}": period.value,
            f"starts_{n}": of.key,
        }
    spent: dict[tuple[Subject, Period], Amounts] = {}
    under_ceiling = NOTHING
    held = []
    reading = statement(len(wanted), scope, has_ceiling=day is not None)
    keys = list(wanted)
    rows = (await conn.execute(reading, parameters)).all()
    for counter, tokens, microusd, answers, guild, channel, user, in_day, *inside in rows:
        amounts = Amounts(tokens=tokens, microusd=microusd, answers=answers)
        if counter == len(wanted):
            under_ceiling = amounts
        elif counter >= 0:
            spent[keys[counter]] = amounts
        else:
            held.append(
                _Open(
                    windows=frozenset(compress(KEY_COLUMNS, inside)),
                    is_in_day=bool(in_day),
                    guild_id=guild,
                    channel_id=channel,
                    user_id=user,
                    held=replace(amounts, answers=1),
                    may_use_grants=bool(answers),
                )
            )
    return Figures(spent=spent, open=tuple(held), under_ceiling=under_ceiling)


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
        # They may yet use the same grants.
        earlier = sum(
            each.held.of(unit)
            for each in mine
            if each.may_use_grants and period not in each.windows
        )
        granted = max(0, left - earlier)
    return Standing(
        limit=limit,
        window=of,
        spent=figures.spent.get((subject, period), NOTHING).of(unit),
        reserved=reserved,
        granted=granted,
    )


def _under_ceiling(limit: Limit, day: Window, figures: Figures, requester: Requester) -> Standing:
    unit = limit.measure.unit
    held = [each for each in figures.open if each.is_in_day]
    return Standing(
        limit=limit,
        window=day,
        spent=figures.under_ceiling.of(unit),
        reserved=sum(
            each.held.of(unit) for each in held if _is_counted(each, limit.subject, requester)
        ),
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
