"""Pictures on their way to the message: states, whole pictures, and what can't be shown."""

import asyncio

from bot.core.answers.events import Completed, PictureDelta
from tests.chat.conftest import MakeRoom, message, until
from tests.chat.pictures.orders import CAT_ORDER, MADE, STATE, opened, shown
from tests.fakes import COUNTED, FakeSurface, painted


async def test_alt_text_says_what_the_picture_was_made_for(make_room: MakeRoom) -> None:
    room = await opened(make_room)

    surface = await room.ask(message("draw a cat"))

    (only,) = surface.messages.values()
    assert [one.alt for one in only.pictures] == [
        "Picture made by fake-painter for the prompt: draw a cat"
    ]
    assert [one.name for one in only.pictures] == ["picture-1.png"]


async def test_states_appear_in_the_message_before_the_picture(make_room: MakeRoom) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    late = PictureDelta(index=1, content=b"later state", media_type="image/png")
    room = await opened(
        make_room, (STATE, first, late, second, MADE, COUNTED, Completed(usage=None))
    )
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    (only,) = surface.messages.values()
    alt = only.pictures[0].alt
    first.set()
    await until(lambda: shown(surface) == ["later state"])
    second.set()
    await asked

    assert only.revisions[0] == "-# Making a picture · 0:00"
    assert alt.startswith("Unfinished picture by fake-painter")
    assert only.exhibitions == [("state",), ("later state",), ("whole",)]


async def test_picture_that_can_not_be_decoded_is_not_posted(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("broken"))

    surface = await room.imagine(CAT_ORDER)

    assert shown(surface) == []
    assert "damaged or too large" in surface.shown
    assert (await room.standing()).spent == 510


async def test_state_that_can_not_be_decoded_is_passed_over(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one", "broken state"))

    surface = await room.imagine(CAT_ORDER)

    (only,) = surface.messages.values()
    assert only.exhibitions == [("one",)]


async def test_picture_too_large_for_discord_is_shown_as_prepared(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, painted("x" * (10 * 1024 * 1024 + 1)))

    surface = await room.imagine(CAT_ORDER)

    assert shown(surface) == ["small"]
    assert "Shown smaller" in surface.shown
    (only,) = surface.messages.values()
    assert only.pictures[0].name == "picture-1.jpg"
