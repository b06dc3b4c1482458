"""Orders of pictures, from the words to the message, the ledger and the history."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.in_flight import Stopper, Stopping
from bot.chat.pictures import picture_answer, picture_reply
from bot.chat.recovery import left_open, repair
from bot.core.answers.events import (
    Began,
    Completed,
    Ending,
    Failed,
    Failure,
    PictureDelta,
    PictureMade,
    Refused,
    TextDelta,
    Usage,
)
from bot.core.errors import SurfaceForbidden, SurfaceGone, SurfaceUnavailable
from bot.core.messages.incoming_message import Attachment, Place, RepliedTo
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.moderation.preferences import OFF
from bot.core.pictures.orders import GivenPicture, PictureOrder
from tests.chat.conftest import ALICE, BOT, CHANNEL, PICTURES, MakeRoom, Room, message
from tests.fakes import (
    COUNTED,
    FakeImages,
    FakeModel,
    FakePainter,
    FakeSurface,
    painted,
    picture,
)

CAT = PictureOrder(prompt="a cat")
STATE = PictureDelta(index=0, content=b"state", media_type="image/png")
MADE = PictureMade(content=b"whole", media_type="image/png")
BROKEN = Failed(failure=Failure.BROKEN_STREAM, detail="cut")
PNG = Attachment(id=1, name="cat.png", url="https://cdn/cat.png", size=9, content_type="image/png")


@pytest.fixture(autouse=True)
def no_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are shown as soon as they come."""
    monkeypatch.setattr(picture_reply, "CALM", 0.0)


async def opened(make_room: MakeRoom, *scripts: Any, **changes: Any) -> Room:
    """A room in which pictures are switched on."""
    room = make_room(painter=FakePainter(*scripts), **changes)
    await room.switch_pictures()
    return room


def painter_of(room: Room) -> FakePainter:
    painter = room.using.painter
    assert isinstance(painter, FakePainter)
    return painter


def shown(surface: FakeSurface) -> list[str]:
    (only,) = surface.messages.values()
    return [one.content.decode() for one in only.pictures]


async def test_wish_in_words_is_painted_and_charged(make_room: MakeRoom) -> None:
    room = await opened(make_room)

    surface = await room.ask(message("draw a cat"))

    assert shown(surface) == ["one"]
    assert surface.shown == (
        "-# fake-painter · 510 tokens · under $0.001 · 94\u202f% of today's quota left"
    )
    assert (await room.standing()).spent == 510
    await room.assert_accounts_agree()


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


async def until(holds: Any) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for is Discord's side
            await asyncio.sleep(0.01)


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


async def test_several_pictures_stand_in_one_message_in_their_order(make_room: MakeRoom) -> None:
    slow = asyncio.Event()
    room = await opened(make_room, (slow, *painted("one")), painted("two"))
    surface = FakeSurface()

    asked = asyncio.create_task(room.imagine(replace(CAT, count=2), surface))
    await until(lambda: surface.messages and shown(surface) == ["two"])
    slow.set()
    await asked

    assert shown(surface) == ["one", "two"]
    assert (await room.standing()).spent == 1_020


async def test_command_shows_its_prompt_because_nobody_else_would_see_it(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room)

    surface = await room.imagine(PictureOrder(prompt="a *cat* @everyone"))

    assert surface.shown.startswith("> a \\*cat\\* @\u200beveryone\n-# fake-painter")


async def test_choices_of_the_command_reach_the_model(make_room: MakeRoom) -> None:
    room = await opened(make_room)

    await room.imagine(PictureOrder(prompt="a cat", size="1024x1024", quality="low"))

    (request,) = painter_of(room).requests
    assert (request.prompt, request.size, request.quality) == ("a cat", "1024x1024", "low")


# Where it is off


@pytest.mark.parametrize("value", [None, OFF])
async def test_command_where_pictures_are_off_says_who_can_switch_them_on(
    make_room: MakeRoom, value: str | None
) -> None:
    room = make_room(painter=FakePainter())
    await room.switch_pictures(value)

    surface = await room.imagine(CAT)

    assert "switched off here" in surface.shown
    assert "manage this server" in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0


async def test_wish_in_words_where_pictures_are_off_is_answered_in_words(
    make_room: MakeRoom,
) -> None:
    room = make_room(painter=FakePainter())

    surface = await room.ask(message("draw a cat"))

    assert surface.shown.startswith("Hello.")
    assert not painter_of(room).requests


async def test_wish_in_words_without_a_picture_model_is_answered_in_words(
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

    surface = await room.imagine(CAT, place=Place(guild_id=0, channel_id=71))

    assert said in surface.shown


# Orders that can't be taken


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
async def test_order_that_can_not_be_taken_is_answered_by_one_sentence(
    make_room: MakeRoom, changes: dict[str, Any], said: str
) -> None:
    room = await opened(make_room)

    surface = await room.imagine(replace(CAT, **changes))

    assert said in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0


async def test_file_that_is_no_picture_is_not_drawn_from(make_room: MakeRoom) -> None:
    room = await opened(make_room)
    notes = Attachment(id=2, name="notes.txt", url="https://cdn/notes.txt", size=9)

    surface = await room.imagine(CAT, attachments=(notes,))

    assert surface.shown.startswith("I can't read what you gave me to draw from.")
    assert not painter_of(room).requests


async def test_picture_that_can_not_be_read_is_not_drawn_from(make_room: MakeRoom) -> None:
    images = FakeImages(
        **{"cat.png": await FakeImages().examine(b"broken", name="cat.png", keeps=False)}
    )
    room = await opened(make_room, images=images)

    surface = await room.imagine(CAT, attachments=(PNG,))

    assert "I can't read what you gave me to draw from." in surface.shown
    assert "`cat.png` is damaged" in surface.shown
    assert not painter_of(room).requests
    assert (await room.standing()).spent == 0
    await room.assert_accounts_agree()


async def test_channel_where_no_files_may_be_attached_is_named_before_anything_is_spent(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room)
    surface = FakeSurface()
    surface.can_show_pictures = False

    await room.ask(message("draw a cat"), surface)

    assert "`Attach Files`" in surface.shown
    assert not painter_of(room).requests


# Quotas


async def test_picture_beyond_the_quota_is_refused_with_what_it_would_take(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, tokens_per_day=1_500)
    await room.imagine(CAT)

    surface = await room.imagine(CAT)

    assert surface.shown.startswith("This would take about 1,002 tokens, and 990 of your 1,500")
    assert len(painter_of(room).requests) == 1


async def test_picture_larger_than_the_whole_quota_is_told_apart(make_room: MakeRoom) -> None:
    room = await opened(make_room, tokens_per_day=900)

    surface = await room.imagine(CAT)

    assert "your quota is 900 a day" in surface.shown


async def test_member_without_a_quota_gets_no_picture(make_room: MakeRoom) -> None:
    room = await opened(make_room, tokens_per_day=0)

    surface = await room.imagine(CAT)

    assert surface.shown.startswith("You have no quota here.")


async def test_pictures_at_once_can_not_overrun_the_quota(make_room: MakeRoom) -> None:
    gate = asyncio.Event()
    room = await opened(make_room, (gate, *painted("one")), tokens_per_day=2_500)
    surfaces = [FakeSurface() for _ in range(4)]

    asked = [asyncio.create_task(room.imagine(CAT, surface)) for surface in surfaces]
    await until(lambda: all(surface.messages for surface in surfaces))
    gate.set()
    await asyncio.gather(*asked)

    assert sum("held by answers being written" in surface.shown for surface in surfaces) == 2
    assert (await room.standing()).spent == 1_020
    await room.assert_accounts_agree()


# Endings


async def ended(room: Room) -> list[tuple[Any, ...]]:
    """Ending, tokens, cost and whether estimated, of every ledger entry."""
    async with room.using.database.reading() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT ending, tokens, cost_microusd, is_estimated FROM ledger"
        )
        return [tuple(row) for row in rows]


async def test_policys_refusal_is_worded_and_free(make_room: MakeRoom) -> None:
    blocked = Failed(failure=Failure.CONTENT_BLOCKED, detail="moderation_blocked", status=400)
    room = await opened(make_room, (blocked,))

    surface = await room.imagine(CAT)

    assert "The model's rules do not allow this picture" in surface.shown
    assert await ended(room) == [("refused", 0, 0, False)]


async def test_models_own_refusal_is_shown_and_charged_by_what_it_reports(
    make_room: MakeRoom,
) -> None:
    card = replace(
        FakePainter().card,
        caller=ModelCard(name="m", rate_card=RateCard(input=1_000_000, output=1_000_000)),
    )
    usage = Usage(input_tokens=90, output_tokens=10)
    script = (TextDelta(text="I can't draw *that*."), Refused(usage=usage))
    room = make_room(painter=FakePainter(script, card=card))
    await room.switch_pictures()

    surface = await room.imagine(CAT)

    assert "I can't draw *that*.\nThe model did not make this picture." in surface.shown
    assert "100 tokens" in surface.shown
    assert await ended(room) == [("refused", 100, 100, False)]


async def test_call_that_failed_and_reported_is_charged_beside_the_one_that_follows(
    make_room: MakeRoom,
) -> None:
    again = Began(card=ModelCard(name="fake-painter"), endpoint="main", after=BROKEN)
    room = await opened(make_room, (COUNTED, again, *painted("one")))

    await room.imagine(CAT)

    assert (await room.standing()).spent == 2 * 510
    await room.assert_accounts_agree()


async def test_failure_before_anything_came_is_told_and_free(make_room: MakeRoom) -> None:
    room = await opened(make_room, (BROKEN,))

    surface = await room.imagine(CAT)

    assert "The connection broke off before the picture was whole." in surface.shown
    assert await ended(room) == [("failed", 0, 0, False)]


async def test_picture_cut_in_the_middle_is_shown_as_unfinished_and_charged_by_estimate(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, BROKEN))

    surface = await room.imagine(CAT)

    assert shown(surface) == ["state"]
    assert "-# What you see is unfinished." in surface.shown
    assert "≈\u202f1,002 tokens" in surface.shown
    assert await ended(room) == [("cut", 1_002, 1_002, True)]


async def test_one_of_two_pictures_is_kept_where_the_other_fails(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one"), (BROKEN,))

    surface = await room.imagine(replace(CAT, count=2))

    assert shown(surface) == ["one"]
    assert "1 of 2 pictures could be made." in surface.shown
    assert await ended(room) == [("cut", 510, 510, False)]


async def test_picture_that_can_not_be_decoded_is_not_posted(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("broken"))

    surface = await room.imagine(CAT)

    assert shown(surface) == []
    assert "damaged or too large" in surface.shown
    assert (await room.standing()).spent == 510


async def test_state_that_can_not_be_decoded_is_passed_over(make_room: MakeRoom) -> None:
    room = await opened(make_room, painted("one", "broken state"))

    surface = await room.imagine(CAT)

    (only,) = surface.messages.values()
    assert only.exhibitions == [("one",)]


async def test_picture_that_is_too_large_for_discord_is_shown_as_prepared(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, painted("x" * (10 * 1024 * 1024 + 1)))

    surface = await room.imagine(CAT)

    assert shown(surface) == ["small"]
    assert "Shown smaller" in surface.shown
    (only,) = surface.messages.values()
    assert only.pictures[0].name == "picture-1.jpg"


async def test_stop_ends_the_call_keeps_what_is_there_and_charges_an_estimate(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()
    asked = message("draw a cat")

    asking = asyncio.create_task(room.ask(asked, surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    Stopping(room.in_flight).stop(asked.id, Stopper(id=ALICE.id, may_moderate=False))
    await asking

    assert "-# Stopped.\n-# What you see is unfinished." in surface.shown
    assert shown(surface) == ["state"]
    assert painter_of(room).closed == 1
    assert [row[0] for row in await ended(room)] == ["stopped"]
    assert (await ended(room))[0][3]


async def test_picture_that_takes_too_long_is_given_up(make_room: MakeRoom) -> None:
    room = await opened(make_room, (asyncio.Event(),), pictures=replace(PICTURES, time_limit=0.2))

    surface = await room.imagine(CAT)

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


async def test_order_left_open_by_a_crash_is_settled_with_all_that_was_reserved(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, (STATE, asyncio.Event()))
    surface = FakeSurface()
    asking = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages and shown(surface) == ["state"])
    left = await left_open(room.using, owner="main")

    await repair(room.using, Nothing(), left)

    assert [(row[0], row[1], row[3]) for row in await ended(room)] == [("interrupted", 1_003, True)]
    assert [row[2] for row in await ended(room)] == [1_003]  # micro-dollars, at a dollar a million
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert len(await ended(room)) == 1  # the process that lived on after all changes nothing
    await room.assert_accounts_agree()


class Nothing:
    """Replies of which nothing can be read any more."""

    async def read(self, channel_id: int, message_id: int) -> str | None:
        return None

    async def mark(self, channel_id: int, message_id: int, text: str, mark: str) -> None:
        raise AssertionError("there is nothing to mark")


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


async def test_replayed_command_is_painted_once(make_room: MakeRoom) -> None:
    room = await opened(make_room)
    asked = message("a cat")

    await room.answering.imagine(CAT, asked, FakeSurface())
    await room.answering.imagine(CAT, asked, FakeSurface())

    assert len(painter_of(room).requests) == 1


async def test_unforeseen_error_leaves_nobody_without_a_word_and_nothing_reserved(
    make_room: MakeRoom,
) -> None:
    room = await opened(make_room, ("no event at all",))
    room.images.examine = None  # type: ignore[assignment,method-assign]
    painter_of(room).scripts[0] = (MADE,)

    surface = await room.imagine(CAT)

    assert "Something went wrong on my side." in surface.shown
    assert (await room.standing()).reserved == 0
    await room.assert_accounts_agree()


async def test_status_moves_while_nothing_comes(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_answer, "STATUS_EVERY", 0.05)
    gate = asyncio.Event()
    room = await opened(make_room, (gate, *painted("one")))
    surface = FakeSurface()

    asked = asyncio.create_task(room.ask(message("draw a cat"), surface))
    await until(lambda: surface.messages)
    (only,) = surface.messages.values()
    await until(lambda: "-# Making a picture · 0:01" in only.revisions)
    gate.set()
    await asked


# Pictures to draw from, and what is remembered


async def test_picture_of_the_message_that_is_replied_to_is_drawn_from(
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


async def test_later_question_sees_the_picture_and_what_it_was_made_for(
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
        await room.imagine(CAT)

    assert [row[0] for row in await ended(room)] == [
        Ending.COMPLETED,
        Ending.FAILED,
        Ending.CUT,
        Ending.INCOMPLETE,
        Ending.CUT,
    ]
    assert await left_open(room.using, owner="main") == []
    await room.assert_accounts_agree()
    assert CHANNEL.guild_id == 7
