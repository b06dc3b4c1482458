"""A question is kept from the moment it is taken until its answer is visible, and taken once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.conversation.memory import Memory
from bot.core.messages.incoming_message import Place
from bot.core.pictures.orders import ShownPicture
from bot.store.conversations import owed_files, questions
from bot.store.conversations.questions import KeptQuestion, QuestionState
from bot.store.database import Database
from tests.store.conversations.conversation import append
from tests.store.samples import ADA, NOW, PLACE, turn

QUESTION = KeptQuestion(
    message_id=7, place=PLACE, user_id=ADA, owner="first", taken_at=NOW, message_ids=(7, 6)
)
CAT = ShownPicture(content=b"\x00cat\xff", name="picture-1.png", alt="A cat")
MEMORY = Memory(key="message:7", asked=turn(7), answered=turn(8))
DOG = ShownPicture(content=b"dog", name="picture-2.webp", alt="A dog")


@pytest.fixture
async def taken(database: Database) -> Database:
    async with database.transaction() as tx:
        assert await questions.take(tx, QUESTION)
    return database


async def unfinished(database: Database) -> list[KeptQuestion]:
    async with database.reading() as conn:
        return await questions.find_unfinished(conn)


async def test_taken_question_is_given_back_as_it_was(taken: Database) -> None:
    assert await unfinished(taken) == [QUESTION]


async def test_question_is_taken_once(taken: Database) -> None:
    async with taken.transaction() as tx:
        assert not await questions.take(tx, replace(QUESTION, owner="second"))

    assert [each.owner for each in await unfinished(taken)] == ["first"]


async def test_of_many_processes_one_takes_the_question(database: Database) -> None:
    async def take(owner: str) -> bool:
        async with database.transaction() as tx:
            return await questions.take(tx, replace(QUESTION, owner=owner))

    taken = await asyncio.gather(*(take(f"process-{number}") for number in range(8)))

    assert taken.count(True) == 1


async def test_question_of_a_dead_process_is_taken_over_once(taken: Database) -> None:
    async with taken.transaction() as tx:
        first = await questions.take_over(tx, QUESTION, by="second")
        second = await questions.take_over(tx, QUESTION, by="third")

    (kept,) = await unfinished(taken)
    assert (first, second) == (True, False)
    assert (kept.owner, kept.attempts) == ("second", 2)


async def test_what_is_owed_is_kept_with_its_replies(taken: Database) -> None:
    async with taken.transaction() as tx:
        await questions.grow(tx, 7, (7, 6, 8))
        await questions.note_reply(tx, 7, (70, 71))
        await questions.owe(tx, 7, ("one", "two \x00 three"))

    (kept,) = await unfinished(taken)
    assert kept.state is QuestionState.OWED
    assert kept.message_ids == (7, 6, 8)
    assert kept.reply_ids == (70, 71)
    assert kept.owed == ("one", "two \x00 three")


async def test_memory_is_kept_until_the_question_is_finished_once(taken: Database) -> None:
    async with taken.transaction() as tx:
        await questions.owe(tx, 7, ("one",), memory=MEMORY)
    (kept,) = await unfinished(taken)

    async with taken.transaction() as tx:
        first, second = await questions.finish(tx, 7), await questions.finish(tx, 7)
        left = await tx.exec_driver_sql("SELECT memory FROM questions")

    assert kept.memory == MEMORY
    assert (first, second) == (True, False)
    assert left.scalar_one() is None


async def test_finished_question_keeps_its_id_but_no_word(taken: Database) -> None:
    async with taken.transaction() as tx:
        await questions.owe(tx, 7, ("one",))
        await questions.finish(tx, 7)
        await questions.owe(tx, 7, ("late",))  # whoever comes late changes nothing
        again = await questions.take(tx, QUESTION)

    assert await unfinished(taken) == []
    assert not again


async def kept_pictures(database: Database) -> int:
    async with database.reading() as conn:
        return int((await conn.exec_driver_sql("SELECT COUNT(*) FROM owed_files")).scalar_one())


async def test_owed_pictures_go_when_the_question_is_finished(taken: Database) -> None:
    async with taken.transaction() as tx:
        await questions.owe(tx, 7, ("one",), (CAT, DOG))
    (kept,) = await unfinished(taken)
    before = await kept_pictures(taken)

    async with taken.transaction() as tx:
        await questions.finish(tx, 7)
        await questions.owe(tx, 7, ("late",), (CAT,))  # whoever comes late changes nothing

    assert (kept.pictures, before) == (2, 2)
    assert await kept_pictures(taken) == 0


async def test_answer_that_is_owed_twice_keeps_the_latest_pictures(taken: Database) -> None:
    """Nobody knows whether a commit that failed has happened, so it is tried again."""
    async with taken.transaction() as tx:
        await questions.owe(tx, 7, ("one",), (CAT, DOG))
        await questions.owe(tx, 7, ("one",), (DOG,))

    (kept,) = await unfinished(taken)
    assert kept.pictures == await kept_pictures(taken) == 1


async def test_answer_without_pictures_asks_nothing_of_their_table(database: Database) -> None:
    """The path of ordinary answers: the pictures' table might as well not be there."""
    async with database.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE owed_files RENAME TO away")
        try:
            assert await owed_files.has_room(tx, 7, ())
            assert await questions.take(tx, QUESTION)
            await questions.owe(tx, 7, ("one",))
            await questions.finish(tx, 7)
        finally:
            await tx.exec_driver_sql("ALTER TABLE away RENAME TO owed_files")


async def test_known_messages_are_those_of_the_channel(taken: Database) -> None:
    async with taken.reading() as conn:
        here = await questions.find_known(conn, PLACE.channel_id, since=NOW)
        there = await questions.find_known(conn, 501, since=NOW)
        later = await questions.find_known(conn, PLACE.channel_id, since=NOW + timedelta(hours=1))

    assert here == {6, 7}
    assert not there | later


async def test_purge_forgets_old_questions_that_are_done(taken: Database) -> None:
    later = NOW + timedelta(days=3)
    async with taken.transaction() as tx:
        await questions.purge(tx, before=later)
        is_kept = not await questions.take(tx, QUESTION)
        await questions.finish(tx, 7)
        await questions.purge(tx, before=later)
        is_new = await questions.take(tx, QUESTION)

    assert (is_kept, is_new) == (True, True)


async def test_direct_channels_are_listed_by_their_latest_turn(database: Database) -> None:
    for channel in (41, 42):
        await append(
            database,
            turn(channel),
            key=f"direct:{channel}",
            place=Place(guild_id=0, channel_id=channel),
        )
    await append(database, turn(5), key="message:5")
    async with database.transaction() as tx:  # nothing was said there yet
        place = Place(guild_id=0, channel_id=43)
        await questions.take(tx, replace(QUESTION, place=place, taken_at=NOW + timedelta(hours=1)))
        await questions.take(tx, replace(QUESTION, message_id=8, taken_at=NOW))

    async with database.reading() as conn:
        found = await questions.find_direct_channels(conn, since=NOW, count=10)
        one = await questions.find_direct_channels(conn, since=NOW, count=1)
        none = await questions.find_direct_channels(conn, since=NOW + timedelta(days=1), count=10)

    assert set(found) == {41, 42, 43}
    assert (one, none) == ((43,), ())
