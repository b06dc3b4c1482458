"""What alembic runs: inside a connection that the program has opened, or for a developer.

A developer names a scratch database: `alembic -c migrations/alembic.ini -x url=sqlite:///FILE …`.
"""

import asyncio
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engine.engines import parse_url
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import metadata


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A revision must not change with the program's own types, so it names SQLAlchemy's."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=_render,
        render_as_batch=True,  # SQLite can't alter a column in place
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_for_developer() -> None:
    url = context.get_x_argument(as_dictionary=True).get("url")
    if url is None:
        raise SystemExit("name a scratch database: -x url=sqlite:///FILE")
    engine = create_async_engine(parse_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    asyncio.run(_run_for_developer())
