"""Requests for pictures, and where they are granted."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.messages.incoming_message import Attachment, Place
from bot.core.moderation.preferences import OFF
from tests.chat.conftest import PICTURES, MakeRoom, message
from tests.chat.pictures.orders import CAT_ORDER, opened, painter_of
from tests.fakes import FakePainter


@pytest.mark.parametrize("value", [None, OFF])
async def test_command_with_pictures_off_says_who_can_switch_them_on(
    make_room: MakeRoom, value: str | None
) -> None:
    room = make_room(painter=FakePainter())
    await room.switch_pictures(value)

    surface = await room.imagine(CAT_ORDER)

    assert "switched off here" in surface.shown
    assert "manage this server" in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0


async def test_wish_in_words_with_pictures_off_is_answered_in_words(
    make_room: MakeRoom,
) -> None:
    room = make_room(painter=FakePainter())

    surface = await room.ask(message("draw a cat"))

    assert surface.shown.startswith("Hello.")
    assert not painter_of(room).requests


async def test_wish_in_words_without_a_painter_is_answered_in_words(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    await room.switch_pictures()

    surface = await room.ask(message("draw a cat"))

    assert surface.shown.startswith("Hello.")


@pytest.mark.parametrize(("may", "said"), [(True, "fake-painter"), (False, "direct messages")])
async def test_direct_messages_are_the_operators_to_decide(
    make_room: MakeRoom, may: bool, said: str
) -> None:
    room = make_room(painter=FakePainter(), pictures=replace(PICTURES, in_direct_messages=may))

    surface = await room.imagine(CAT_ORDER, place=Place(guild_id=0, channel_id=71))

    assert said in surface.shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": " "}, "Please say what the picture should show."),
        ({"prompt": "x" * 4_001}, "at most 4,000 characters"),
        ({"size": "1x1"}, "choose one of: auto, 1024x1024."),
        ({"quality": "hd"}, "choose one of: auto, low."),
        ({"count": 4}, "I make at most 3 at once."),
    ],
)
async def test_impossible_order_is_refused_with_its_reason_at_no_cost(
    make_room: MakeRoom, changes: dict[str, Any], said: str
) -> None:
    room = await opened(make_room)

    surface = await room.imagine(replace(CAT_ORDER, **changes))

    assert said in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0


async def test_file_that_is_no_picture_is_not_drawn_from(make_room: MakeRoom) -> None:
    room = await opened(make_room)
    notes = Attachment(id=2, name="notes.txt", url="https://cdn/notes.txt", size=9)

    surface = await room.imagine(CAT_ORDER, attachments=(notes,))

    assert surface.shown.startswith("I can't read what you gave me to draw from.")
    assert not painter_of(room).requests
