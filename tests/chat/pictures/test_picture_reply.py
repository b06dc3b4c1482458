"""The message in which pictures appear."""

import asyncio

import pytest

from bot.chat.pictures import picture_reply
from bot.core.errors import SurfaceUnavailable
from tests.chat.conftest import MakeRoom, message, until
from tests.chat.pictures.orders import opened, shown
from tests.fakes import FakeSurface, painted


async def test_message_has_a_stop_button_until_the_end(make_room: MakeRoom) -> None:
    gate = asyncio.Event()
    room = await opened(make_room, (gate, *painted("one")))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages)
    (only,) = surface.messages.values()
    had_stop = only.has_stop
    gate.set()
    await asked

    assert had_stop
    assert not only.has_stop


async def test_final_picture_is_sent_again_where_discord_was_unavailable(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reply, "RETRY_PAUSE", 0.01)
    gate = asyncio.Event()
    room = await opened(make_room, (gate, *painted("one")))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages)
    surface.failures.extend([SurfaceUnavailable(), SurfaceUnavailable()])
    gate.set()
    await asked

    assert shown(surface) == ["one"]


async def test_deleted_question_takes_the_message_without_pictures_with_it(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (asyncio.Event(),))
    surface, question = FakeSurface(), message("draw a cat")

    asked = asyncio.create_task(room.ask(question, surface))
    await until(lambda: surface.messages)
    room.answering.forget_message(question.id)
    await asked

    assert not surface.messages
