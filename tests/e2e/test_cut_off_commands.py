"""Commands and buttons whose process is killed after their deferral: their callers are told, once.

They read that the bot was thinking, for a quarter of an hour, and then that it did not respond.
"""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing

import asyncpg
import pytest

from bot.core import wording
from bot.standins.playground.interactions.callbacks import CallbackType
from tests.e2e.conftest import PATIENCE, Town, end
from tests.e2e.locks import locked
from tests.e2e.quota_places import Place, button, open_place, shown
from tests.e2e.test_processes import another
from tests.e2e.test_recovery import dying
from tests.store.conftest import ENGINES
from tests.store.conftest import postgres as postgres
from tests.store.conftest import postgresql_own_url as postgresql_own_url

pytestmark = pytest.mark.proof

CUT_OFF, NOT_BEGUN = wording.command_cut_off(), wording.command_not_begun()


@pytest.fixture(params=ENGINES)
def place(town: Town, request: pytest.FixtureRequest) -> Place:
    if request.param == "postgresql":
        town.set("database", url=request.getfixturevalue("postgresql_own_url"))
    return open_place(town)


async def count_kept(town: Town) -> int:
    """The interactions whose answers are awaited, as the database knows."""
    url, count = str(town.config["database"]["url"]), "SELECT count(*) FROM deferrals"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(town.folder / "glimpse.db")) as file:
            return int(file.execute(count).fetchone()[0])
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(count))
    finally:
        await connection.close()


async def until_kept(town: Town, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if await count_kept(town) == wanted:
                return
            await asyncio.sleep(0.05)


def take_no_answers(town: Town) -> None:
    town.discord.faults.hang(10 * PATIENCE, method="PATCH", path="/webhooks/", times=9)


async def until_one_is_tried(town: Town) -> None:
    await town.wait(lambda: town.discord.faults.met, "the bot begins to answer")


async def test_command_stayed_thinking_after_a_kill(town: Town, place: Place) -> None:
    async with dying(town):
        take_no_answers(town)
        order = await place.order("report")
        await until_one_is_tried(town)
    town.discord.faults.clear()
    was_settled = order.is_settled

    async with town.running():
        await place.moderator.settled(order, timeout=PATIENCE)
        await until_kept(town, 0)

    assert not was_settled
    assert order.is_ephemeral
    assert [one.content for one in order.responses] == [CUT_OFF]
    assert order.token not in town.log + town.output


async def test_button_had_no_word_after_a_kill(town: Town, place: Place) -> None:
    async with dying(town):
        message = shown(await place.order("set", "everyone", amount="50k"))
        take_no_answers(town)
        async with locked(town):
            press = await place.moderator.press(message, button(message, "Confirm"))
        await until_one_is_tried(town)
    town.discord.faults.clear()
    before = message.content
    town.discord.faults.answer(503, method="POST", path="/webhooks/")  # it is told all the same

    async with town.running():
        await town.wait(lambda: press.followups, "its presser is told")
        await until_kept(town, 0)

    assert press.callback is CallbackType.DEFERRED_UPDATE
    assert message.content == before
    assert [(one.content, one.is_ephemeral) for one in press.followups] == [(CUT_OFF, True)]


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_command_killed_while_it_waited_is_not_begun(town: Town, place: Place) -> None:
    async with AsyncExitStack() as lock, dying(town):
        await lock.enter_async_context(locked(town))
        order = await place.order("set", "user", user=place.member, amount="50k")
        await until_kept(town, 1)

    async with town.running():
        await place.moderator.settled(order, timeout=PATIENCE)
        rules = await place.rules()

    assert order.content == NOT_BEGUN
    assert "50,000" not in rules


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_another_process_tells_for_one_that_died(town: Town, place: Place) -> None:
    async with AsyncExitStack() as living:
        first = await town.start("run")
        living.push_async_callback(end, first)
        await town.wait(lambda: town.discord.gateway.connected_shards, "the bot connects")
        take_no_answers(town)
        order = await place.order("report")
        await until_one_is_tried(town)
        await living.enter_async_context(another(town, "other"))
        first.kill()
        await first.wait()
        town.discord.faults.clear()
        await place.moderator.settled(order, timeout=PATIENCE)
        await until_kept(town, 0)

    assert [one.content for one in order.responses] == [CUT_OFF]


async def test_answer_to_a_deferred_command_outlives_a_kill(town: Town, place: Place) -> None:
    async with dying(town):
        order = await place.order("report")
        await place.moderator.settled(order, timeout=PATIENCE)
        await until_kept(town, 0)
    answer = order.content

    async with town.running():
        await town.answered(await town.ask(town.general, "are you back?"))

    assert order.content == answer != CUT_OFF
