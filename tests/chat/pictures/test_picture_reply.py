"""The message in which pictures appear."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from bot.chat.display.pacer import Pacer
from bot.chat.pictures import picture_reply
from bot.chat.pictures.picture_reply import PictureReply
from bot.core.errors import SurfaceUnavailable
from bot.core.pictures.orders import ShownPicture
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


class ForgetfulSurface(FakeSurface):
    """The first pictures appear, but the answer to them is lost."""

    is_forgetful = True

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        await super().show_pictures(message_id, text, pictures, has_stop=has_stop)
        if self.is_forgetful:
            self.is_forgetful = False
            raise SurfaceUnavailable


async def test_state_that_appeared_unknown_to_us_is_taken_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A half-made picture stayed for ever."""
    monkeypatch.setattr(picture_reply, "RETRY_PAUSE", 0.01)
    monkeypatch.setattr(picture_reply, "CALM", 0.0)
    surface = ForgetfulSurface()
    reply = PictureReply(surface, Pacer(time.monotonic), time.monotonic)

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(reply.show())
        reply.say("Drawing")
        await reply.appeared.wait()
        reply.put((0, 0), ShownPicture(content=b"half", name="half.png", alt=""))
        await until(lambda: not surface.is_forgetful)
        reply.drop((0, 0))
        reply.end("I could not.")

    (only,) = surface.messages.values()
    assert only.content == "I could not."
    assert only.pictures == ()
