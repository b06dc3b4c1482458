"""Answers in text, from the question to the end, also where they do not end well."""

import asyncio

import pytest

from bot.core.answers.events import Ending, Failed, Failure, TextDelta
from bot.core.display import status
from bot.core.messages.incoming_message import RepliedTo
from bot.store.quota.reservations import OpenReservation
from tests.chat.conftest import NOON, MakeRoom, Room, message, until
from tests.chat.questions import BOB, CAT, THREAD
from tests.chat.tool_use import (
    LINK,
    ROUND,
    SEARCH,
    SlowImages,
    asks_for,
    calling,
    capable,
    switch_on_search,
)
from tests.fakes import FakeModel, FakeSurface, answer, picture


async def test_question_is_answered_with_text_and_footer(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat ", "on a mat.")))

    surface = await room.ask(message("what is it?"))

    assert (
        surface.shown == "A cat on a mat.\n-# fake-1 · 120 tokens · 98\u202f% of today's quota left"
    )
    assert not surface.messages[1000].has_stop
    await room.assert_accounts_agree()


async def test_question_that_had_to_wait_has_all_of_its_time(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((asyncio.Event(),), (0.2, *answer("Two."))), time_limit=0.3)
    first, second = FakeSurface(), FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("a", place=THREAD), first))
        await until(lambda: bool(room.model.requests))
        tasks.create_task(room.ask(message("b", place=THREAD, author=BOB), second))

    assert "too long" in first.shown
    assert second.shown.startswith("Two.")


async def test_stop_keeps_what_was_shown_and_charges_by_estimate(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Once upon a time"), asyncio.Event())))
    surface, asked = FakeSurface(), message("tell")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked, surface))
        await until(lambda: bool(surface.messages))
        had_stop = surface.messages[1000].has_stop
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)

    assert had_stop
    assert surface.shown.startswith("Once upon a time\n-# Stopped.")
    assert "≈" in surface.shown
    assert (await room.standing()).spent > 0
    assert (await room.standing()).reserved == 0


async def test_failure_before_text_is_one_sentence_and_free(
    make_room: MakeRoom,
) -> None:
    for failure in Failure:
        room = make_room(FakeModel((Failed(failure=failure, detail="secret words"),)))

        surface = await room.ask(message("hello"))

        assert surface.shown
        assert "secret words" not in surface.shown
        assert surface.shown.rstrip().endswith(")")
        assert (await room.standing()).spent == 0


async def test_answer_that_breaks_off_keeps_its_text_and_says_so(make_room: MakeRoom) -> None:
    script = (TextDelta(text="The start"), Failed(failure=Failure.BROKEN_STREAM))
    room = make_room(FakeModel(script))

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("The start\n-# The connection to the model broke off here")
    assert (await room.standing()).spent > 0


async def test_answer_over_its_time_limit_is_ended(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Slow"), asyncio.Event())), time_limit=0.2)

    surface = await room.ask(message("hello"))

    assert "fell silent here" in surface.shown


async def test_running_answer_is_marked_as_interrupted_after_the_grace(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel((TextDelta(text="Half"), asyncio.Event())))
    surface = FakeSurface()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(message("hello"), surface))
        await until(lambda: bool(surface.messages))
        await room.in_flight.drain(grace=0.01, after=2)

    assert "I was restarted in the middle of this answer" in surface.shown
    assert not surface.messages[1000].has_stop
    assert (await room.standing()).reserved == 0


async def test_answer_of_nothing_visible_is_called_empty(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer(" \n", "\u200b")))

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("The model finished without writing anything.")


async def test_text_held_back_of_a_given_up_attempt_appears_nowhere(
    make_room: MakeRoom,
) -> None:
    heard, images = asyncio.Event(), SlowImages(cat=picture("cat"))
    room = make_room(
        capable((TextDelta(text=LINK), heard, asyncio.Event())), images, web_search=SEARCH
    )
    await switch_on_search(room)
    asked, surface = message("did it rain?"), FakeSurface()

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked, surface))
        await asyncio.sleep(0.1)
        await room.ask(message(attachments=(CAT,), mentions_bot=False))
        await images.is_asked.wait()
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)
        images.go.set()

    assert "example.com" not in surface.shown
    await room.assert_accounts_agree()


async def test_round_reported_before_the_question_grew_is_charged_once(
    make_room: MakeRoom,
) -> None:
    images = SlowImages(cat=picture("cat"))
    room = make_room(
        capable(
            answer("A cat."),
            asks_for(calling("look_again", picture="1")),
        ),
        images,
    )
    images.go.set()
    first = await room.ask(message("what is this?", attachments=(CAT,)))
    page = next(iter(first.messages))
    images.go.clear()
    images.is_asked.clear()
    asked = message("closer", replied_to=RepliedTo(message_id=page))

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked))
        await images.is_asked.wait()
        images.is_asked.clear()
        await room.ask(message(attachments=(CAT,), mentions_bot=False))
        await images.is_asked.wait()
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.STOPPED)
        images.go.set()

    booked = (await room.ledger_rows())[-1]
    assert (booked["tokens"], booked["is_estimated"]) == (ROUND.total_tokens, False)
    await room.assert_accounts_agree()


async def test_request_sent_below_a_status_is_charged_after_a_crash(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "AFTER_ACTIVITY", 0.02)
    images, never = SlowImages(cat=picture("cat")), asyncio.Event()
    room = make_room(capable(asks_for(calling("who_is_asking")), (never,)), images)
    asked, surface = message("what is this?", attachments=(CAT,)), FakeSurface()

    async with asyncio.timeout(5):
        answering = asyncio.create_task(room.ask(asked, surface))
        await until(lambda: bool(surface.messages))
        await asyncio.sleep(0.1)
        before = (await left_behind(room)).input_estimate
        images.go.set()
        await until(lambda: len(room.model.requests) == 2)
        after = (await left_behind(room)).input_estimate
        answering.cancel()
        await asyncio.wait({answering})

    assert before == 0
    assert after is not None
    assert after > 2 * ROUND.input_tokens  # the first round as reported, and the second's input


async def test_pages_before_the_newest_are_charged_after_a_crash(make_room: MakeRoom) -> None:
    room = make_room(capable((TextDelta(text="many words " * 250), asyncio.Event())))
    surface = FakeSurface()

    async with asyncio.timeout(5):
        answering = asyncio.create_task(room.ask(message("tell me"), surface))
        await until(lambda: len(surface.messages) == 2)
        await asyncio.sleep(0.1)
        noted = (await left_behind(room)).input_estimate
        answering.cancel()
        await asyncio.wait({answering})

    assert noted is not None
    assert (
        noted > 2 * 250 + 500
    )  # what was sent, the list of functions most of it, and what was written


async def left_behind(room: Room) -> OpenReservation:
    """What the next start would find, if this one died."""
    async with room.using.database.reading() as connection:
        (found,) = await room.using.ledger.open_reservations(connection, owner="main", now=NOON)
    return found


async def test_answer_is_ended_while_a_slow_file_is_still_read(make_room: MakeRoom) -> None:
    """Neither Stop nor SIGTERM ended an answer before its slow PDF had been read."""
    images = SlowImages(cat=picture("cat"))
    room = make_room(FakeModel(answer("never")), images)
    surface, asked = FakeSurface(), message("what is it?", attachments=(CAT,))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.ask(asked, surface))
        await images.is_asked.wait()
        entry = room.in_flight.find(asked.id)
        assert entry is not None
        entry.interrupt(Ending.INTERRUPTED)

    assert "I was restarted before I could answer." in surface.shown
    assert not room.model.requests
    assert (await room.standing()).reserved == 0
