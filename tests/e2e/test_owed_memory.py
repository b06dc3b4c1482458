"""A kill between the settlement of an answer and its last edit: what comes after it knows of it.

Follow-ups to an answer that was shown by the next start began a conversation of their own.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from bot.standins.playground.world.state import Channel, Message
from tests.e2e.conftest import FOOTER, Town, pictures_in, texts_in
from tests.e2e.test_owed_pictures import ONE, dying_unheard
from tests.e2e.test_pictures_made import after
from tests.e2e.test_recovery import dying, finished, states
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Recorded

pytestmark = pytest.mark.proof

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
TABLE = ("scores.csv", b"name,score\nplayer 39,273\n", "text/csv")
TALE = "[[text='Once. It ends.' pace=0.3]]"
KEEP_FROM_FINISHING = """
    CREATE TRIGGER stop BEFORE UPDATE ON questions WHEN NEW.state = 'done'
    BEGIN SELECT json('malformed'); END
"""


@asynccontextmanager
async def dying_with(town: Town, channel: Channel, words: str) -> AsyncIterator[Message]:
    """A bot that is killed once its answer, of which a part is visible, is settled."""
    async with dying(town):
        asked = await town.ask(channel, f"{words} {TALE}", images=[PNG, TABLE])
        await town.started(asked)
        town.discord.faults.answer(503, times=1_000, method="PATCH")
        await town.wait(lambda: states(town).get(asked.id) == "owed", "it is settled")
        yield asked
    town.discord.faults.clear()


def execute(town: Town, statement: str) -> None:
    with closing(sqlite3.connect(town.folder / "glimpse.db")) as connection:
        connection.execute(statement)


async def request_after(town: Town, asked: Message, words: str) -> Recorded:
    """What the endpoint is asked in a reply to the answer, or next in its thread."""
    reply = await town.reply_saying(asked, FOOTER)
    where = town.discord.world.channels[asked.channel_id]
    is_thread = where.thread is not None
    again = await town.alice.say(where, words, reply_to=None if is_thread else reply)
    await town.answered(again)
    (request,) = town.requests_about(words)
    return request


@pytest.mark.parametrize("is_thread", [False, True], ids=["reply", "thread"])
async def test_follow_up_knows_the_answer_shown_after_a_kill(town: Town, is_thread: bool) -> None:
    thread = await town.alice.create_thread(town.general, "tales")
    async with dying_with(town, thread if is_thread else town.general, "a tale") as asked:
        pass

    async with town.running():
        await finished(town, asked)
        request = await request_after(town, asked, "and then?")

    (before,) = town.requests_about("a tale")
    assert request.json["input"][0] == before.json["input"][0]
    assert pictures_in(request)
    assert "player 39,273" in texts_in(request)[0][1]
    assert texts_in(request)[1] == ("assistant", "Once. It ends.")
    assert len(texts_in(request)) == 3


async def test_answer_first_shown_by_the_next_start_is_known(town: Town) -> None:
    """No message of it was there when it was settled."""
    async with dying(town):
        town.discord.faults.answer(503, times=1_000, method="POST")
        asked = await town.ask(town.general, "a tale [[text='Once. It ends.']]")
        await town.wait(lambda: states(town).get(asked.id) == "owed", "it is settled")
    town.discord.faults.clear()

    async with town.running():
        await finished(town, asked)
        request = await request_after(town, asked, "and then?")

    assert texts_in(request)[1] == ("assistant", "Once. It ends.")


async def test_kill_between_showing_and_remembering_doubles_no_turn(town: Town) -> None:
    async with dying_with(town, town.general, "a tale") as asked:
        pass
    execute(town, KEEP_FROM_FINISHING)
    async with dying(town):
        await town.reply_saying(asked, FOOTER)
        await town.wait(lambda: "a question could not be finished" in town.log, "it is tried")
    execute(town, "DROP TRIGGER stop")

    async with town.running():
        await finished(town, asked)
        request = await request_after(town, asked, "and then?")

    assert [role for role, _ in texts_in(request)] == ["user", "assistant", "user"]


async def test_owed_answer_to_a_deleted_question_is_not_remembered(town: Town) -> None:
    thread = await town.alice.create_thread(town.general, "tales")
    async with dying_with(town, thread, "a tale") as asked:
        pass
    await town.alice.delete(asked)

    async with town.running():
        await finished(town, asked)
        await town.answered(await town.ask(thread, "and then?"))

    (request,) = town.requests_about("and then?")
    assert len(texts_in(request)) == 1


async def test_follow_up_sees_pictures_shown_after_a_kill(town: Town) -> None:
    town.endpoint.draw(ONE)
    async with dying_unheard(town):
        await town.alice.slash("imagine", where=town.general, prompt="a red square")

    async with town.running():
        reply = await after(town, town.general)
        await town.wait(lambda: set(states(town).values()) == {"done"}, "all is given")
        again = await town.ask(town.general, "what have you made?", reply_to=reply)
        await town.answered(again)

    (request,) = [one for one in town.endpoint.requests if b"what have you made?" in one.raw]
    assert len(pictures_in(request)) == 1
    assert ("assistant", "[I made a picture for this: a red square]") in texts_in(request)
