"""A database, and one in which something was used."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.terminal.used import fill


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a database that is not there yet."""
    found = tmp_path / "glimpse.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLIMPSE_DATABASE_URL", f"sqlite:///{found}")
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada has used 100 tokens in the shop, and 50 in direct messages; both just now."""
    found = tmp_path_factory.mktemp("filled") / "glimpse.db"
    asyncio.run(fill(found))
    return found


@pytest.fixture
def used(filled: Path, file: Path) -> Path:
    """A copy of it."""
    shutil.copy(filled, file)
    return file
