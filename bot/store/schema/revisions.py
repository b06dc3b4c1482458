"""The migration scripts by the names of their files: alembic takes a quarter of a second to read them."""

from pathlib import Path
from typing import Final

# Beside this very code, so no other package called `migrations` is taken for them: a wheel has
# the scripts here (see setup.py), a checkout has them in its own folder at the top.
_INSTALLED = Path(__file__).with_name("scripts")
SCRIPTS: Final = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[3] / "migrations"


def _find_newest() -> str:
    return max(file.name for file in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


HEAD: Final = _find_newest().partition("_")[0]  # the newest revision
