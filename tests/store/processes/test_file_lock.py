"""The file lock of a name: one at a time, and the name of the run that died in it."""

from pathlib import Path

import pytest

from bot.core.errors import DatabaseUnavailable, StartFailed
from bot.store.processes.file_lock import hold_name, lock_file
from tests.store.full_disk import no_file_grows_beyond

SERVER = "postgresql://glimpse:secret@host/glimpse"


@pytest.mark.parametrize("database", ["sqlite:///{folder}/glimpse.db", SERVER])
async def test_name_on_a_database_is_held_by_one(tmp_path: Path, database: str) -> None:
    url = database.format(folder=tmp_path)
    async with hold_name(url, "main", folder=tmp_path, patience=0) as held:
        with pytest.raises(StartFailed, match="named `main` already runs"):
            async with hold_name(url, "main", folder=tmp_path, patience=0):
                pass
        async with hold_name(url, "other", folder=tmp_path, patience=0) as other:
            pass

    assert held is not None
    assert other is not None


async def test_next_one_learns_which_run_held_the_name_before(tmp_path: Path) -> None:
    found = []
    for run in ("a longer first run", "second", "third"):
        async with hold_name(SERVER, "main", folder=tmp_path / "new", patience=0) as lock:
            assert lock is not None
            found.append(lock.dead_holder)
            lock.sign(run)

    assert found == ["", "a longer first run", "second"]


async def test_server_does_without_a_lock_where_the_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    async with hold_name(SERVER, "main", folder=tmp_path / "file", patience=0) as lock:
        assert lock is None


async def test_folder_that_is_missing_is_said_in_our_own_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none/glimpse.db"

    with pytest.raises(DatabaseUnavailable, match=f"its folder `{tmp_path}/none`: No such file"):
        async with hold_name(url, "main", folder=tmp_path, patience=0):
            pass


async def test_name_is_held_also_where_the_disk_is_full(tmp_path: Path) -> None:
    """A start ended with a traceback where the lock could be had and not be signed."""
    async with hold_name(SERVER, "main", folder=tmp_path, patience=0) as lock:
        assert lock is not None
        with no_file_grows_beyond(0):
            lock.sign("a run")


async def test_long_name_is_held_as_any_other(tmp_path: Path) -> None:
    """The start failed with `File name too long`."""
    url, name = f"sqlite:///{tmp_path}/glimpse.db", "\N{OWL}" * 64

    async with hold_name(url, name, folder=tmp_path, patience=0):
        async with hold_name(url, f"{name}2", folder=tmp_path, patience=0) as other:
            assert other is not None
        with pytest.raises(StartFailed, match="already runs"):
            async with hold_name(url, name, folder=tmp_path, patience=0):
                pass


def test_any_name_makes_a_file_name_and_no_password_does() -> None:
    beside = lock_file("sqlite:////a/glimpse.db", "../b c", Path("/images"))
    with_another = lock_file(SERVER.replace("secret", "other"), "main", Path("/images"))

    assert beside == Path("/a/glimpse.db-lock-..%2Fb%20c")
    assert with_another == lock_file(SERVER, "main", Path("/images"))
