"""Counters: what a subject has spent in a window. They are sums of the ledger, kept at hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit import SubjectKind
from bot.store.columns import UtcDateTime
from bot.store.tables import counters, ledger

_ROW = (
    bindparam("guild_id", type_=BigInteger),
    bindparam("kind", type_=String),
    bindparam("subject_id", type_=BigInteger),
    bindparam("window_starts_at", type_=UtcDateTime),
)

# Upserts are written out: the same text runs on both engines, while SQLAlchemy has a construct
# for each, and PostgreSQL's would be imported where only SQLite is used.
_ENSURE = text("""
    INSERT INTO counters (guild_id, subject_kind, subject_id, window_starts_at,
                          spent_tokens, spent_microusd, answers)
    VALUES (:guild_id, :kind, :subject_id, :window_starts_at, 0, 0, 0)
    ON CONFLICT DO NOTHING
""").bindparams(*_ROW)

_ADD = text("""
    INSERT INTO counters (guild_id, subject_kind, subject_id, window_starts_at,
                          spent_tokens, spent_microusd, answers)
    VALUES (:guild_id, :kind, :subject_id, :window_starts_at, :tokens, :microusd, :answers)
    ON CONFLICT (guild_id, subject_kind, subject_id, window_starts_at) DO UPDATE SET
        spent_tokens = counters.spent_tokens + excluded.spent_tokens,
        spent_microusd = counters.spent_microusd + excluded.spent_microusd,
        answers = counters.answers + excluded.answers
""").bindparams(
    *_ROW,
    bindparam("tokens", type_=BigInteger),
    bindparam("microusd", type_=BigInteger),
    bindparam("answers", type_=BigInteger),
)

_LOCK = (
    select(counters.c.spent_tokens)
    .where(
        counters.c.guild_id == bindparam("guild_id"),
        counters.c.subject_kind == bindparam("kind"),
        counters.c.subject_id == bindparam("subject_id"),
        counters.c.window_starts_at == bindparam("window_starts_at"),
    )
    .with_for_update()
)


_AMOUNTS = ("tokens", "microusd", "answers")
_NOTHING = literal(0, BigInteger)


def _sides() -> CompoundSelect[Any]:
    """Counters and ledger one under the other, each with nothing in the other's columns."""
    counted = select(
        counters.c.guild_id,
        counters.c.subject_kind.label("kind"),
        counters.c.subject_id,
        counters.c.window_starts_at,
        counters.c.spent_tokens.label("counted_tokens"),
        counters.c.spent_microusd.label("counted_microusd"),
        counters.c.answers.label("counted_answers"),
        *(_NOTHING.label(f"booked_{amount}") for amount in _AMOUNTS),
    )
    booked = select(
        ledger.c.guild_id,
        literal(SubjectKind.USER.value, String).label("kind"),
        ledger.c.user_id.label("subject_id"),
        ledger.c.window_starts_at,
        *(_NOTHING.label(f"counted_{amount}") for amount in _AMOUNTS),
        ledger.c.tokens.label("booked_tokens"),
        func.coalesce(ledger.c.cost_microusd, 0).label("booked_microusd"),
        case((ledger.c.kind == "usage", 1), else_=0).label("booked_answers"),
    )
    return union_all(counted, booked)


def _find_differences() -> Select[Any]:
    """A full outer join would say the same; SQLite learnt it only lately."""
    sides = _sides().subquery()
    key = (sides.c.guild_id, sides.c.kind, sides.c.subject_id, sides.c.window_starts_at)
    # Summing bigints gives PostgreSQL's numeric, hence the cast.
    sums = {
        name: cast(func.sum(sides.c[name]), BigInteger)
        for name in (f"{side}_{amount}" for side in ("counted", "booked") for amount in _AMOUNTS)
    }
    is_off = or_(*(sums[f"counted_{amount}"] != sums[f"booked_{amount}"] for amount in _AMOUNTS))
    columns = (total.label(name) for name, total in sums.items())
    return select(*key, *columns).group_by(*key).having(is_off).order_by(*key)


_DIFFERENCES = _find_differences()


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterKey:
    """The counter of one subject in one server and window."""

    guild_id: int
    subject_id: int
    window_starts_at: datetime
    kind: SubjectKind = SubjectKind.USER

    def parameters(self) -> dict[str, object]:
        return {
            "guild_id": self.guild_id,
            "kind": self.kind,
            "subject_id": self.subject_id,
            "window_starts_at": self.window_starts_at,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    tokens: int
    microusd: int
    answers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A counter that does not say what the ledger adds up to."""

    key: CounterKey
    counted: Totals
    booked: Totals


async def lock_for_update(tx: AsyncConnection, key: CounterKey) -> None:
    """Hold the counter's row until the transaction ends: who changes a subject's figures waits.

    Whoever needs several locks them in the order of their keys. What was read before is stale.
    SQLite needs none of it: there the transaction itself is the lock.
    """
    if tx.dialect.name == "sqlite":
        return
    parameters = key.parameters()
    if (await tx.execute(_LOCK, parameters)).first() is None:
        await tx.execute(_ENSURE, parameters)
        await tx.execute(_LOCK, parameters)


async def add(tx: AsyncConnection, key: CounterKey, amounts: Totals) -> None:
    """Add to the counter, which locks its row as well."""
    await tx.execute(
        _ADD,
        {
            **key.parameters(),
            "tokens": amounts.tokens,
            "microusd": amounts.microusd,
            "answers": amounts.answers,
        },
    )


async def differences(conn: AsyncConnection) -> list[Difference]:
    """Add the whole ledger up and name every counter that says something else."""
    return [
        Difference(
            key=CounterKey(
                guild_id=row.guild_id,
                subject_id=row.subject_id,
                window_starts_at=row.window_starts_at,
                kind=SubjectKind(row.kind),
            ),
            counted=Totals(
                tokens=row.counted_tokens,
                microusd=row.counted_microusd,
                answers=row.counted_answers,
            ),
            booked=Totals(
                tokens=row.booked_tokens,
                microusd=row.booked_microusd,
                answers=row.booked_answers,
            ),
        )
        for row in await conn.execute(_DIFFERENCES)
    ]
