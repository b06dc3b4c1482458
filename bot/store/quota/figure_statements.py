"""The statement that reads figures: what is reserved, and the counters that somebody asks about."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, String, bindparam, text
from sqlalchemy.sql.elements import TextClause

from bot.core.quota.limits import SubjectKind
from bot.store.quota.reservations import KEY_COLUMNS
from bot.store.schema.columns import UtcDateTime

# One statement: one state of the database. What is settled between two of them would be counted
# twice, or not at all.
_IN_WINDOW = ", ".join(
    f"CASE WHEN {column} = :{column} THEN 1 ELSE 0 END" for column in KEY_COLUMNS.values()
)
_IN_NONE = ", ".join("0" for _ in KEY_COLUMNS)
_RESERVED = f"""
    SELECT -1 AS counter, tokens, microusd, CASE WHEN drawing IS NULL THEN 0 ELSE 1 END AS answers,
           guild_id, COALESCE(parent_id, channel_id), user_id,
           CASE WHEN hour_starts_at >= :day_starts AND hour_starts_at < :day_ends
                THEN 1 ELSE 0 END, {_IN_WINDOW}
    FROM reservations WHERE expires_at > :now
"""
_COUNTER = f"""
    UNION ALL
    SELECT {{n}}, spent_tokens - exempt_tokens, spent_microusd - exempt_microusd,
           answers - exempt_answers, 0, 0, 0, 0, {_IN_NONE}
    FROM counters WHERE guild_id = :guild_{{n}} AND subject_kind = :kind_{{n}} AND subject_id = :id_{{n}}
                        AND period = :period_{{n}} AND window_starts_at = :starts_{{n}}
"""
# Of the operator's day there is no counter, but hours are named by their instants, in any zone. What
# was forgiven, or taken from grants, is among what is spent.
_UNDER_CEILING = f"""
    UNION ALL
    SELECT {{n}}, CAST(COALESCE(SUM(spent_tokens), 0) AS BIGINT),
           CAST(COALESCE(SUM(spent_microusd), 0) AS BIGINT),
           CAST(COALESCE(SUM(answers), 0) AS BIGINT), 0, 0, 0, 0, {_IN_NONE}
    FROM counters WHERE guild_id = :server AND subject_kind = 'server' AND subject_id = :server
                        AND period = 'hour' AND window_starts_at >= :day_starts
                        AND window_starts_at < :day_ends
"""
# Who is asked about, and who holds something of the same: everybody where a cap is on everything.
_SCOPES = {
    SubjectKind.USER: " AND guild_id = :guild AND user_id = :user",
    SubjectKind.SERVER: " AND guild_id = :guild",
    SubjectKind.EVERYTHING: "",
}


@lru_cache(maxsize=64)
def statement(counters: int, scope: SubjectKind, *, has_ceiling: bool) -> TextClause:
    """`scope` is whose reservations are read. Counters are numbered, and the ceiling comes after them."""
    parts = [_RESERVED, _SCOPES[scope], *(_COUNTER.format(n=n) for n in range(counters))]
    bound: list[BindParameter[Any]] = [
        bindparam(name, type_=UtcDateTime)
        for name in ("now", "day_starts", "day_ends", *KEY_COLUMNS.values())
    ]
    if has_ceiling:
        parts.append(_UNDER_CEILING.format(n=counters))
        bound.append(bindparam("server", type_=BigInteger))
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
