"""A kill between the settlement and the end of an order: text and pictures come after the restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.standins.playground.world.permissions import Permission
from bot.store.database import Database
from tests.e2e.conftest import FOOTER, Town, has_stop
from tests.e2e.test_pictures_made import after, colours, switched_on
from tests.e2e.test_recovery import dying
from tests.scripted_pictures import PictureScript
from tests.store.conftest import ENGINES
from tests.store.conftest import postgres as postgres
from tests.store.conftest import postgresql_own_url as postgresql_own_url

pytestmark = pytest.mark.proof

RED, GREEN = (255, 0, 0), (0, 128, 0)
ONE, TWO = PictureScript(colour="red", partials=0), PictureScript(colour="green", partials=0)


@pytest.fixture(params=ENGINES)
def engine(town: Town, request: pytest.FixtureRequest) -> None:
    if request.param == "postgresql":
        town.set("database", url=request.getfixturevalue("postgresql_own_url"))


@asynccontextmanager
async def dying_unheard(town: Town) -> AsyncIterator[None]:
    """A bot that may make pictures but can't show them, killed once the order is settled."""
    town.set("pictures", through="images-api", model="gpt-image-2")
    async with dying(town):
        await switch_on(town)
        refused = town.discord.faults.answer(503, times=1_000, method="PATCH")
        yield
        await town.wait(lambda: "pictures made" in town.log, "the order is settled")
        await town.wait(lambda: refused.times < 1_000, "its end can't be shown")
    town.discord.faults.clear()


async def switch_on(town: Town) -> None:
    moderator = town.server.add_member("moderator", granted=Permission.MANAGE_GUILD)
    await switched_on(town.general, moderator)


async def left(town: Town) -> tuple[list[str], int]:
    """The states of the questions, and how many pictures are kept, once the bot has ended."""
    url = str(town.config["database"]["url"])
    async with Database.open(url) as database, database.reading() as connection:
        states = await connection.execute(text("SELECT DISTINCT state FROM questions"))
        files = await connection.execute(text("SELECT COUNT(*) FROM owed_files"))
        return list(states.scalars()), files.scalar_one()


@pytest.mark.usefixtures("engine")
async def test_picture_that_was_paid_for_outlives_two_kills(town: Town) -> None:
    """Only the text came back after the restart."""
    town.endpoint.draw(ONE)
    async with dying_unheard(town):
        asked = await town.ask(town.general, "draw a cat")
    assert await left(town) == (["owed"], 1)
    refused = town.discord.faults.answer(503, times=1_000, method="PATCH")
    async with dying(town):
        await town.wait(lambda: refused.times < 1_000, "it is to be shown")
    town.discord.faults.clear()

    async with town.running():
        reply = await town.reply_saying(asked, FOOTER.strip("\n"))

    assert colours(reply) == [RED]
    (attachment,) = reply.attachments
    assert attachment.filename == "picture-1.png"
    assert "for the prompt: draw a cat" in (attachment.description or "")
    assert town.later(asked) == [reply]
    assert len(town.endpoint.easel.wanted) == 1
    assert await left(town) == (["done"], 0)
    assert (await town.command("database", "verify")).code == 0


@pytest.mark.usefixtures("engine")
async def test_pictures_of_a_command_outlive_a_kill_in_order(town: Town) -> None:
    town.set("pictures", max_count=2)
    town.endpoint.draw(ONE, TWO)
    async with dying_unheard(town):
        await town.alice.slash("imagine", where=town.general, prompt="a cat", count=2)

    async with town.running():
        reply = await after(town, town.general)

    assert [each.filename for each in reply.attachments] == ["picture-1.png", "picture-2.png"]
    assert sorted(colours(reply)) == [GREEN, RED]
    assert reply.content.startswith("> a cat\n-# gpt-image-2")
    assert len(town.endpoint.easel.wanted) == 2
    assert await left(town) == (["done"], 0)


async def test_picture_is_shown_after_an_outage_of_discord(town: Town) -> None:
    """The process lives all the while."""
    town.set("pictures", through="images-api", model="gpt-image-2")
    town.endpoint.draw(ONE)
    async with town.running():
        await switch_on(town)
        refused = town.discord.faults.answer(503, times=3, method="PATCH")
        asked = await town.ask(town.general, "draw a cat")
        await town.wait(lambda: not refused.times, "Discord comes back")
        reply = await town.reply_saying(asked, FOOTER.strip("\n"))

    assert colours(reply) == [RED]
    assert not has_stop(reply)
    assert await left(town) == (["done"], 0)
