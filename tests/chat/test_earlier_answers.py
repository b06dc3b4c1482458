"""What a dead process owed of an answer is shown: its text, and its pictures."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.recovery import find_left
from bot.core.conversation.recovery import EarlierReply
from bot.core.errors import SurfaceUnavailable
from bot.core.pictures.orders import ShownPicture
from bot.store.conversations import owed_files
from tests.chat.conftest import MakeRoom, Room, message, until
from tests.chat.earlier_town import EarlierTown, recovery
from tests.chat.pictures.orders import opened, painter_of
from tests.chat.test_recovery import leave, recover
from tests.fakes import FakeSurface, painted

CAT = ShownPicture(content=b"cat", name="picture-1.png", alt="A cat")
DOG = ShownPicture(content=b"dog", name="picture-2.png", alt="A dog")
STATUS = EarlierReply(message_id=900, text="", has_stop=True)


async def kept_pictures(room: Room) -> int:
    async with room.using.database.reading() as conn:
        return int((await conn.exec_driver_sql("SELECT COUNT(*) FROM owed_files")).scalar_one())


async def test_owed_pictures_are_shown_where_the_status_stood(make_room: MakeRoom) -> None:
    """Only the text came back after the restart."""
    room, asked = await opened(make_room), message("draw a cat")
    await leave(room, asked, owed=["-# done"], pictures=[CAT, DOG])
    town = EarlierTown(asked, replies=[STATUS])

    await recover(room, town)

    (only,) = town.surface.messages.values()
    assert (only.content, only.pictures, only.has_stop) == ("-# done", (CAT, DOG), False)
    assert await kept_pictures(room) == 0
    assert not painter_of(room).requests


async def test_owed_pictures_are_shown_although_none_are_made_any_more(
    make_room: MakeRoom,
) -> None:
    room, asked = make_room(), message("draw a cat")
    await leave(room, asked, owed=["-# done"], pictures=[CAT])
    town = EarlierTown(asked)

    await recover(room, town)

    (only,) = town.surface.messages.values()
    assert (only.content, only.pictures) == ("-# done", (CAT,))
    assert not room.model.requests


async def test_owed_pictures_that_may_not_be_attached_are_told(make_room: MakeRoom) -> None:
    room, asked = await opened(make_room), message("draw a cat")
    await leave(room, asked, owed=["-# done"], pictures=[CAT])
    town = EarlierTown(asked)
    town.surface.can_show_pictures = False

    await recover(room, town)

    assert town.surface.shown.startswith("-# done\n-# I may not attach files here.")
    assert await kept_pictures(room) == 0


async def test_deleted_question_takes_its_owed_pictures_along(make_room: MakeRoom) -> None:
    room, asked = await opened(make_room), message("draw a cat")
    await leave(room, asked, owed=["-# done"], pictures=[CAT])
    town = EarlierTown(replies=[STATUS])

    await recover(room, town)

    assert town.removed == [STATUS.message_id]
    assert await kept_pictures(room) == 0


class Unheard(FakeSurface):
    """Takes texts and no pictures."""

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        raise SurfaceUnavailable


async def leave_unheard(room: Room, caplog: pytest.LogCaptureFixture) -> EarlierTown:
    """Have a picture made, and die before it is shown."""
    caplog.set_level("INFO")
    asked, surface = message("draw a cat"), Unheard()
    asking = asyncio.create_task(room.ask(asked, surface))
    await until(lambda: "pictures made" in caplog.messages)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    statuses = [replace(STATUS, message_id=each) for each in surface.messages]
    return EarlierTown(asked, replies=statuses)


async def test_picture_is_kept_as_it_is_settled(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room = await opened(make_room, painted("one"))
    town = await leave_unheard(room, caplog)

    await recover(room, town)

    (only,) = town.surface.messages.values()
    assert [(each.content, each.name) for each in only.pictures] == [(b"one", "picture-1.png")]
    assert len(await room.ledger_rows()) == 1


async def test_picture_too_large_to_keep_is_told_in_a_sentence(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(owed_files, "LARGEST_MESSAGE", 2)  # bytes; the picture has three
    room = await opened(make_room, painted("one"))
    town = await leave_unheard(room, caplog)

    await recovery(room, town).recover(await find_left(room.using, owner="main", at_start=True))

    (only,) = town.surface.messages.values()
    assert "tokens" in only.content
    assert "it was too much to keep. Please ask again for what is missing." in only.content
    assert "pictures can't be kept until they are shown" in caplog.messages
    await room.assert_accounts_agree()
