"""The migration scripts, run by alembic: importing this module costs a quarter of a second."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.schema.revisions import SCRIPTS


def known_revisions() -> tuple[str, ...]:
    """Every revision that this program brings along, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Go up to `revision` in the transaction that `connection` is in."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Go down to `revision` in the transaction that `connection` is in; "base": to nothing."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # A `%` in the path would be read as a reference to another setting.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
