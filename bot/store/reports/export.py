"""Rows of the ledger as CSV, read as they are written: never all of them in memory."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.windows import Window
from bot.core.reports.csv_cells import Value, csv_line, dollars_of, text_of
from bot.store.schema.tables import ledger

ROWS_AT_ONCE = 200  # some milliseconds of work, between which others have their turn

# The names are a contract, and so is their order: new ones go to the end.
COLUMNS = (
    *("id", "kind", "message_id", "server_id", "channel_id", "parent_channel_id"),
    *("user_id", "role_id", "model"),
    *("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "tokens"),
    *("cost_usd", "answers", "is_estimated", "ending"),
    *("day", "asked_at", "settled_at"),
    "borne_for_message_id",  # the operator bears it: a crash ended the attempt
)


_READ = [
    ledger.c[name]
    for name in (
        *("id", "kind", "message_id", "guild_id", "channel_id", "parent_id", "user_id", "role_id"),
        *("model", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "tokens"),
        *("cost_microusd", "answers", "is_estimated", "ending"),
        *("window_starts_at", "admitted_at", "settled_at", "borne_for"),
    )
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportQuery:
    """The rows of a window; `guild_id` None: of all servers and of direct messages."""

    guild_id: int | None
    window: Window
    zone: ZoneInfo


async def read_csv(
    conn: AsyncConnection, query: ExportQuery
) -> AsyncGenerator[tuple[str, int], None]:
    """The header, then pieces of text with their number of rows; all of one state of the database.

    To be closed (`aclosing`) before the connection is.
    """
    yield csv_line(COLUMNS), 0
    async with conn.stream(_select(query)) as rows:
        async for some in rows.partitions(ROWS_AT_ONCE):
            yield "".join(map(_line, some)), len(some)


def _select(query: ExportQuery) -> Select[Any]:
    """By the index on server and day. Over all servers there is none: then in the ledger's order."""
    first, last = _days(query)
    statement = select(*_READ).where(ledger.c.window_starts_at.between(first, last))
    if (period := query.window.period).part_of_day:
        statement = statement.where(ledger.c[period.row.column] == query.window.key)
    if query.guild_id is None:
        return statement.order_by(ledger.c.id)
    return statement.where(ledger.c.guild_id == query.guild_id).order_by(
        ledger.c.window_starts_at, ledger.c.id
    )


def _days(query: ExportQuery) -> tuple[datetime, datetime]:
    """The keys of the first and the last day. Rows know their day, older ones know nothing else."""
    window = query.window
    if window.period.part_of_day:
        # An hour by the wall clock can be one of two days, where the server has moved since.
        return window.key - timedelta(days=2), window.key + timedelta(days=2)
    following = window.resets_at.astimezone(query.zone).date()
    last = datetime(following.year, following.month, following.day, tzinfo=window.key.tzinfo)
    return window.key, last - timedelta(days=1)


def _line(row: Row[Any]) -> str:
    fields: tuple[Any, ...] = tuple(row)
    (number, kind, message, guild, channel, parent, user, role, *used) = fields
    (model, sent, cached, output, reasoning, tokens, microusd, answers, *rest) = used
    (is_estimated, ending, day, asked_at, settled_at, borne_for) = rest
    values: tuple[Value, ...] = (
        *(text_of(number), kind),
        *map(text_of, (message, guild, channel, parent, user, role)),
        *(model, sent, cached, output, reasoning, tokens),
        dollars_of(microusd),
        int(kind == "usage") if answers is None else answers,  # older rows do not say
        *(bool(is_estimated), ending),
        *(f"{day:%Y-%m-%d}", asked_at, settled_at, text_of(borne_for)),
    )
    return csv_line(values)
