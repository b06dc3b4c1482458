"""PostgreSQL by its own programs: in one transaction, and never under a running bot."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.errors import BackupFailed, RestoreRefused
from bot.store.backups import postgres_tools
from bot.store.backups.postgres_backups import dump, restore_postgres
from bot.store.database import Database
from bot.store.engine.engines import parse_url
from tests.store.conftest import Postgres
from tests.store.samples import NOW, spend, standing

pytestmark = pytest.mark.usefixtures("postgres_tools")


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


@pytest.fixture
async def backup(postgresql_url: str, tmp_path: Path) -> Path:
    """In which Ada has spent 100 tokens."""
    async with Database.open(postgresql_url) as database:
        await spend(database, 1, 100)
    await dump(parse_url(postgresql_url), tmp_path / "backup.dump")
    return tmp_path / "backup.dump"


async def test_database_that_a_bot_uses_is_not_touched(postgresql_url: str, backup: Path) -> None:
    async with Database.open(postgresql_url) as running:
        await spend(running, 2, 50)

        with pytest.raises(RestoreRefused, match="is in use: stop the bot first"):
            await restore_postgres(backup, parse_url(postgresql_url), now=NOW)

        assert (await standing(running)).spent == 150


async def test_tables_that_the_backup_does_not_know_go(
    postgres: Postgres, postgresql_url: str, migrated_database: str, backup: Path
) -> None:
    """The upgrade of an older backup found the tables of the newer revision in its way."""
    postgres.run(f"\\connect {migrated_database}\nDROP TABLE claims;")
    url = parse_url(postgresql_url)
    await dump(url, older := backup.with_name("older.dump"))
    await restore_postgres(backup, url, now=NOW)

    await restore_postgres(older, url, now=NOW.replace(year=2027))

    found = postgres.run(f"\\connect {migrated_database}\nSELECT to_regclass('claims') IS NULL;")
    assert " t\n" in found
    await restore_postgres(backup, url, now=NOW.replace(year=2028))


async def test_table_that_another_program_locks_is_not_waited_for_forever(
    postgresql_url: str, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_tools, "_LOCK_WAIT", "50ms")
    engine = create_async_engine(parse_url(postgresql_url))
    async with engine.connect() as other:
        await other.execute(text("LOCK TABLE claims IN ACCESS SHARE MODE"))

        with pytest.raises(BackupFailed, match=r"`psql` failed: .*lock timeout"):
            await restore_postgres(backup, parse_url(postgresql_url), now=NOW)
    await engine.dispose()

    async with Database.open(postgresql_url) as database:
        assert (await standing(database)).spent == 100


async def test_archive_of_another_program_is_refused(
    postgres: Postgres, postgresql_own_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    name = postgresql_own_url.partition("?")[0].rpartition("/")[2]
    postgres.run(f"\\connect {name}\nCREATE TABLE songs (name TEXT);")
    await dump(parse_url(postgresql_own_url), tmp_path / "songs.dump")

    with pytest.raises(RestoreRefused, match="is no backup of Glimpse"):
        await restore_postgres(tmp_path / "songs.dump", parse_url(postgresql_url), now=NOW)


async def test_newer_archive_is_refused(
    postgres: Postgres, postgresql_url: str, migrated_database: str, backup: Path
) -> None:
    set_revision = f"\\connect {migrated_database}\nUPDATE alembic_version SET version_num ="
    before = postgres.run(f"\\connect {migrated_database}\nTABLE alembic_version;").split()[-3]
    postgres.run(f"{set_revision} '9999';")
    await dump(parse_url(postgresql_url), newer := backup.with_name("newer.dump"))
    postgres.run(f"{set_revision} '{before}';")

    with pytest.raises(RestoreRefused, match="at revision 9999"):
        await restore_postgres(newer, parse_url(postgresql_url), now=NOW)


async def test_missing_programs_are_named(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(BackupFailed, match="`pg_dump` is not installed here"):
        await dump(parse_url(postgresql_url), tmp_path / "backup.dump")

    assert not names(tmp_path)


async def test_server_that_refuses_leaves_no_half_backup(
    postgresql_url: str, tmp_path: Path
) -> None:
    url = parse_url(postgresql_url).set(database="not_there")

    with pytest.raises(BackupFailed, match=r"`pg_dump` failed: .*not_there"):
        await dump(url, tmp_path / "backup.dump")

    assert not names(tmp_path)
