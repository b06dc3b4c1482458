"""Pictures that are owed are given back as they were, and are kept only where there is room."""

from dataclasses import replace

import pytest

from bot.core.pictures.orders import LARGEST_MESSAGE, ShownPicture
from bot.store.conversations import owed_files, questions
from bot.store.database import Database
from tests.store.conversations.test_questions import CAT, DOG, QUESTION

LARGE = ShownPicture(content=bytes(LARGEST_MESSAGE), name="picture-1.png", alt="")


@pytest.fixture
async def owing(database: Database) -> Database:
    """Question 7 is owed a cat and a dog, question 8 a dog."""
    async with database.transaction() as tx:
        for number, pictures in ((7, (CAT, DOG)), (8, (DOG,))):
            await questions.take(tx, replace(QUESTION, message_id=number))
            await questions.owe(tx, number, ("one",), pictures)
    return database


async def test_pictures_are_given_back_in_their_order(owing: Database) -> None:
    async with owing.reading() as conn:
        assert await owed_files.load(conn, 7) == (CAT, DOG)
        assert await owed_files.load(conn, 8) == (DOG,)
        assert await owed_files.load(conn, 9) == ()


async def test_pictures_go_with_their_question_alone(owing: Database) -> None:
    async with owing.transaction() as tx:
        await questions.finish(tx, 7)

    async with owing.reading() as conn:
        assert await owed_files.load(conn, 7) == ()
        assert await owed_files.load(conn, 8) == (DOG,)


async def test_answer_as_large_as_a_message_has_room(owing: Database) -> None:
    async with owing.reading() as conn:
        assert await owed_files.has_room(conn, 7, [LARGE])
        assert not await owed_files.has_room(conn, 7, [LARGE, DOG])


async def test_pictures_of_all_questions_are_bounded_together(owing: Database) -> None:
    async with owing.reading() as conn:
        assert await owed_files.has_room(conn, 9, [DOG], most=14)  # with 5 + 3 + 3 of others
        assert not await owed_files.has_room(conn, 9, [DOG], most=13)
        assert await owed_files.has_room(conn, 7, [DOG], most=6)  # in place of its own
