"""The file lock of a name: one at a time, by name, and none for a server."""

from pathlib import Path

import pytest

from bot.core.errors import DatabaseUnavailable, StartFailed
from bot.store.processes.file_lock import hold_name, lock_file


async def test_name_on_a_file_is_held_by_one(sqlite_own_url: str) -> None:
    async with hold_name(sqlite_own_url, "main", patience=0) as is_alone:
        with pytest.raises(StartFailed, match="named `main` already runs"):
            async with hold_name(sqlite_own_url, "main", patience=0):
                pass
        async with hold_name(sqlite_own_url, "other", patience=0) as is_other_alone:
            pass

    assert is_alone
    assert is_other_alone


async def test_name_that_is_given_up_can_be_held_again(sqlite_own_url: str) -> None:
    for _ in range(2):
        async with hold_name(sqlite_own_url, "main", patience=0) as is_alone:
            assert is_alone


async def test_server_has_no_file_to_lock() -> None:
    async with hold_name("postgresql://host/glimpse", "main", patience=0) as is_alone:
        assert not is_alone


async def test_folder_that_is_missing_is_said_in_our_own_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="can't be used"):
        async with hold_name(f"sqlite:///{tmp_path}/none/glimpse.db", "main", patience=0):
            pass


def test_any_name_makes_a_file_name() -> None:
    assert lock_file(Path("/a/glimpse.db"), "../b c") == Path("/a/glimpse.db-lock-..%2Fb%20c")
