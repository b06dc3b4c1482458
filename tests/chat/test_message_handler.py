"""Messages that are questions, whose turn it is, and who answers them."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.chat import message_handler
from bot.core.answers.events import TextDelta, Usage
from bot.core.quota.limits import SubjectKind
from bot.store.conversations.history import FoundTurn, History
from tests.chat.conftest import MakeRoom, message, until
from tests.chat.pictures.orders import CAT_ORDER, opened, painter_of
from tests.chat.questions import BOB, THREAD
from tests.chat.rules import block
from tests.fakes import FakeModel, FakeSurface, answer

USAGE = Usage(input_tokens=100, output_tokens=20)


async def test_message_that_is_no_question_is_left_alone(make_room: MakeRoom) -> None:
    room = make_room()

    surface = await room.ask(message("people talking", mentions_bot=False))

    assert not surface.messages
    assert not surface.typed
    assert not room.model.requests


async def test_thread_in_which_the_bot_has_answered_needs_no_mention(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("One."), answer("Two.")))
    await room.ask(message("first", place=THREAD))

    surface = await room.ask(message("second", place=THREAD, author=BOB, mentions_bot=False))

    assert surface.shown.startswith("Two.")
    assert [t.author_name for t in room.model.requests[1].turns] == ["Alice", "", "Bob"]


class FollowedSurface(FakeSurface):
    """Somebody writes at the very moment in which the footer appears."""

    def __init__(self, follow_up: Callable[[], Coroutine[object, object, FakeSurface]]) -> None:
        super().__init__()
        self.follow_up = follow_up
        self.following: asyncio.Task[FakeSurface] | None = None

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        self._follow(text)
        return await super().create(page, text, has_stop=has_stop)

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None:
        self._follow(text)
        await super().edit(message_id, text, has_stop=has_stop)

    def _follow(self, text: str) -> None:
        if "-# " in text and self.following is None:
            self.following = asyncio.get_running_loop().create_task(self.follow_up())


async def test_message_in_a_thread_right_after_the_footer_is_answered(make_room: MakeRoom) -> None:
    """It came to nothing: "and which one is the best?" stayed without an answer."""
    room = make_room(FakeModel(answer("One.", usage=USAGE), answer("Two.")))
    second = message("second", place=THREAD, author=BOB, mentions_bot=False)
    surface = FollowedSurface(lambda: room.ask(second))

    await room.ask(message("first", place=THREAD), surface)

    assert surface.following is not None
    assert (await surface.following).shown.startswith("Two.")


async def test_replayed_message_is_answered_once(make_room: MakeRoom) -> None:
    room = make_room()
    asked = message("hello")
    await room.ask(asked)

    surface = await room.ask(asked)

    assert not surface.messages
    assert len(room.model.requests) == 1


async def test_one_conversation_answers_in_the_order_of_its_questions(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room = make_room(FakeModel((TextDelta(text="One."), hold, *answer(" End.")), answer("Two.")))
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD), first))
        await until(lambda: bool(first.messages))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB), second))
        await asyncio.sleep(0.05)
        waiting = not second.messages and len(room.model.requests) == 1
        hold.set()

    assert waiting
    texts = [turn.text for turn in room.model.requests[1].turns]
    assert texts == ["a", "One. End.", "b"]


async def test_question_is_not_overtaken_while_the_database_is_slow(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, delays = History.find, [0.1]

    async def find_slowly(self: History, *args: Any, **wanted: Any) -> FoundTurn | None:
        await asyncio.sleep(delays.pop() if delays else 0.0)
        return await find(self, *args, **wanted)

    monkeypatch.setattr(History, "find", find_slowly)
    room = make_room()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD)))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB)))

    assert [request.turns[-1].text for request in room.model.requests] == ["a", "b"]


@pytest.fixture
def greets_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare mention that nothing follows is known for one at once."""
    monkeypatch.setattr(message_handler, "BARE_MENTION_WAIT", timedelta(milliseconds=10))


@pytest.mark.usefixtures("greets_soon")
async def test_bare_mention_alone_is_greeted_and_costs_nothing(make_room: MakeRoom) -> None:
    room = make_room()

    surface = await room.ask(message())

    assert surface.shown.startswith("Hello!")
    assert not room.model.requests
    assert (await room.standing()).spent == 0


async def test_closing_bot_says_so_instead_of_answering(make_room: MakeRoom) -> None:
    room = make_room()
    await room.in_flight.drain(grace=0.01, after=0.01)

    surface = await room.ask(message("hello"))

    assert "restarted" in surface.shown
    assert not room.model.requests


@pytest.mark.usefixtures("greets_soon")
async def test_bare_mention_where_nobody_is_answered_gets_no_greeting(make_room: MakeRoom) -> None:
    room = make_room()
    await block(room, SubjectKind.SERVER, 7)

    surface = await room.ask(message(""))

    assert "Hello" not in surface.shown
    assert surface.shown


async def test_replayed_command_is_painted_once(make_room: MakeRoom) -> None:
    room = await opened(make_room)
    asked = message("a cat")

    await room.answering.imagine(CAT_ORDER, asked, FakeSurface())
    await room.answering.imagine(CAT_ORDER, asked, FakeSurface())

    assert len(painter_of(room).requests) == 1


async def test_answer_is_stopped_once_its_reply_is_deleted(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Once"), asyncio.Event())))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("tell me"), surface))
    await until(lambda: surface.messages)
    room.answering.forget_message(next(iter(surface.messages)))
    async with asyncio.timeout(10):
        await asked

    assert room.model.closed == 1
    (row,) = await room.ledger_rows()
    assert row["ending"] == "stopped"
