"""The way of a backup on both engines: made while others write, checked, restored."""

from pathlib import Path

import pytest

from bot.core.errors import BackupFailed, RestoreRefused
from bot.store.backups.backups import back_up, restore
from bot.store.backups.targets import BackupOrder
from bot.store.database import Database
from bot.store.integrity import find_damage
from bot.store.schema.revisions import HEAD
from tests.store.conftest import ENGINES
from tests.store.samples import NOW, spend, standing

pytestmark = pytest.mark.usefixtures("postgres_tools")


async def spent(url: str) -> int:
    async with Database.open(url) as database:
        return (await standing(database)).spent


async def use(url: str, message_id: int, tokens: int) -> None:
    async with Database.open(url) as database:
        await spend(database, message_id, tokens)


def names(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(each.name for each in folder.glob(pattern))


def move_away(url: str) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    file.rename(file.with_name("moved.db"))


async def test_restored_database_is_the_one_that_was_backed_up(url: str, tmp_path: Path) -> None:
    await use(url, 1, 100)
    async with Database.open(url) as running:
        made = await back_up(url, BackupOrder(target=tmp_path / "backup"), now=NOW)
        await spend(running, 2, 50)

    done = await restore(url, made.file, now=NOW)

    assert (made.revision, done.revision) == (HEAD, HEAD)
    assert await spent(url) == 100
    assert await find_damage(url) == []
    assert done.kept is not None
    await restore(url, done.kept, now=NOW.replace(year=2027))
    assert await spent(url) == 150


@pytest.mark.parametrize("engine", ENGINES)
async def test_restoration_into_an_empty_database_replaces_nothing(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    used: str = request.getfixturevalue(f"{engine}_url")
    await use(used, 1, 100)
    made = await back_up(used, BackupOrder(target=tmp_path / "backup"), now=NOW)
    if engine == "sqlite":
        move_away(used)  # the empty one has the same name
    empty: str = request.getfixturevalue(f"{engine}_own_url")

    done = await restore(empty, made.file, now=NOW)

    assert done.kept is None
    assert await spent(empty) == 100


async def test_oldest_backups_of_a_folder_give_way(url: str, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    order = BackupOrder(target=shelf, keep=2)

    made = [await back_up(url, order, now=NOW.replace(day=day)) for day in (1, 2, 3)]

    assert [each.deleted for each in made] == [(), (), (made[0].file,)]
    assert names(shelf) == [made[1].file.name, made[2].file.name]
    assert {each.file.stat().st_mode & 0o777 for each in made[1:]} == {0o600}


async def test_empty_database_has_nothing_to_back_up(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="no database of Glimpse"):
        await back_up(empty_url, BackupOrder(target=tmp_path / "backup"), now=NOW)

    assert not names(tmp_path, "backup*")


async def test_backup_that_is_cut_off_changes_nothing(url: str, tmp_path: Path) -> None:
    await use(url, 1, 100)
    made = await back_up(url, BackupOrder(target=tmp_path / "backup"), now=NOW)
    made.file.write_bytes(made.file.read_bytes()[:-5_000])
    await use(url, 2, 50)

    with pytest.raises(RestoreRefused, match=r"is damaged .*: nothing was changed"):
        await restore(url, made.file, now=NOW)

    assert await spent(url) == 150
