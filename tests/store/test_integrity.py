"""A damaged database is refused with the way out, and a thorough look finds damage anywhere."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import DatabaseDamaged
from bot.store.integrity import check_quickly, find_damage
from tests.store.conftest import Postgres
from tests.store.damage import damage_page


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
