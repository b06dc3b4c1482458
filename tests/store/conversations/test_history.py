"""Conversations are kept turn by turn and given back as they were said."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from bot.core.conversation.turns import Role, Turn
from bot.store.conversations import history
from bot.store.conversations.history import FoundTurn, History
from bot.store.database import Database
from bot.store.schema.tables import conversations, turn_files, turn_images, turn_messages, turns
from tests.store.conversations.conversation import KEY, append, load
from tests.store.samples import NOW, PLACE, SHOP, file, image, turn


async def test_load_gives_back_the_turns_as_they_were_appended(database: Database) -> None:
    asked = replace(
        turn(1, "what is this?", images=(image("cat"), image("dog", is_spoiler=True))), parent_id=7
    )
    answered = Turn(role=Role.ASSISTANT, text="a cat 🐈 and a dog", message_id=2, parent_id=1)

    await append(database, asked, answered)

    assert await load(database) == (asked, answered)


async def test_load_of_an_unknown_conversation_is_empty(database: Database) -> None:
    assert await load(database) == ()


async def test_load_gives_the_newest_turns_oldest_first(
    database: Database,
) -> None:
    pictures = (image("one"), image("two"))
    await append(database, *(turn(number, images=pictures) for number in range(1, 11)))

    loaded = await load(database, newest=4)

    assert [each.message_id for each in loaded] == [7, 8, 9, 10]
    assert [len(each.images) for each in loaded] == [2, 2, 2, 2]


async def test_load_begins_at_the_same_turn_for_several_questions(
    database: Database,
) -> None:
    beginnings = []
    for number in range(1, 61, 2):
        await append(database, turn(number), turn(number + 1))
        loaded = await load(database, newest=12)
        assert 12 >= len(loaded) >= min(number + 1, 7)
        assert loaded[-1].message_id == number + 1
        beginnings.append(loaded[0].message_id)

    assert beginnings == sorted(beginnings)
    assert len(set(beginnings)) == 9  # of thirty questions


async def test_load_does_not_show_another_conversation(database: Database) -> None:
    await append(database, turn(1, "mine"))
    await append(database, turn(2, "theirs"), key="message:2")

    assert [each.text for each in await load(database)] == ["mine"]


async def test_turn_that_is_no_message_comes_back_without_an_id(database: Database) -> None:
    await append(database, turn(0), turn(0))

    assert [each.message_id for each in await load(database)] == [0, 0]


async def test_append_of_no_turns_creates_no_conversation(database: Database) -> None:
    await append(database)

    async with database.reading() as conn:
        assert not await History().exists(conn, KEY)


async def test_append_keeps_when_a_conversation_began_and_last_went_on(
    database: Database,
) -> None:
    later = NOW + timedelta(minutes=5)
    await append(database, turn(1))
    async with database.transaction() as tx:
        await History().append(tx, KEY, place=PLACE, turns=[turn(2)], now=later)

    async with database.reading() as conn:
        row = (await conn.execute(select(conversations))).one()
    assert (row.created_at, row.last_at) == (NOW, later)


async def test_append_in_many_processes_leaves_no_gap(
    url: str,
) -> None:
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(Database.open(url)) for _ in range(3)]

        await asyncio.gather(
            *(
                append(processes[number % 3], turn(number), turn(number + 100))
                for number in range(1, 25)
            )
        )

        async with processes[0].reading() as conn:
            rows = (await conn.execute(select(turns).order_by(turns.c.position))).all()
    assert [row.position for row in rows] == list(range(48))
    questions, answers = rows[::2], rows[1::2]
    assert [row.message_id + 100 for row in questions] == [row.message_id for row in answers]


async def test_append_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError):
        await append(database, turn(1), also={5: 404})

    async with database.reading() as conn:
        assert not await History().exists(conn, KEY)
    assert await load(database) == ()


async def test_find_of_a_turn_names_its_conversation(database: Database) -> None:
    await append(database, turn(1), turn(2))

    async with database.reading() as conn:
        found = await History().find(conn, channel_id=PLACE.channel_id, message_id=2)
        key = await History().conversation_of(conn, channel_id=PLACE.channel_id, message_id=2)

    assert found == FoundTurn(key=KEY, turn_id=2)
    assert key == KEY


async def test_find_of_a_further_page_names_its_turn(database: Database) -> None:
    await append(database, turn(1), turn(2), also={3: 2, 4: 2})

    async with database.reading() as conn:
        found = await History().find(conn, channel_id=PLACE.channel_id, message_id=4)

    assert found == FoundTurn(key=KEY, turn_id=2)


@pytest.mark.parametrize(
    ("channel_id", "message_id"),
    [
        pytest.param(PLACE.channel_id, 404, id="unknown message"),
        pytest.param(PLACE.channel_id + 1, 1, id="another channel"),
        pytest.param(PLACE.channel_id, 0, id="turns that are no message"),
    ],
)
async def test_find_of_anything_else_is_none(
    database: Database, channel_id: int, message_id: int
) -> None:
    await append(database, turn(0), turn(1))

    async with database.reading() as conn:
        found = await History().find(conn, channel_id=channel_id, message_id=message_id)
        key = await History().conversation_of(conn, channel_id=channel_id, message_id=message_id)

    assert found is None
    assert key is None


async def test_every_row_of_a_conversation_carries_its_server(database: Database) -> None:
    shown = replace(turn(1, images=(image("cat"),)), files=(file("a.log"),))
    await append(database, shown, also={2: 1})

    async with database.reading() as conn:
        for table in (conversations, turns, turn_images, turn_files, turn_messages):
            assert (await conn.execute(select(table.c.guild_id))).scalar_one() == SHOP


async def test_conversation_that_is_deleted_takes_its_turns_along(database: Database) -> None:
    shown = replace(turn(1, images=(image("cat"),)), files=(file("a.log"),))
    await append(database, shown, also={2: 1})

    async with database.transaction() as tx:
        await tx.execute(conversations.delete())

    async with database.reading() as conn:
        for table in (turns, turn_images, turn_files, turn_messages):
            assert (await conn.execute(select(table))).all() == []


async def test_load_on_sqlite_searches_clustered_keys_and_scans_no_table(sqlite_url: str) -> None:
    load = history._LOAD.compile(dialect=sqlite.dialect(paramstyle="named"))

    async with Database.open(sqlite_url) as database, database.reading() as conn:
        plan = await conn.execute(
            text(f"EXPLAIN QUERY PLAN {load}"),
            {**load.params, "key": KEY, "newest": 40, "step": 20},
        )
        reads = {row.detail for row in plan if "turn" in row.detail}

    assert reads == {
        "SEARCH turns USING PRIMARY KEY (conversation_key=? AND position>?)",
        "SEARCH turn_images USING PRIMARY KEY (conversation_key=? AND position=?) LEFT-JOIN",
    }
