"""Counters: what a subject has spent in a window. They are sums of the ledger, kept at hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind, Unit
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import counters

SPENT = {
    Unit.TOKENS: "spent_tokens",
    Unit.DOLLARS: "spent_microusd",
    Unit.ANSWERS: "answers",
}
EXEMPT = {unit: f"exempt_{unit.field}" for unit in Unit}
_AMOUNTS = (*SPENT.values(), *EXEMPT.values())

# Upserts are written out: the same text runs on both engines, while SQLAlchemy has a construct
# for each, and PostgreSQL's would be imported where only SQLite is used.
_ADD = text(f"""
    INSERT INTO counters (guild_id, subject_kind, subject_id, period, window_starts_at,
                          {", ".join(_AMOUNTS)})
    VALUES (:guild_id, :kind, :subject_id, :period, :window_starts_at,
            {", ".join(f":{name}" for name in _AMOUNTS)})
    ON CONFLICT (guild_id, subject_kind, subject_id, period, window_starts_at) DO UPDATE SET
        {", ".join(f"{name} = counters.{name} + excluded.{name}" for name in _AMOUNTS)}
""").bindparams(  # noqa: S608 - the names are the table's own
    bindparam("guild_id", type_=BigInteger),
    bindparam("kind", type_=String),
    bindparam("subject_id", type_=BigInteger),
    bindparam("period", type_=String),
    bindparam("window_starts_at", type_=UtcDateTime),
    *(bindparam(name, type_=counters.c[name].type) for name in _AMOUNTS),
)

# Whoever adds to several counters does so in this order, and nobody waits in a ring; those that
# most answers share come last, and are held shortest.
_KINDS = (
    SubjectKind.USER,
    SubjectKind.ROLE,
    SubjectKind.CHANNEL,
    SubjectKind.SERVER,
    SubjectKind.EVERYTHING,
)
_PERIODS = tuple(Period)

EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)

Keys = dict[Period, datetime]  # of the windows that something belongs to


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterKey:
    """The counter of one subject in one window."""

    guild_id: int
    subject: Subject
    period: Period
    window_starts_at: datetime  # the window's key

    def parameters(self) -> dict[str, object]:
        return {
            "guild_id": self.guild_id,
            "kind": self.subject.kind.value,
            "subject_id": self.subject.id,
            "period": self.period.value,
            "window_starts_at": self.window_starts_at,
        }

    @property
    def order(self) -> tuple[int, int, int, int, datetime]:
        return (
            _KINDS.index(self.subject.kind),
            self.guild_id,
            self.subject.id,
            _PERIODS.index(self.period),
            self.window_starts_at,
        )


def keys_of(guild_id: int, subjects: Sequence[Subject], keys: Keys) -> list[CounterKey]:
    """The counters of these subjects in all the windows; those of everything belong to no server."""
    return [
        CounterKey(
            guild_id=0 if subject == EVERYTHING else guild_id,
            subject=subject,
            period=period,
            window_starts_at=starts_at,
        )
        for subject in subjects
        for period, starts_at in keys.items()
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """An addition to a counter. `exempt` does not count against limits."""

    key: CounterKey
    spent: Amounts = NOTHING
    exempt: Amounts = NOTHING

    def parameters(self) -> dict[str, object]:
        return {
            **self.key.parameters(),
            **{name: self.spent.of(unit) for unit, name in SPENT.items()},
            **{name: self.exempt.of(unit) for unit, name in EXEMPT.items()},
        }


async def add(tx: AsyncConnection, additions: Iterable[Addition]) -> None:
    """Add to counters, which locks their rows until the transaction ends."""
    ordered = sorted(additions, key=lambda addition: addition.key.order)
    await tx.execute(_ADD, [addition.parameters() for addition in ordered])
