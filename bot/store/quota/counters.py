"""Counters: what a subject has spent in a window. They are sums of the ledger, kept at hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind
from bot.store.schema.columns import UtcDateTime

# Upserts are written out: the same text runs on both engines, while SQLAlchemy has a construct
# for each, and PostgreSQL's would be imported where only SQLite is used.
_ADD = text("""
    INSERT INTO counters (guild_id, subject_kind, subject_id, period, window_starts_at,
                          spent_tokens, spent_microusd, answers,
                          exempt_tokens, exempt_microusd, exempt_answers)
    VALUES (:guild_id, :kind, :subject_id, :period, :window_starts_at,
            :spent_tokens, :spent_microusd, :answers,
            :exempt_tokens, :exempt_microusd, :exempt_answers)
    ON CONFLICT (guild_id, subject_kind, subject_id, period, window_starts_at) DO UPDATE SET
        spent_tokens = counters.spent_tokens + excluded.spent_tokens,
        spent_microusd = counters.spent_microusd + excluded.spent_microusd,
        answers = counters.answers + excluded.answers,
        exempt_tokens = counters.exempt_tokens + excluded.exempt_tokens,
        exempt_microusd = counters.exempt_microusd + excluded.exempt_microusd,
        exempt_answers = counters.exempt_answers + excluded.exempt_answers
""").bindparams(
    bindparam("guild_id", type_=BigInteger),
    bindparam("kind", type_=String),
    bindparam("subject_id", type_=BigInteger),
    bindparam("period", type_=String),
    bindparam("window_starts_at", type_=UtcDateTime),
    bindparam("spent_tokens", type_=BigInteger),
    bindparam("spent_microusd", type_=BigInteger),
    bindparam("answers", type_=Integer),
    bindparam("exempt_tokens", type_=BigInteger),
    bindparam("exempt_microusd", type_=BigInteger),
    bindparam("exempt_answers", type_=Integer),
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
    """What is added to a counter. `exempt` is what does not count against limits."""

    key: CounterKey
    spent: Amounts = NOTHING
    exempt: Amounts = NOTHING

    def parameters(self) -> dict[str, object]:
        return {
            **self.key.parameters(),
            "spent_tokens": self.spent.tokens,
            "spent_microusd": self.spent.microusd,
            "answers": self.spent.answers,
            "exempt_tokens": self.exempt.tokens,
            "exempt_microusd": self.exempt.microusd,
            "exempt_answers": self.exempt.answers,
        }


async def add(tx: AsyncConnection, additions: Iterable[Addition]) -> None:
    """Add to counters, which locks their rows until the transaction ends."""
    ordered = sorted(additions, key=lambda addition: addition.key.order)
    await tx.execute(_ADD, [addition.parameters() for addition in ordered])
