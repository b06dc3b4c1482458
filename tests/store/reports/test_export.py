import csv
import io
from contextlib import aclosing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.messages.incoming_message import Place
from bot.store.database import Database
from bot.store.reports import export
from bot.store.reports.export import COLUMNS, ExportQuery, read_csv
from bot.store.schema.tables import ledger as table
from tests.store.samples import ADA, BERLIN, NOW, SHOP, ledger, moderation
from tests.store.spending import use

pytestmark = pytest.mark.proof


async def rows(
    database: Database,
    *,
    guild_id: int | None = SHOP,
    period: Period = Period.MONTH,
    now: datetime = NOW,
) -> list[dict[str, str]]:
    wanted = ExportQuery(guild_id=guild_id, window=window(period, now, BERLIN), zone=BERLIN)
    async with database.reading() as conn, aclosing(read_csv(conn, wanted)) as pieces:
        text = "".join([piece async for piece, _ in pieces])
    return list(csv.DictReader(io.StringIO(text, newline="")))


def row(**values: object) -> dict[str, object]:
    """As an older version wrote it: it knows its day only."""
    return {
        "kind": "usage",
        "message_id": 1,
        "guild_id": SHOP,
        "channel_id": 500,
        "user_id": ADA,
        "model": "gpt-test",
        "input_tokens": 75,
        "cached_tokens": 0,
        "output_tokens": 25,
        "reasoning_tokens": 0,
        "tokens": 100,
        "cost_microusd": None,
        "is_estimated": False,
        "ending": "completed",
        "window_starts_at": window(Period.DAY, NOW, BERLIN).key,
        "admitted_at": NOW,
        "settled_at": NOW,
        **values,
    }


async def write(database: Database, *values: dict[str, object]) -> None:
    async with database.transaction() as tx:
        for each in values:
            await tx.execute(insert(table), each)


async def test_row_says_who_asked_what_where_and_what_it_cost(database: Database) -> None:
    place = Place(guild_id=SHOP, channel_id=2**62 + 1, parent_id=500)
    await use(database, 100, cost=1_234_567, place=place, role_ids=(30, 31))

    (found,) = await rows(database)

    assert tuple(found) == COLUMNS
    assert found["channel_id"] == str(2**62 + 1)
    assert (found["parent_channel_id"], found["role_id"]) == ("500", "31")
    assert (found["server_id"], found["user_id"], found["kind"]) == (str(SHOP), str(ADA), "usage")
    assert (found["tokens"], found["cost_usd"], found["answers"]) == ("100", "1.234567", "1")
    assert (found["is_estimated"], found["ending"]) == ("false", "completed")
    assert (found["day"], found["asked_at"]) == ("2026-11-21", "2026-11-21T15:30:00.000Z")


async def test_unknown_cost_is_empty_and_a_free_answer_costs_nothing(database: Database) -> None:
    await use(database, 1, cost=None)
    await use(database, 1, cost=0)

    assert [each["cost_usd"] for each in await rows(database)] == ["", "0.000000"]


async def test_reset_is_a_row_with_what_is_forgiven(database: Database) -> None:
    await use(database, 100)
    async with database.transaction() as tx:
        await ledger(None).reset(tx, moderation())

    found = await rows(database)

    assert [each["kind"] for each in found] == ["usage", "reset"]
    assert (found[1]["tokens"], found[1]["message_id"], found[1]["model"]) == ("-100", "", "")


async def test_older_rows_count_as_one_answer_in_their_month(
    database: Database,
) -> None:
    await write(database, row())

    (found,) = await rows(database)

    assert (found["answers"], found["role_id"]) == ("1", "")


@pytest.mark.parametrize("model", ["=cmd|' /C calc'!A0", "+1", "@x"])
async def test_model_that_looks_like_a_formula_is_none(database: Database, model: str) -> None:
    await write(database, row(model=model))

    assert [each["model"] for each in await rows(database)] == [f"'{model}"]


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period.HOUR, timedelta(hours=1)),
        (Period.DAY, timedelta(days=1)),
        (Period.WEEK, timedelta(days=7)),
        (Period.MONTH, timedelta(days=30)),
    ],
)
async def test_each_window_has_its_own_rows_only(
    database: Database, period: Period, before: timedelta
) -> None:
    await use(database, 1)
    await use(database, 2, at=NOW - before)

    assert [each["tokens"] for each in await rows(database, period=period)] == ["1"]
    earlier = await rows(database, period=period, now=NOW - before)
    assert [each["tokens"] for each in earlier] == ["2"]


async def test_a_month_ends_with_its_last_day(
    database: Database,
) -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=NOW.tzinfo)  # in Berlin it has begun
    await use(database, 1, at=new_year - timedelta(hours=1))
    await use(database, 2, at=new_year)

    assert [each["tokens"] for each in await rows(database, now=new_year)] == ["2"]


async def test_other_servers_are_exported_only_with_everything(
    database: Database,
) -> None:
    await use(database, 1)
    await use(database, 2, place=Place(guild_id=SHOP + 1, channel_id=1))
    await use(database, 3, place=Place(guild_id=0, channel_id=1))

    assert [each["tokens"] for each in await rows(database)] == ["1"]
    assert [each["tokens"] for each in await rows(database, guild_id=None)] == ["1", "2", "3"]


async def test_many_rows_come_in_pieces_and_in_order(database: Database) -> None:
    count = 2 * export.ROWS_AT_ONCE + 7
    async with database.transaction() as tx:
        await tx.execute(
            insert(table), [row(message_id=number, tokens=number) for number in range(count)]
        )
    wanted = ExportQuery(guild_id=SHOP, window=window(Period.DAY, NOW, BERLIN), zone=BERLIN)

    async with database.reading() as conn, aclosing(read_csv(conn, wanted)) as pieces:
        sizes = [rows async for _, rows in pieces]

    assert sizes == [0, export.ROWS_AT_ONCE, export.ROWS_AT_ONCE, 7]
    assert [int(each["tokens"]) for each in await rows(database)] == list(range(count))


async def test_nothing_is_a_header_alone(database: Database) -> None:
    assert await rows(database) == []
