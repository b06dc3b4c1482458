"""The proof that counters and ledger agree."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import TextClause

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Amounts, Subject, SubjectKind
from bot.store.quota.counters import EXEMPT, SPENT, CounterKey
from bot.store.quota.reservations import KEY_COLUMNS
from bot.store.schema.columns import UtcDateTime

# Whose counters a row of usage is added to. Older rows, which know their day only, are those of
# their user alone.
_SUBJECTS = {
    SubjectKind.USER: ("guild_id", "user_id"),
    SubjectKind.ROLE: ("guild_id", "role_id"),
    SubjectKind.CHANNEL: ("guild_id", "COALESCE(parent_id, channel_id)"),
    SubjectKind.SERVER: ("guild_id", "guild_id"),
    SubjectKind.EVERYTHING: ("0", "0"),
}
_AMOUNTS = (*SPENT.values(), *EXEMPT.values())
_NOTHING = ", ".join(["0"] * len(_AMOUNTS))
_USAGE = "tokens, COALESCE(cost_microusd, 0), COALESCE(answers, 1), 0, 0, 0"
# What the operator bears counts under no limit of who asked.
_USAGE_OF_USER = (
    "tokens, COALESCE(cost_microusd, 0), COALESCE(answers, 1), "
    "CASE WHEN borne_for IS NULL THEN 0 ELSE tokens END, "
    "CASE WHEN borne_for IS NULL THEN 0 ELSE COALESCE(cost_microusd, 0) END, 0"
)
_FORGIVEN = "0, 0, 0, -tokens, -COALESCE(cost_microusd, 0), -COALESCE(answers, 0)"
_DRAWN = ", ".join(
    [
        *("0" for _ in SPENT),
        *(f"CASE WHEN grants.unit = '{unit}' THEN draws.amount ELSE 0 END" for unit in EXEMPT),
    ]
)


def _differences(kind: SubjectKind, period: Period) -> TextClause:
    """Counters and ledger one under the other, each with nothing in the other's columns.

    A full outer join would say the same; SQLite learnt it only lately.
    """
    guild, subject = _SUBJECTS[kind]
    column = KEY_COLUMNS[period]
    usage = _USAGE_OF_USER if kind is SubjectKind.USER else _USAGE
    names = [f"{side}_{amount}" for side in ("counted", "booked") for amount in _AMOUNTS]
    counted = ", ".join(f"{amount} AS counted_{amount}" for amount in _AMOUNTS)
    empty = ", ".join(f"0 AS booked_{amount}" for amount in _AMOUNTS)
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in names)
    is_off = " OR ".join(f"SUM(counted_{each}) <> SUM(booked_{each})" for each in _AMOUNTS)
    sides = [
        f"SELECT guild_id, subject_id, window_starts_at AS starts_at, {counted}, {empty} "
        f"FROM counters WHERE subject_kind = '{kind.value}' AND period = '{period.value}'",
        f"SELECT {guild}, {subject}, {column}, {_NOTHING}, {usage} FROM ledger "
        f"WHERE kind = 'usage' AND {column} IS NOT NULL"
        + ("" if kind is SubjectKind.USER else " AND month_starts_at IS NOT NULL"),
    ]
    if kind is SubjectKind.USER:
        sides += [
            f"SELECT guild_id, user_id, {column}, {_NOTHING}, {_FORGIVEN} FROM ledger "
            f"WHERE kind = 'reset' AND {column} IS NOT NULL",
            # What was taken for no answer belongs to no window: it stands under the grant's instant.
            "SELECT draws.guild_id, draws.user_id, "
            f"CASE WHEN ledger.id IS NULL THEN grants.granted_at ELSE ledger.{column} END, "
            f"{_NOTHING}, {_DRAWN} FROM draws "
            "LEFT JOIN ledger ON ledger.message_id = draws.message_id "
            "JOIN grants ON grants.id = draws.grant_id",
        ]
    both = " UNION ALL ".join(sides)
    return text(
        f"SELECT guild_id, subject_id, starts_at, {sums} FROM ({both}) AS sides "
        f"GROUP BY guild_id, subject_id, starts_at HAVING {is_off} "
        "ORDER BY guild_id, subject_id, starts_at"
    ).columns(starts_at=UtcDateTime)  # type: ignore[return-value]


_ROWS = text(
    "SELECT (SELECT COUNT(*) FROM counters) AS counters, (SELECT COUNT(*) FROM ledger) AS ledger"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    spent: Amounts
    exempt: Amounts


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A counter that does not say what the ledger adds up to."""

    key: CounterKey
    counted: Sums
    booked: Sums


async def differences(conn: AsyncConnection) -> list[Difference]:
    """Add the whole ledger up and name every counter that says something else."""
    found = []
    for kind in _SUBJECTS:
        for period in Period:
            found += await differences_of(conn, kind, period)
    return found


async def count_rows(conn: AsyncConnection) -> tuple[int, int]:
    """Numbers of counters and of rows of the ledger."""
    row = (await conn.execute(_ROWS)).one()
    return row.counters, row.ledger


async def differences_of(
    conn: AsyncConnection, kind: SubjectKind, period: Period
) -> list[Difference]:
    return [
        Difference(
            key=_key(row.guild_id, Subject(kind=kind, id=row.subject_id), period, row.starts_at),
            counted=_sums(row._mapping, "counted"),
            booked=_sums(row._mapping, "booked"),
        )
        for row in await conn.execute(_differences(kind, period))
    ]


def _key(guild_id: int, subject: Subject, period: Period, starts_at: datetime) -> CounterKey:
    return CounterKey(guild_id=guild_id, subject=subject, period=period, window_starts_at=starts_at)


def _sums(row: object, side: str) -> Sums:
    of = dict(row)  # type: ignore[call-overload]
    spent, exempt = (
        Amounts.by_unit({unit: of[f"{side}_{name}"] for unit, name in columns.items()})
        for columns in (SPENT, EXEMPT)
    )
    return Sums(spent=spent, exempt=exempt)
