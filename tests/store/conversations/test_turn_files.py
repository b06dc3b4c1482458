"""Files of turns, with the pictures of their pages."""

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from bot.core.conversation.turns import FileKind
from bot.store.conversations import turn_files as turn_files_store
from bot.store.database import Database
from tests.store.conversations.conversation import KEY, append, load
from tests.store.samples import file, image, turn


async def test_load_gives_back_files_with_the_pictures_of_their_pages(database: Database) -> None:
    log = file("a.log", text="up\n", tail="down\n", lines=900, characters=9_000)
    scan = file("scan.pdf", kind=FileKind.PDF, pages=2, images=(image("one"), image("two")))
    both = replace(turn(1, images=(image("cat"),)), files=(scan, log))
    paper = replace(turn(3), files=(replace(scan, images=(), is_document=True, note="a bill"),))

    await append(database, both, turn(2), paper)

    assert await load(database) == (both, turn(2), paper)


async def test_load_of_the_newest_turns_has_their_files_only(database: Database) -> None:
    turns = [replace(turn(n), files=(file(f"{n}.log"),)) for n in range(1, 11)]
    await append(database, *turns)

    loaded = await load(database, newest=4)

    assert [each.name for turn in loaded for each in turn.files] == [
        "7.log",
        "8.log",
        "9.log",
        "10.log",
    ]


async def test_files_of_a_conversation_are_searched_by_their_clustered_key(
    sqlite_url: str,
) -> None:
    load = turn_files_store._LOAD.compile(dialect=sqlite.dialect(paramstyle="named"))

    async with Database.open(sqlite_url) as database, database.reading() as conn:
        plan = await conn.execute(
            text(f"EXPLAIN QUERY PLAN {load}"), {**load.params, "key": KEY, "first": 0}
        )

        assert [row.detail for row in plan] == [
            "SEARCH turn_files USING PRIMARY KEY (conversation_key=? AND position>?)"
        ]
