"""The migration scripts, run by alembic: importing this module costs a quarter of a second."""

from importlib.util import find_spec

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


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
    # Found as a package, so it is there in a checkout, in an image and beside an installed wheel.
    package = find_spec("migrations")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("the package `migrations` belongs to Glimpse and is not there")
    config = Config()
    # A `%` in the path would be read as a reference to another setting.
    folder = package.submodule_search_locations[0].replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.attributes["connection"] = connection
    return config
