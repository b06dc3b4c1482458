"""Pictures that others are drawn from."""

from typing import Any

from bot.core.messages.incoming_message import RepliedTo
from bot.core.pictures.orders import GivenPicture
from tests.chat.conftest import ALICE, BOT, MakeRoom, Room, message
from tests.chat.pictures.orders import CAT_ORDER, PNG, opened, painter_of
from tests.fakes import FakeImages, FakeSurface, painted, picture


async def test_picture_that_can_not_be_read_is_not_drawn_from(make_room: MakeRoom) -> None:
    images = FakeImages(
        **{"cat.png": await FakeImages().examine(b"broken", name="cat.png", keeps=False)}
    )
    room = await opened(make_room, images=images)

    surface = await room.imagine(CAT_ORDER, attachments=(PNG,))

    assert "I can't read what you gave me to draw from." in surface.shown
    assert "`cat.png` is damaged" in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0
    await room.assert_accounts_agree()


async def test_picture_in_the_replied_to_message_is_drawn_from(
    make_room: MakeRoom,
) -> None:
    images = FakeImages(**{"cat.png": picture("cat.png")})
    room = await opened(make_room, images=images)
    replied = RepliedTo(message_id=5, author_id=ALICE.id, attachments=(PNG,))

    await room.ask(message("draw it as a watercolour", replied_to=replied))

    (request,) = painter_of(room).requests
    assert request.given == (
        GivenPicture(content=b"cat.png", media_type="image/png", name="cat.png"),
    )


async def reply_to(room: Room, surface: FakeSurface, text: str, **changes: Any) -> FakeSurface:
    (message_id,) = surface.messages
    replied = RepliedTo(message_id=message_id, author_id=BOT, **changes)
    return await room.ask(message(text, replied_to=replied))


async def test_wish_with_a_pronoun_is_drawn_from_the_newest_picture(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one"), painted("two"))
    surface = await room.ask(message("draw a cat"))

    await reply_to(room, surface, "draw it in blue")

    assert [each.content for each in painter_of(room).requests[1].given] == [b"small"]


async def test_picture_of_the_conversation_counts_in_what_is_reserved(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one"), tokens_per_day=3_000)
    surface = await room.ask(message("draw a cat"))

    refused = await reply_to(room, surface, "draw it in blue")

    assert "2,60" in refused.shown  # a picture, and one to draw from
    assert len(painter_of(room).requests) == 1
    assert (await room.standing()).spent == 510


async def test_wish_for_something_new_is_drawn_from_nothing(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one"), painted("two"))
    surface = await room.ask(message("draw a cat"))

    await reply_to(room, surface, "draw a dog")

    assert painter_of(room).requests[1].given == ()
