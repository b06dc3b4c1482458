"""The calls for the pictures of one order."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.answers.events import Began, Completed, Usage
from bot.core.conversation.turns import PreparedImages
from bot.core.models.output_bound import with_margin
from bot.core.models.tokens import ModelCard
from bot.core.pictures.orders import PictureOrder
from tests.chat.conftest import MakeRoom, until
from tests.chat.pictures.orders import (
    BROKEN,
    CAT_ORDER,
    MADE,
    STATE,
    ended,
    opened,
    painter_of,
    shown,
)
from tests.fakes import COUNTED, FakeImages, FakeSurface, painted


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


async def test_call_that_makes_pictures_without_end_is_left(make_room: MakeRoom) -> None:
    many = [event for number in range(9) for event in painted(f"{number}")[:1]]
    room = await opened(make_room, tuple(many))

    surface = await room.imagine(CAT_ORDER)

    assert shown(surface) == ["0", "1", "2", "3"]


async def test_report_of_more_than_was_reserved_is_not_charged(make_room: MakeRoom) -> None:
    """A picture's endpoint could bill a thousand million tokens."""
    room = await opened(make_room, painted("one", counted=replace(COUNTED, output_tokens=10**8)))

    surface = await room.imagine(CAT_ORDER)

    (row,) = [row for row in await room.ledger_rows() if row["tokens"]]
    card = painter_of(room).card
    needed = card.needed(CAT_ORDER, given=0)
    prices = card.dearest(CAT_ORDER, needed=needed)
    assert prices is not None
    most = Usage(input_tokens=0, output_tokens=with_margin(needed))
    assert row["tokens"] == with_margin(needed)
    assert row["cost_microusd"] <= prices.cost(most)
    assert "≈" in surface.shown


async def test_states_without_end_do_not_keep_the_worker_busy(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that sent them until the time limit kept everybody's pictures waiting."""
    looked_at: list[bytes] = []
    examine = FakeImages.examine

    async def count(self: FakeImages, content: bytes, *, name: str, keeps: bool) -> PreparedImages:
        looked_at.append(content)
        return await examine(self, content, name=name, keeps=keeps)

    monkeypatch.setattr(FakeImages, "examine", count)
    broken = [replace(MADE, content=b"broken")] * 50
    room = await opened(make_room, (*[STATE] * 50, MADE, *broken, COUNTED, Completed(usage=None)))

    surface = await room.imagine(CAT_ORDER)

    assert shown(surface) == ["whole"]
    assert len(looked_at) < 20
