"""Engines by their URL, and what they load and survive."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from bot.core.errors import ConfigurationError, DatabaseUnavailable
from bot.store.database import Database
from tests.store.conftest import Postgres
from tests.store.limit_rows import count_limits


async def test_statement_that_takes_too_long_on_postgresql_is_given_up(
    postgresql_url: str,
) -> None:
    async with Database.open(postgresql_url, patience=0.3) as database:
        with pytest.raises(DatabaseUnavailable):
            async with database.transaction() as tx:
                await tx.execute(text("SELECT pg_sleep(5)"))

        assert await count_limits(database) == 0


async def test_server_that_closed_our_connections_costs_nobody_an_answer(
    postgresql_url: str, postgres: Postgres
) -> None:
    async with Database.open(postgresql_url) as database:
        assert await count_limits(database) == 0
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'glimpse';"
        )

        assert await count_limits(database) == 0


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("hunter2", "not a database URL"),
        ("mysql://root:hunter2@localhost/x", "`mysql`"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_open_of_an_unusable_url_is_a_configuration_error(url: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as refusal:
        async with Database.open(url):
            pass

    assert "hunter2" not in str(refusal.value)


def test_store_with_sqlite_loads_neither_alembic_nor_asyncpg() -> None:
    script = (
        "import sys, bot.store.database, bot.store.quota.ledger, bot.store.conversations.history, bot.store.schema.migrations;"
        "print([m for m in ('alembic', 'asyncpg', 'sqlalchemy.dialects.postgresql')"
        " if m in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert loaded.stdout.decode().strip() == "[]"
