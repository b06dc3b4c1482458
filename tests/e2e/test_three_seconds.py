"""Discord gives a command three seconds, whatever the database and Discord's own routes take."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager

import pytest
import pytest_asyncio

from bot.core import wording
from bot.standins.playground.interactions.callbacks import CallbackType
from tests.e2e.conftest import PATIENCE, Town, open_town
from tests.e2e.quota_places import Place, button, open_place, shown

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("commands")) as town, town.running():
        yield town


@pytest.fixture
def place(town: Town) -> Place:
    return open_place(town)


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Nobody else can write meanwhile."""
    with closing(sqlite3.connect(town.folder / "glimpse.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_locked_database_is_told_in_time_and_nothing_changes(
    town: Town, place: Place
) -> None:
    with locked(town):
        refused = await place.order("set", "user", user=place.member, amount="50k")
        first = refused.callback, refused.is_ephemeral, refused.content

    again = await place.order("set", "user", user=place.member, amount="60k")
    assert first == (CallbackType.MESSAGE, True, wording.too_busy())
    assert again.content.startswith(f"{place.member.mention} now has 60,000 tokens a day")


async def test_button_is_told_of_a_locked_database_and_goes_on(town: Town, place: Place) -> None:
    asked = await place.order("set", "everyone", amount="50k")
    message = shown(asked)

    with locked(town):
        refused = await place.moderator.press(message, button(message, "Confirm"))
    await place.moderator.press(message, button(message, "Confirm"))

    await town.wait(lambda: "50,000 tokens a day" in shown(asked).content, "it is changed")
    assert refused.content == wording.too_busy()


async def test_first_response_took_9_to_25_seconds_while_permissions_failed(
    town: Town, place: Place
) -> None:
    town.discord.faults.hang(10 * PATIENCE, path="/permissions$", times=9)

    shown_to = await place.member.use_command(("quota", "me"), place.room, {})
    chosen = await place.member.use_command(("model",), place.room, {"choose": "default"})
    town.discord.faults.clear()

    assert not shown_to.failed
    assert not chosen.failed
