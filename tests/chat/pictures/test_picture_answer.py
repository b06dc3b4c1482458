"""Orders of pictures, from the words to the message, the ledger and the history."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.in_flight import Stopper, Stopping
from bot.chat.pictures import picture_answer
from bot.chat.recovery import find_left
from bot.core.answers.events import Completed, Ending
from bot.core.errors import SurfaceForbidden, SurfaceGone
from bot.core.messages.incoming_message import RepliedTo
from tests.chat.conftest import (
    ALICE,
    BOT,
    CHANNEL,
    PICTURES,
    LeapingClock,
    MakeRoom,
    Room,
    message,
    until,
)
from tests.chat.earlier_town import EarlierTown, recovery
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
from tests.fakes import FakeModel, FakeSurface, painted


async def test_wish_in_words_is_painted_and_charged(make_room: MakeRoom) -> None:
    room = await opened(make_room)

    surface = await room.ask(message("draw a cat"))

    assert shown(surface) == ["one"]
    assert surface.shown == (
        "-# fake-painter · 510 tokens · under $0.001 · 94\u202f% of today's quota left"
    )
    assert (await room.standing()).spent == 510
    await room.assert_accounts_agree()


async def test_missing_attach_permission_is_named_at_no_cost(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room)
    surface = FakeSurface()
    surface.can_show_pictures = False

    await room.ask(message("draw a cat"), surface)

    assert "`Attach Files`" in surface.shown
    assert not painter_of(room).requests


async def test_picture_beyond_the_quota_is_refused_with_its_cost(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, tokens_per_day=1_500)
    await room.imagine(CAT_ORDER)

    surface = await room.imagine(CAT_ORDER)

    assert surface.shown.startswith("This would take about 1,002 tokens, and 990 of your 1,500")
    assert len(painter_of(room).requests) == 1


async def test_picture_larger_than_the_whole_quota_is_told_apart(make_room: MakeRoom) -> None:
    room = await opened(make_room, tokens_per_day=900)

    surface = await room.imagine(CAT_ORDER)

    assert "your quota is 900 a day" in surface.shown


async def test_member_without_a_quota_gets_no_picture(make_room: MakeRoom) -> None:
    room = await opened(make_room, tokens_per_day=0)

    surface = await room.imagine(CAT_ORDER)

    assert surface.shown.startswith("You have no quota here.")


async def test_pictures_at_once_can_not_overrun_the_quota(make_room: MakeRoom) -> None:
    gate = asyncio.Event()
    room = await opened(make_room, (gate, *painted("one")), tokens_per_day=2_500)
    surfaces = [FakeSurface() for _ in range(4)]

    asked = [asyncio.create_task(room.imagine(CAT_ORDER, surface)) for surface in surfaces]
    await until(lambda: all(surface.messages for surface in surfaces))
    gate.set()
    await asyncio.gather(*asked)

    assert sum("held by answers being written" in surface.shown for surface in surfaces) == 2
    assert (await room.standing()).spent == 1_020
    await room.assert_accounts_agree()


async def test_failure_before_anything_came_is_told_and_free(make_room: MakeRoom) -> None:
    room = await opened(make_room, (BROKEN,))

    surface = await room.imagine(CAT_ORDER)

    assert "The connection broke off before the picture was whole." in surface.shown
    assert await ended(room) == [("failed", 0, 0, False)]


async def test_cut_picture_is_shown_as_unfinished_and_estimated(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, BROKEN))

    surface = await room.imagine(CAT_ORDER)

    assert shown(surface) == ["state"]
    assert "-# What you see is unfinished." in surface.shown
    assert "≈\u202f1,002 tokens" in surface.shown
    assert await ended(room) == [("cut", 1_002, 1_002, True)]


async def test_stop_keeps_what_is_there_and_charges_an_estimate(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()
    asked = message("draw a cat")

    asking = asyncio.create_task(room.ask(asked, surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    await Stopping(room.in_flight).stop(asked.id, Stopper(id=ALICE.id, may_moderate=False))
    await asking

    assert "-# Stopped.\n-# What you see is unfinished." in surface.shown
    assert shown(surface) == ["state"]
    assert painter_of(room).closed == 1
    assert [row[0] for row in await ended(room)] == ["stopped"]
    assert (await ended(room))[0][3]


async def test_picture_that_takes_too_long_is_given_up(make_room: MakeRoom) -> None:
    room = await opened(make_room, (asyncio.Event(),), pictures=replace(PICTURES, time_limit=0.2))

    surface = await room.imagine(CAT_ORDER)

    assert "The picture took too long." in surface.shown
    assert (await ended(room))[0][:2] == ("failed", 1_002)  # it was at work, and will be billed


async def test_restart_in_the_middle_is_told_and_settled(make_room: MakeRoom) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    await room.in_flight.drain(grace=0.0, after=5.0)
    await asked

    assert "I was restarted before this was finished." in surface.shown
    assert [row[0] for row in await ended(room)] == ["interrupted"]
    await room.assert_accounts_agree()


async def test_order_left_open_by_a_crash_is_charged_whole(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()
    asking = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    kept = await find_left(room.using, owner="main", at_start=True)
    await recovery(room, EarlierTown()).recover(kept)

    (row,) = await room.ledger_rows()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (row["tokens"], row["cost_microusd"], row["answers"]) == (1_003, 1_003, 0)
    assert row["borne_for"] == kept[0].message_id
    assert len(await room.ledger_rows()) == 1  # the process that lived on after all changes nothing
    await room.assert_accounts_agree()


async def test_message_that_can_not_appear_costs_nothing(make_room: MakeRoom) -> None:
    room = await opened(make_room)
    surface = FakeSurface()
    surface.failures.append(SurfaceForbidden())

    await room.ask(message("draw a cat"), surface)

    assert not painter_of(room).requests
    assert await ended(room) == [("undeliverable", 0, 0, False)]


async def test_message_that_is_deleted_ends_the_work(make_room: MakeRoom) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages)
    surface.failures.append(SurfaceGone())
    await asked

    assert [row[0] for row in await ended(room)] == ["stopped"]


async def test_unforeseen_error_is_told_and_leaves_nothing_reserved(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, ("no event at all",))
    room.images.examine = None  # type: ignore[assignment,method-assign]
    painter_of(room).scripts[0] = (MADE,)

    surface = await room.imagine(CAT_ORDER)

    assert "Something went wrong on my side." in surface.shown
    assert (await room.standing()).reserved == 0
    await room.assert_accounts_agree()


async def test_status_moves_while_nothing_comes(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_answer, "STATUS_EVERY", 0.05)
    gate, clock = asyncio.Event(), LeapingClock()
    room = await opened(make_room, (gate, *painted("one")), monotonic=clock)
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages)
    (only,) = surface.messages.values()
    clock.leap = 10.0
    await until(lambda: "-# Making a picture · 0:1" in only.content)
    gate.set()
    await asked


async def reply_to(room: Room, surface: FakeSurface, text: str, **changes: Any) -> FakeSurface:
    (message_id,) = surface.messages
    replied = RepliedTo(message_id=message_id, author_id=BOT, **changes)
    return await room.ask(message(text, replied_to=replied))


async def test_later_question_sees_the_picture_and_its_prompt(
    make_room: MakeRoom,
) -> None:
    model = FakeModel()
    room = await opened(make_room, model=model)
    surface = await room.ask(message("draw a cat"))

    await reply_to(room, surface, "what colour is it?")

    (request,) = model.requests
    asked, made, question = request.turns
    assert asked.text == "draw a cat"
    assert made.text == "[I made a picture for this: draw a cat]"
    assert [image.hash for image in made.images] == ["hash-of-one"]
    assert question.text == "what colour is it?"
    assert request.image_bytes["hash-of-one"] == b"small"


async def test_order_of_which_nothing_came_is_not_remembered(make_room: MakeRoom) -> None:
    model = FakeModel()
    room = await opened(make_room, (BROKEN,), model=model)
    surface = await room.ask(message("draw a cat"))

    await reply_to(room, surface, "why?")

    assert len(model.requests[0].turns) == 1


async def test_every_ending_leaves_one_ledger_row_and_no_reservation(make_room: MakeRoom) -> None:
    scripts = [
        painted("one"),
        (BROKEN,),
        (STATE, BROKEN),
        (Completed(usage=None),),
        painted("broken"),
    ]
    room = await opened(make_room, *scripts, tokens_per_day=None)

    for _ in scripts:
        await room.imagine(CAT_ORDER)

    assert [row[0] for row in await ended(room)] == [
        Ending.COMPLETED,
        Ending.FAILED,
        Ending.CUT,
        Ending.INCOMPLETE,
        Ending.CUT,
    ]
    assert await room.open_reservations() == []
    await room.assert_accounts_agree()
    assert CHANNEL.guild_id == 7
