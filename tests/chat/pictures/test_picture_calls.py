"""The calls for the pictures of one order."""

import asyncio
from dataclasses import replace

from bot.core.answers.events import Began
from bot.core.models.tokens import ModelCard
from bot.core.pictures.orders import PictureOrder
from tests.chat.conftest import MakeRoom, until
from tests.chat.pictures.orders import BROKEN, CAT_ORDER, ended, opened, painter_of, shown
from tests.fakes import COUNTED, FakeSurface, painted


async def test_several_pictures_stand_in_one_message_in_their_order(make_room: MakeRoom) -> None:
    slow = asyncio.Event()
    room = await opened(make_room, (slow, *painted("one")), painted("two"))
    surface = FakeSurface()

    asked = asyncio.create_task(room.imagine(replace(CAT_ORDER, count=2), surface))
    await until(lambda: surface.messages and shown(surface) == ["two"])
    slow.set()
    await asked

    assert shown(surface) == ["one", "two"]
    assert (await room.standing()).spent == 1_020


async def test_choices_of_the_command_reach_the_model(make_room: MakeRoom) -> None:
    room = await opened(make_room)

    await room.imagine(PictureOrder(prompt="a cat", size="1024x1024", quality="low"))

    (request,) = painter_of(room).requests
    assert (request.prompt, request.size, request.quality) == ("a cat", "1024x1024", "low")


async def test_failed_call_that_reported_is_charged_beside_the_next(
    make_room: MakeRoom,
) -> None:
    again = Began(card=ModelCard(name="fake-painter"), endpoint="main", after=BROKEN)
    room = await opened(make_room, (COUNTED, again, *painted("one")))

    await room.imagine(CAT_ORDER)

    assert (await room.standing()).spent == 2 * 510
    await room.assert_accounts_agree()


async def test_one_of_two_pictures_is_kept_where_the_other_fails(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one"), (BROKEN,))

    surface = await room.imagine(replace(CAT_ORDER, count=2))

    assert shown(surface) == ["one"]
    assert "1 of 2 pictures could be made." in surface.shown
    assert await ended(room) == [("cut", 510, 510, False)]
