"""Discord gives a command three seconds, whatever the database and Discord's own routes take."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.standins.playground.interactions.callbacks import CallbackType
from bot.standins.playground.interactions.lifecycle import Interaction
from tests.e2e.conftest import PATIENCE, Town, open_town
from tests.e2e.locks import locked
from tests.e2e.quota_places import Place, button, open_place, shown
from tests.store.conftest import ENGINES, Postgres
from tests.store.conftest import postgres as postgres

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ENGINES)
async def town(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    async with open_town(tmp_path_factory.mktemp("commands")) as town:
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            town.set("database", url=server.url(server.create()))
        async with town.running():
            yield town


@pytest.fixture
def place(town: Town) -> Place:
    return open_place(town)


async def settled(place: Place, interaction: Interaction) -> Interaction:
    return await place.moderator.settled(interaction, timeout=PATIENCE)


async def test_command_was_refused_while_the_database_was_locked(town: Town, place: Place) -> None:
    async with locked(town):
        order = await place.order("set", "user", user=place.member, amount="50k")
        first = order.callback, order.is_ephemeral, order.is_settled

    done = await settled(place, order)
    assert first == (CallbackType.DEFERRED_MESSAGE, True, False)
    assert done.content.startswith(f"{place.member.mention} now has 50,000 tokens a day")
    assert (await place.rules()).count("50,000 tokens") == 1


async def test_what_only_reads_does_not_wait_for_a_locked_database(
    town: Town, place: Place
) -> None:
    async with locked(town):
        own = await place.member.use_command(("quota", "me"), place.room, {})
        await settled(place, own)
        rules = await settled(place, await place.order("show"))

    assert own.content.startswith("**Your quota**")
    assert rules.content.startswith("Nothing is set in this server")


async def test_button_waits_for_a_locked_database(town: Town, place: Place) -> None:
    asked = await place.order("set", "everyone", amount="50k")
    message = shown(asked)

    async with locked(town):
        press = await place.moderator.press(message, button(message, "Confirm"))
        first, before = press.callback, message.content

    await town.wait(lambda: "50,000 tokens a day" in message.content, "it is changed")
    assert first is CallbackType.DEFERRED_UPDATE
    assert before == asked.content


@pytest.mark.parametrize("label", ["Cancel", "Undo"])
async def test_other_buttons_wait_for_it_as_well(town: Town, place: Place, label: str) -> None:
    who = {"user": place.member} if label == "Undo" else {}
    order = await place.order("set", "user" if who else "everyone", amount="50k", **who)
    message, before = shown(order), order.content

    async with locked(town):
        press = await place.moderator.press(message, button(message, label))

    await settled(place, press)
    await town.wait(lambda: press.content != before, "it has its answer")
    assert "50,000" not in await place.rules()


async def test_suggestions_do_not_wait_for_a_locked_database(town: Town, place: Place) -> None:
    async with locked(town):
        offered = await place.moderator.autocomplete(
            "manage", "grant", focused="until", where=place.room, who=place.member, until="2h"
        )

    assert offered[0]["value"] == "2h"


async def test_first_response_took_9_to_25_seconds_while_permissions_failed(
    town: Town, place: Place
) -> None:
    town.discord.faults.hang(10 * PATIENCE, path="/permissions$", times=9)

    shown_to = await place.member.use_command(("quota", "me"), place.room, {})
    chosen = await place.member.use_command(("model",), place.room, {"choose": "default"})
    town.discord.faults.clear()

    assert not shown_to.failed
    assert not chosen.failed
