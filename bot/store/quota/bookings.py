"""Rows of the ledger, and the counters that each of them is added to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, pairwise

from sqlalchemy import RowMapping, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.quota.allowance import Charge
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind
from bot.store.quota.counters import EVERYTHING, Addition, Keys, add, keys_of
from bot.store.quota.reservations import KEY_COLUMNS
from bot.store.schema.tables import ledger

_INSERT = insert(ledger).inline()  # the row's id is of no use
_FORGIVEN = select(ledger).where(
    ledger.c.guild_id == bindparam("guild"),
    ledger.c.user_id == bindparam("user"),
    ledger.c.settled_at == bindparam("at"),
    ledger.c.kind == "reset",
)
_SETTLED = select(ledger.c.id).where(ledger.c.message_id == bindparam("message"))
_BORNE = select(ledger.c.id).where(ledger.c.borne_for == bindparam("message")).limit(1)
_COUNTS = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")


def keys_in(row: RowMapping) -> Keys:
    """The windows that a reservation was admitted in."""
    return {period: row[column] for period, column in KEY_COLUMNS.items()}


def subjects_in(row: RowMapping) -> tuple[Subject, ...]:
    """Everything whose counters an answer is added to."""
    channel = row["channel_id"] if row["parent_id"] is None else row["parent_id"]
    return (
        Subject(kind=SubjectKind.USER, id=row["user_id"]),
        Subject(kind=SubjectKind.ROLE, id=row["role_id"]),
        Subject(kind=SubjectKind.CHANNEL, id=channel),
        Subject(kind=SubjectKind.SERVER, id=row["guild_id"]),
        EVERYTHING,
    )


async def book(
    tx: AsyncConnection,
    reservation: RowMapping,
    charge: Charge,
    *,
    exempt: Amounts = NOTHING,
    now: datetime,
) -> None:
    """Write what an answer has used, all of it. `exempt` was taken from grants."""
    row = _usage_row(reservation, charge, now)
    await tx.execute(_INSERT, row)
    await _count(tx, reservation, charge.amounts, exempt)


async def book_borne(
    tx: AsyncConnection, reservation: RowMapping, charge: Charge, *, now: datetime
) -> None:
    """Write what an attempt has used that a crash ended. The operator bears it: it is no answer,
    and counts under caps but not under the limits of who asked. They may be answered yet.
    """
    used = replace(charge.amounts, answers=0)
    row = _usage_row(reservation, charge, now)
    row |= {"message_id": None, "answers": 0, "borne_for": reservation["message_id"]}
    await tx.execute(_INSERT, row)
    await _count(tx, reservation, used, used)


async def _count(
    tx: AsyncConnection, reservation: RowMapping, used: Amounts, exempt: Amounts
) -> None:
    keys = keys_in(reservation)
    subjects = subjects_in(reservation)
    await add(
        tx,
        (
            Addition(
                key=key,
                spent=used,
                exempt=exempt if key.subject.kind is SubjectKind.USER else NOTHING,
            )
            for key in keys_of(reservation["guild_id"], subjects, keys)
        ),
    )


async def is_settled(conn: AsyncConnection, message_id: int) -> bool:
    """Whether an answer to that message was charged."""
    found = await conn.execute(_SETTLED, {"message": message_id})
    return found.first() is not None


async def is_borne(conn: AsyncConnection, message_id: int) -> bool:
    """Whether the operator bears an attempt to answer that message."""
    found = await conn.execute(_BORNE, {"message": message_id})
    return found.first() is not None


async def forgive(
    tx: AsyncConnection,
    guild_id: int,
    user_id: int,
    spent: Iterable[tuple[Keys, Amounts]],
    now: datetime,
) -> None:
    """Write that `spent` no longer counts against the user's limits, in these windows."""
    user = Subject(kind=SubjectKind.USER, id=user_id)
    for keys, amounts in spent:
        if amounts == NOTHING:
            continue
        await tx.execute(_INSERT, _reset_row(guild_id, user_id, keys, amounts, now))
        await add(
            tx, (Addition(key=key, exempt=amounts) for key in keys_of(guild_id, [user], keys))
        )


def split(counts: Mapping[Period, Amounts], keys: Keys) -> list[tuple[Keys, Amounts]]:
    """Part what counts today: what counts in this hour as well, then what does in earlier ones.

    `counts` are those of the present windows up to a day, each of which lies in the next.
    """
    longest_first = (counts.get(period, NOTHING) for period in reversed(UP_TO_A_DAY))
    bounded = [*accumulate(longest_first, Amounts.at_most)][::-1]
    parts = [one - shorter for shorter, one in pairwise([NOTHING, *bounded])]
    return [(_without(UP_TO_A_DAY[:at], keys), part) for at, part in enumerate(parts)]


def _without(periods: Collection[Period], keys: Keys) -> Keys:
    return {period: key for period, key in keys.items() if period not in periods}


async def find_forgiven(
    tx: AsyncConnection, guild_id: int, user_id: int, at: datetime
) -> list[tuple[Keys, Amounts]]:
    """Find what was forgiven at that instant, and in which windows."""
    rows = await tx.execute(_FORGIVEN, {"guild": guild_id, "user": user_id, "at": at})
    return [
        (
            {period: row[name] for period, name in KEY_COLUMNS.items() if row[name] is not None},
            -Amounts(
                tokens=row["tokens"],
                microusd=row["cost_microusd"] or 0,  # older resets were of tokens only
                answers=row["answers"] or 0,
            ),
        )
        for row in rows.mappings()
    ]


def _usage_row(reservation: RowMapping, charge: Charge, now: datetime) -> dict[str, object]:
    keys = keys_in(reservation)
    usage, amounts = charge.usage, charge.amounts
    return {
        "kind": "usage",
        "message_id": reservation["message_id"],
        "guild_id": reservation["guild_id"],
        "channel_id": reservation["channel_id"],
        "parent_id": reservation["parent_id"],
        "user_id": reservation["user_id"],
        "role_id": reservation["role_id"],
        "model": charge.model,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "tokens": amounts.tokens,
        "cost_microusd": charge.cost_microusd,
        "answers": amounts.answers,
        "is_estimated": charge.is_estimated,
        "ending": charge.ending,
        **{KEY_COLUMNS[period]: key for period, key in keys.items()},
        "admitted_at": reservation["created_at"],
        "settled_at": now,
    }


def _reset_row(
    guild_id: int, user_id: int, keys: Keys, amounts: Amounts, now: datetime
) -> dict[str, object]:
    return {
        **dict.fromkeys(_COUNTS, 0),
        "kind": "reset",
        "guild_id": guild_id,
        "user_id": user_id,
        "tokens": -amounts.tokens,
        "cost_microusd": -amounts.microusd,
        "answers": -amounts.answers,
        "is_estimated": False,
        **{KEY_COLUMNS[period]: key for period, key in keys.items()},
        "settled_at": now,
    }
