"""Discord gives a command three seconds, whatever the database and Discord's own routes take."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager

import pytest
import pytest_asyncio

from bot.standins.playground.interactions.callbacks import CallbackType
from tests.e2e.conftest import PATIENCE, Town, open_town
from tests.e2e.quota_places import Place, button, open_place, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_command_that_waits_for_the_database_is_deferred(town: Town, place: Place) -> None:
    with locked(town):
        waiting = await place.order("set", "user", user=place.member, amount="50k")
        first = waiting.callback, waiting.is_ephemeral, waiting.is_settled

    await place.moderator.settled(waiting, timeout=PATIENCE)
    assert first == (CallbackType.DEFERRED_MESSAGE, True, False)
    assert waiting.content.startswith(f"{place.member.mention} now has 50,000 tokens a day")


async def test_question_and_its_button_wait_for_the_database(town: Town, place: Place) -> None:
    asked = await place.order("set", "everyone", amount="50k")
    assert asked.callback is CallbackType.MESSAGE

    with locked(town):
        message = shown(asked)
        pressed = await place.moderator.press(message, button(message, "Confirm"))
        first = pressed.callback, "now has" in asked.content

    await town.wait(lambda: "50,000 tokens a day" in shown(asked).content, "it is changed")
    assert first == (CallbackType.DEFERRED_UPDATE, False)


async def test_first_response_took_9_to_25_seconds_while_permissions_failed(
    town: Town, place: Place
) -> None:
    town.discord.faults.hang(10 * PATIENCE, path="/permissions$", times=9)

    shown_to = await place.member.use_command(("quota", "me"), place.room, {})
    chosen = await place.member.use_command(("model",), place.room, {"choose": "default"})
    town.discord.faults.clear()

    assert not shown_to.failed
    assert not chosen.failed
