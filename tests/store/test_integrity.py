"""A damaged database is refused with the way out, and a thorough look finds damage anywhere."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import DatabaseDamaged
from bot.core.pictures.orders import ShownPicture
from bot.store.conversations import questions
from bot.store.database import Database
from bot.store.integrity import check_quickly, find_damage
from tests.store.conftest import Postgres
from tests.store.conversations.test_questions import QUESTION
from tests.store.damage import damage_page, damage_page_with


async def test_sound_database_is_whole(url: str) -> None:
    assert await check_quickly(url)
    assert await find_damage(url) == []


async def test_damaged_file_is_refused_with_the_way_out(sqlite_url: str) -> None:
    damage_page(Path(sqlite_url.removeprefix("sqlite:///")), "counters")

    with pytest.raises(DatabaseDamaged, match="`glimpse database restore FILE`"):
        await check_quickly(sqlite_url)


def test_database_that_is_not_there_is_not_made(sqlite_own_url: str) -> None:
    assert asyncio.run(check_quickly(sqlite_own_url))
    assert not Path(sqlite_own_url.removeprefix("sqlite:///")).exists()


@pytest.fixture
def damaged_url(postgres: Postgres, migrated_database: str) -> Iterator[str]:
    """Of a PostgreSQL in which the only page of `conversations` is overwritten."""
    row = "INSERT INTO conversations VALUES ('message:1', 9, 5, now(), now(), 1);"
    name = postgres.copy(migrated_database, row)
    page = postgres.folder / postgres.find_file(name, "conversations")
    page.write_bytes(b"\xa5" * page.stat().st_size)
    yield postgres.url(name)
    postgres.drop(name)


async def test_damaged_page_is_found_on_postgresql(damaged_url: str) -> None:
    (finding,) = await find_damage(damaged_url)

    assert finding.startswith("the table `conversations` can't be read: invalid page in block 0")


async def test_damage_within_a_picture_is_found_on_sqlite(sqlite_url: str) -> None:
    """Most of a picture lies on pages of its own, beside the table's."""
    content = random.Random(1).randbytes(100_000)
    async with Database.open(sqlite_url) as database, database.transaction() as tx:
        await questions.take(tx, QUESTION)
        picture = ShownPicture(content=content, name="picture-1.png", alt="")
        await questions.owe(tx, QUESTION.message_id, ["-# done"], [picture])
    assert await find_damage(sqlite_url) == []

    damage_page_with(Path(sqlite_url.removeprefix("sqlite:///")), content[50_000:50_100])

    assert await find_damage(sqlite_url)


@pytest.fixture
def url_of_damaged_picture(postgres: Postgres, migrated_database: str) -> Iterator[str]:
    """Of a PostgreSQL in which a picture is overwritten, which lies in a table of its own."""
    name = postgres.copy(
        migrated_database,
        "INSERT INTO questions VALUES (1, 9, 5, NULL, 11, 'o', 'owed', now(), 1, '[1]', '[]',\n"
        "NULL, NULL, 1);\n"
        "INSERT INTO owed_files SELECT 1, 0, 9, 'picture-1.png', '', 80000,\n"
        "decode(string_agg(md5(each::text), ''), 'hex') FROM generate_series(1, 5000) AS each;",
    )
    apart = "SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'owed_files';"
    table = postgres.run(f"\\connect {name}\n\\t\\a\n{apart}").splitlines()[-1]
    file = postgres.folder / postgres.find_file(name, table)
    file.write_bytes(b"\xa5" * file.stat().st_size)
    yield postgres.url(name)
    postgres.drop(name)


async def test_damage_within_a_picture_is_found_on_postgresql(url_of_damaged_picture: str) -> None:
    (finding,) = await find_damage(url_of_damaged_picture)

    assert finding.startswith("the table `owed_files` can't be read: invalid page in block")
