"""Answers that can't be shown, and errors told to those who asked."""

import asyncio

import pytest

from bot.core import wording
from bot.core.answers.events import TextDelta
from bot.core.conversation.turns import PreparedImages
from bot.core.errors import (
    DatabaseUnavailable,
    SurfaceError,
    SurfaceForbidden,
    SurfaceGone,
    SurfaceRejected,
)
from bot.core.quota.limits import SubjectKind
from tests.chat.conftest import CHANNEL, MakeRoom, message, until
from tests.chat.questions import CAT
from tests.chat.rules import block
from tests.fakes import FakeImages, FakeModel, FakeSurface, answer


async def test_bug_in_an_answer_is_admitted_with_an_incident(make_room: MakeRoom) -> None:
    class Broken(FakeImages):
        async def prepare(self, *_: object, **_named: object) -> PreparedImages:
            raise ZeroDivisionError

    room = make_room(images=Broken())

    surface = await room.ask(message("hello"))

    assert "Something went wrong on my side" in surface.shown
    assert (await room.standing()).reserved == 0


async def test_unreadable_ledger_is_reported_and_no_model_is_asked(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("disk full")

    room = make_room()
    monkeypatch.setattr(room.using.ledger, "reserve", fail)

    surface = await room.ask(message("hello"))

    (failure,) = [each for each in caplog.records if each.message == "the database failed"]
    assert surface.shown == wording.store_error(incident=vars(failure)["incident"])
    assert failure.exc_info is not None  # its reason, as the log says it in one line
    assert str(failure.exc_info[1]) == "disk full"
    assert not room.model.requests


@pytest.mark.parametrize(
    ("error", "ending"),
    [(SurfaceGone(), "stopped"), (SurfaceForbidden(), "undeliverable")],
    ids=["deleted", "forbidden"],
)
async def test_answer_that_can_not_be_shown_stops_the_model(
    make_room: MakeRoom, error: SurfaceError, ending: str
) -> None:
    room = make_room(FakeModel((TextDelta(text="Once"), asyncio.Event())))
    surface = FakeSurface()
    surface.failures.append(error)

    async with asyncio.timeout(5):
        await room.ask(message("tell me"), surface)

    (row,) = await room.ledger_rows()
    assert row["ending"] == ending
    assert room.model.closed == 1


async def test_answer_that_discord_does_not_accept_gets_a_sentence(make_room: MakeRoom) -> None:
    """It ended without a word."""
    room = make_room(FakeModel((TextDelta(text="Bad word"), asyncio.Event())))
    surface = FakeSurface()
    surface.failures.append(SurfaceRejected())

    async with asyncio.timeout(10):
        await room.ask(message("tell me"), surface)

    assert surface.shown == wording.not_acceptable(has_text=False)
    (row,) = await room.ledger_rows()
    assert row["ending"] == "undeliverable"
    assert room.model.closed == 1


async def test_sentence_stands_below_the_text_that_was_accepted(make_room: MakeRoom) -> None:
    go_on = asyncio.Event()
    room = make_room(
        FakeModel((TextDelta(text="Good"), go_on, TextDelta(text=" and bad"), asyncio.Event()))
    )
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("tell me"), surface))
    await until(lambda: surface.messages)
    surface.failures.append(SurfaceRejected())
    go_on.set()
    async with asyncio.timeout(10):
        await asked

    assert surface.shown == f"Good\n-# {wording.not_acceptable(has_text=True)}"
    (message_,) = surface.messages.values()
    assert not message_.has_stop


async def test_answer_whose_sentence_is_not_accepted_either_just_ends(make_room: MakeRoom) -> None:
    room = make_room(FakeModel((TextDelta(text="Bad word"), asyncio.Event())))
    surface = FakeSurface()
    surface.failures.extend([SurfaceRejected(), SurfaceRejected()])

    async with asyncio.timeout(10):
        await room.ask(message("tell me"), surface)

    assert not surface.messages
    assert room.model.closed == 1


async def test_answer_that_the_history_does_not_take_stays_as_shown(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("disk full")

    room = make_room(FakeModel(answer("A cat.")))
    monkeypatch.setattr(room.using.history, "append", fail)

    surface = await room.ask(message("hello"))

    assert surface.shown.startswith("A cat.\n-# fake-1")
    assert (await room.standing()).spent == 120


async def test_picture_in_a_paused_automatic_channel_gets_no_word(
    make_room: MakeRoom,
) -> None:
    room = make_room(automatic_channels=frozenset({CHANNEL.channel_id}))
    await block(room, SubjectKind.SERVER, 7)

    surface = await room.ask(message("", mentions_bot=False, attachments=(CAT,)))

    assert not surface.messages
    assert not room.model.requests
