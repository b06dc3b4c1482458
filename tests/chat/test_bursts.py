"""Several messages of one person that are one question."""

import asyncio
from dataclasses import replace

from bot.chat.bursts import Bursts, Question
from bot.core.answers.events import TextDelta
from tests.chat.conftest import MakeRoom, message, until
from tests.chat.questions import BOB, CAT
from tests.fakes import FakeImages, FakeModel, FakeSurface, answer, picture


async def test_follow_up_before_the_first_text_joins_the_question(
    make_room: MakeRoom,
) -> None:
    never = asyncio.Event()
    room = make_room(FakeModel((never,), answer("A cat.")), FakeImages(cat=picture("cat")))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("what is this?"), surface))
        await until(lambda: bool(room.model.requests))
        await room.ask(message(attachments=(CAT,), mentions_bot=False), FakeSurface())

    assert surface.shown.startswith("A cat.")
    assert len(surface.messages) == 1
    assert room.model.requests[1].turns[-1].text == "what is this?"
    assert room.model.requests[1].turns[-1].images[0].name == "cat"
    standing = await room.standing()
    assert standing.spent > 120  # the request that was given up had its input
    assert standing.reserved == 0


async def test_message_after_the_first_text_is_a_new_question(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="One."), hold, *answer(" End.")), answer("Two.")))
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a"), first))
        await until(lambda: bool(first.messages))
        tasks.create_task(room.ask(message("b"), second))
        await until(lambda: bool(second.messages))
        hold.set()

    assert second.shown.startswith("Two.")


async def test_bare_mention_waits_for_its_other_half(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat.")), FakeImages(cat=picture("cat")))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message(), surface))
        await asyncio.sleep(0.05)
        await room.ask(message(attachments=(CAT,), mentions_bot=False))

    assert surface.shown.startswith("A cat.")
    assert len(room.model.requests) == 1


async def test_bare_mention_after_a_picture_is_about_that_picture(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat.")), FakeImages(cat=picture("cat")))
    await room.ask(message("my pet", attachments=(CAT,), mentions_bot=False))

    surface = await room.ask(message())

    assert surface.shown.startswith("A cat.")
    assert room.model.requests[0].turns[-1].text == "my pet"


async def test_deleted_picture_is_not_what_a_bare_mention_is_about(make_room: MakeRoom) -> None:
    room = make_room(images=FakeImages(cat=picture("cat")))
    posted = message(attachments=(CAT,), mentions_bot=False)
    await room.ask(posted)

    room.answering.forget_message(posted.id)
    await room.ask(message("what is this?"))

    assert not room.model.requests[0].turns[-1].images


def test_question_that_grows_is_superseded_until_it_is_begun_anew() -> None:
    question = Question(message("a"))

    assert question.add(message("b"))
    was_superseded = question.is_superseded
    question.begin_attempt()

    assert was_superseded
    assert not question.is_superseded
    assert question.merged.text == "a\nb"


def test_closed_question_takes_no_message() -> None:
    """A message that came with the first text was added to an answer that never saw it."""
    question = Question(message("a"))
    question.close()

    assert not question.add(message("b"))
    assert question.merged.text == "a"


def test_closing_ends_the_wait_for_a_new_attempt() -> None:
    question = Question(message("a"))
    question.add(message("b"))
    question.close()

    assert not question.is_superseded


def test_message_is_missed_only_while_the_first_text_is_on_its_way() -> None:
    bursts, late = Bursts(), message("b", mentions_bot=False)
    question = bursts.open(message("a"))

    missed_before = bursts.find_missed(late)
    question.close()
    missed = bursts.find_missed(late)
    question.note_shown()
    missed_after = bursts.find_missed(late)

    assert (missed_before, missed, missed_after) == (None, question, None)


def test_somebody_elses_message_has_missed_nothing() -> None:
    bursts = Bursts()
    bursts.open(message("a")).close()

    assert bursts.find_missed(message("b", author=BOB)) is None


def test_pictures_of_a_crowd_are_not_all_remembered() -> None:
    bursts = Bursts()
    crowd = [message(attachments=(CAT,), author=replace(BOB, id=at)) for at in range(5_000)]
    for posted in crowd:
        bursts.remember(posted)

    first = bursts.open(message("?", author=crowd[0].author))
    last = bursts.open(message("?", author=crowd[-1].author))

    assert (len(first.messages), len(last.messages)) == (1, 2)


async def test_second_half_that_discord_sends_again_counts_once(make_room: MakeRoom) -> None:
    """It stood in the question twice."""
    never, half = asyncio.Event(), message("in this picture?")
    room = make_room(FakeModel((never,), (never,), answer("A cat.")))

    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(room.ask(message("what is"), FakeSurface()))
        await until(lambda: bool(room.model.requests))
        await room.ask(half)
        await room.ask(half)
        await until(lambda: len(room.model.requests) == 2)
        asking.cancel()

    assert room.model.requests[1].turns[-1].text == "what is\nin this picture?"


async def test_event_sent_again_joins_no_later_question(make_room: MakeRoom) -> None:
    """The answer to the second question answered the first one again."""
    hold = asyncio.Event()
    room = make_room(FakeModel(answer("One."), (hold, *answer("Two."))))
    first = message("a?")
    await room.ask(first)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("b?")))
        await until(lambda: len(room.model.requests) == 2)
        await room.ask(first)
        hold.set()

    assert [request.turns[-1].text for request in room.model.requests] == ["a?", "b?"]


async def test_second_half_sent_again_is_no_question(make_room: MakeRoom) -> None:
    """It was answered once more by itself."""
    hold = asyncio.Event()
    room = make_room(FakeModel((hold,), answer("Both."), answer("Again.")))
    second = message("and b?")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a?")))
        await until(lambda: bool(room.model.requests))
        await room.ask(second)
        hold.set()
    again = await room.ask(second)

    assert not again.messages
