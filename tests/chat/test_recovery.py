"""What a dead process leaves behind, and what the next one makes of it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.moderation.limits import Moderator, QuotaModeration
from bot.chat.recovery import find_left
from bot.core.conversation.recovery import EarlierReply
from bot.core.errors import SurfaceForbidden, SurfaceGone
from bot.core.leases import new_lease
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.pictures.orders import ShownPicture
from bot.core.quota.allowance import AllowanceRequest
from bot.core.quota.limits import Requester, Subject, SubjectKind
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion
from bot.store.processes import leases
from bot.store.quota.reservations import ReservationRequest
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, message, until
from tests.chat.earlier_town import EarlierTown, recovery
from tests.chat.questions import BOB, CAT
from tests.fakes import FakeModel, FakeModels, answer

HALF = EarlierReply(message_id=900, text="Once upon a time", has_stop=True)
STATUS = EarlierReply(message_id=900, text="", has_stop=True)


async def leave(
    room: Room,
    asked: IncomingMessage,
    *,
    age: timedelta = timedelta(),
    owner: str = "main",
    reply_ids: Sequence[int] = (),
    owed: Sequence[str] = (),
    pictures: Sequence[ShownPicture] = (),
    deaths: int = 0,
    also: Sequence[int] = (),
) -> None:
    """Take a question and die before it is finished."""
    kept = KeptQuestion(
        message_id=asked.id,
        place=asked.place,
        user_id=asked.author.id,
        owner=owner,
        taken_at=NOON - age,
        message_ids=(asked.id, *also),
    )
    async with room.using.database.transaction() as tx:
        await questions.take(tx, kept)
        await questions.note_reply(tx, asked.id, reply_ids)
        for _ in range(deaths):
            await questions.take_over(tx, kept, by=owner)
        if owed:
            await questions.owe(tx, asked.id, owed, pictures)


async def reserve(
    room: Room, message_id: int, *, sent: int | None = 200, model: str | None = None
) -> None:
    """Admit a question (of `model`, if another one answers), and never settle it."""
    request = ReservationRequest(
        message_id=message_id,
        place=CHANNEL,
        requester=Requester.at(CHANNEL, ALICE.id),
        wanted=AllowanceRequest(tokens=1_000, smallest=100),
        expires_at=NOON + timedelta(minutes=15),
        model="fake-1",
        owner="main",
    )
    ledger = room.using.ledger
    async with room.using.database.transaction() as tx:
        await ledger.reserve(tx, request, now=NOON)
        if sent is not None:
            await ledger.note_request(tx, message_id, input_estimate=sent, model=model)


async def recover(room: Room, town: EarlierTown) -> None:
    await recovery(room, town).recover(await find_left(room.using, owner="main", at_start=True))
    assert not await room.unfinished()
    await room.assert_accounts_agree()


async def test_question_that_shows_nothing_yet_is_answered_now(make_room: MakeRoom) -> None:
    """369 of 2,361 questions were left without any word by kills under load."""
    room, asked = make_room(FakeModel(answer("It is a cat."))), message("what is it?")
    await leave(room, asked, age=timedelta(minutes=9))
    await reserve(room, asked.id)
    town = EarlierTown(asked)

    await recover(room, town)

    assert "It is a cat." in town.surface.shown
    assert [(row["borne_for"], row["answers"]) for row in await room.ledger_rows()] == [
        (asked.id, 0),
        (None, 1),
    ]


async def test_answer_that_was_shown_but_not_booked_is_charged(make_room: MakeRoom) -> None:
    """Where the process died between a late settlement and its retry, it was never settled."""
    room, asked = make_room(), message("what is it?")
    await leave(room, asked)
    await reserve(room, asked.id, sent=900)
    async with room.using.database.transaction() as tx:
        await questions.finish(tx, asked.id)
    town = EarlierTown(asked, replies=[EarlierReply(message_id=900, text="A cat.", has_stop=False)])

    await recover(room, town)

    (row,) = await room.ledger_rows()
    assert (row["borne_for"], row["answers"]) == (None, 1)
    assert (await room.standing()).spent > 900
    assert not town.surface.messages[900].revisions


async def test_lost_attempt_costs_the_member_nothing(make_room: MakeRoom) -> None:
    room, asked = make_room(FakeModel(answer("A cat."))), message("what is it?")
    await leave(room, asked)
    await reserve(room, asked.id, sent=900)

    await recover(room, EarlierTown(asked))

    assert (await room.standing()).spent == 120  # as the fake model reports of the answer


async def test_half_whose_request_was_never_noted_is_borne_at_what_was_reserved(
    make_room: MakeRoom,
) -> None:
    """With the database locked, nothing was booked of it."""
    room, asked = make_room(), message("what is it?")
    await leave(room, asked)
    await reserve(room, asked.id, sent=None)

    await recover(room, EarlierTown(asked, replies=[HALF]))

    (row,) = await room.ledger_rows()
    assert row["borne_for"] == asked.id
    assert row["input_tokens"] + row["output_tokens"] == 1_000


async def test_whole_answer_whose_request_was_never_noted_is_charged_for_its_text(
    make_room: MakeRoom,
) -> None:
    room, asked = make_room(), message("what is it?")
    await leave(room, asked)
    await reserve(room, asked.id, sent=None)
    whole = EarlierReply(message_id=900, text="A cat.\n-# fake-1 · 120 tokens", has_stop=False)

    await recover(room, EarlierTown(asked, replies=[whole]))

    assert 0 < (await room.standing()).spent < 50


async def test_question_that_waited_for_its_turn_is_answered_now(make_room: MakeRoom) -> None:
    """A question still queued in a thread had no reservation, and no reply."""
    room, asked = make_room(FakeModel(answer("Yes."))), message("and this?")
    await leave(room, asked)
    town = EarlierTown(asked)

    await recover(room, town)

    assert "Yes." in town.surface.shown


async def test_status_of_a_dead_process_becomes_the_answer(make_room: MakeRoom) -> None:
    room, asked = make_room(FakeModel(answer("A cat."))), message("what is it?")
    await leave(room, asked, reply_ids=[900])
    await reserve(room, asked.id)
    town = EarlierTown(asked, replies=[STATUS])

    await recover(room, town)

    assert list(town.surface.messages) == [900]
    assert town.surface.messages[900].content.startswith("A cat.\n-# fake-1")
    assert not town.surface.messages[900].has_stop


async def test_old_question_is_told_that_it_is_too_late(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("what is it?")
    await leave(room, asked, age=timedelta(minutes=11))
    town = EarlierTown(asked)

    await recover(room, town)

    assert town.surface.shown == (
        "I was away when you asked this, and too long to answer it now. Please ask again."
    )
    assert not room.model.requests


@pytest.mark.parametrize("replies", [[], [STATUS]], ids=["nothing", "a status"])
async def test_old_picture_in_an_automatic_channel_gets_no_word(
    make_room: MakeRoom, replies: list[EarlierReply]
) -> None:
    """After a crash it was told that it is too late, which after a gap it is not."""
    room = make_room(automatic_channels=frozenset({CHANNEL.channel_id}))
    asked = message(mentions_bot=False, attachments=(CAT,))
    await leave(room, asked, age=timedelta(minutes=11))
    town = EarlierTown(asked, replies=replies)

    await recover(room, town)

    assert town.surface.shown == ""
    assert town.removed == [each.message_id for each in replies]


async def test_pause_is_quiet_about_a_recovered_automatic_picture(make_room: MakeRoom) -> None:
    """Live it is; after a crash the channel was told that answers are paused."""
    room = make_room(automatic_channels=frozenset({CHANNEL.channel_id}))
    asked = message(mentions_bot=False, attachments=(CAT,))
    await leave(room, asked)
    alice = Subject(kind=SubjectKind.USER, id=ALICE.id)
    moderator = Moderator(id=99, guild_id=CHANNEL.guild_id, may_manage=True)
    await QuotaModeration(room.using).block(moderator, alice, NOON + timedelta(days=1))
    town = EarlierTown(asked)

    await recover(room, town)

    assert town.surface.shown == ""


async def test_question_that_keeps_killing_the_process_is_given_up(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("what is it?")
    await leave(room, asked, deaths=3)
    town = EarlierTown(asked)

    await recover(room, town)

    assert "Please ask again." in town.surface.shown
    assert not room.model.requests


async def test_half_reply_is_marked_at_the_operators_expense(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("tell me a story")
    await leave(room, asked, reply_ids=[900])
    await reserve(room, asked.id)
    town = EarlierTown(asked, replies=[HALF])

    await recover(room, town)

    standing = await room.standing()
    (row,) = await room.ledger_rows()
    assert (standing.spent, standing.reserved) == (0, 0)
    assert 200 < row["tokens"] < 220
    assert town.marked[900].startswith("Once upon a time\n-# I was restarted")


async def test_half_reply_that_was_not_noted_is_marked_too(make_room: MakeRoom) -> None:
    """50 half-written replies stood without a mark: their creation was never noted."""
    room, asked = make_room(), message("tell me a story")
    await leave(room, asked)
    await reserve(room, asked.id)

    await recover(room, town := EarlierTown(asked, replies=[HALF]))

    assert 900 in town.marked


async def test_settled_answer_is_shown_whole(make_room: MakeRoom) -> None:
    """An answer settled as completed stayed half where the crash came before its last edit."""
    room, asked = make_room(), message("tell me a story")
    await leave(room, asked, reply_ids=[900], owed=["Once upon a time, there was", "an end."])
    town = EarlierTown(asked, replies=[HALF])

    await recover(room, town)

    assert [each.content for each in town.surface.messages.values()] == [
        "Once upon a time, there was",
        "an end.",
    ]
    assert not any(each.has_stop for each in town.surface.messages.values())
    assert not room.model.requests


async def test_settled_answer_is_shown_however_old(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked, owed=["All of it."], age=timedelta(hours=5))

    await recover(room, town := EarlierTown(asked))

    assert town.surface.shown == "All of it."


async def test_answer_to_a_deleted_question_is_dropped(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked, reply_ids=[900], owed=["All of it."])
    town = EarlierTown(replies=[STATUS])

    await recover(room, town)

    assert town.removed == [900]
    assert town.surface.messages[900].content == ""


async def test_whole_answer_is_not_marked_but_charged(make_room: MakeRoom) -> None:
    """15 of 20 whole answers were marked as interrupted, because the disk was full meanwhile."""
    room, asked = make_room(), message("hm?")
    await leave(room, asked, reply_ids=[900])
    await reserve(room, asked.id)
    whole = EarlierReply(message_id=900, text="All of it.\n-# fake-1 · 120 tokens", has_stop=False)

    await recover(room, town := EarlierTown(asked, replies=[whole]))

    (row,) = await room.ledger_rows()
    assert not town.marked
    assert (row["ending"], row["answers"], row["borne_for"]) == ("completed", 1, None)
    assert (await room.standing()).spent > 200


async def test_full_page_without_its_next_is_no_whole_answer(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked, reply_ids=[900])
    await reserve(room, asked.id)
    full = EarlierReply(message_id=900, text="word " * 390, has_stop=False)

    await recover(room, town := EarlierTown(asked, replies=[full]))

    assert 900 in town.marked


async def test_full_page_is_marked_where_even_its_recovery_died(make_room: MakeRoom) -> None:
    """Once the lost attempt was settled, a half reply without a button was taken for whole."""
    room, asked = make_room(), message("hm?")
    await leave(room, asked, reply_ids=[900])
    await reserve(room, asked.id)
    full = EarlierReply(message_id=900, text="word " * 390, has_stop=False)
    dying = EarlierTown(asked, replies=[full])
    dying.is_dying = True
    with suppress(asyncio.CancelledError):
        await recovery(room, dying).recover(
            await find_left(room.using, owner="main", at_start=True)
        )

    await recover(room, town := EarlierTown(asked, replies=[full]))

    assert not dying.marked
    assert 900 in town.marked


@pytest.mark.parametrize("owed", [[], ["All of it."]], ids=["half", "paid for"])
async def test_reply_that_was_deleted_meanwhile_does_not_come_back(
    make_room: MakeRoom, owed: list[str]
) -> None:
    """A moderator deleted half a reply of a dead bot; the next start wrote the answer once more."""
    room, asked = make_room(FakeModel(answer("Again."))), message("hm?")
    await leave(room, asked, reply_ids=[900], owed=owed)
    if not owed:
        await reserve(room, asked.id)

    await recover(room, town := EarlierTown(asked))

    assert not town.surface.messages
    assert not room.model.requests
    assert (await room.standing()).spent == 0


async def test_rest_of_a_reply_loses_its_button_where_a_page_was_deleted(
    make_room: MakeRoom,
) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked, reply_ids=[899, 900])
    await reserve(room, asked.id)

    await recover(room, town := EarlierTown(asked, replies=[HALF]))

    assert 900 in town.marked


async def test_question_in_several_messages_is_answered_as_one(make_room: MakeRoom) -> None:
    room, first = make_room(), message("look")
    second = message("at this", mentions_bot=False)
    await leave(room, first, also=[second.id])

    await recover(room, EarlierTown(first, second))

    assert room.model.requests[0].turns[-1].text == "look\nat this"


async def test_half_that_came_while_the_bot_was_dead_joins(make_room: MakeRoom) -> None:
    """A bare mention got a greeting, and what it was about stood below it, unanswered."""
    room, asked = make_room(), message()
    await leave(room, asked)
    town = EarlierTown(asked)
    town.later = [
        message("talk", author=BOB, mentions_bot=False),
        message(is_system=True, mentions_bot=False),
        message("which hat is it?", mentions_bot=False),
        message("and something else?"),
    ]

    await recover(room, town)

    assert [each.turns[-1].text for each in room.model.requests] == ["which hat is it?"]


async def test_half_that_comes_live_joins_a_recovered_question(make_room: MakeRoom) -> None:
    hold = asyncio.Event()
    room, asked = make_room(FakeModel((hold,), answer("A hat."))), message("what is it?")
    await leave(room, asked)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recover(room, EarlierTown(asked)))
        await until(lambda: bool(room.model.requests))
        await room.ask(message("the red one", mentions_bot=False))
        hold.set()

    assert room.model.requests[-1].turns[-1].text == "what is it?\nthe red one"


async def test_question_that_stopped_in_order_is_told_so(make_room: MakeRoom) -> None:
    """It was settled as interrupted when the process was stopped before it could say so."""
    room, asked = make_room(), message("hm?")
    await room.ask(asked)
    async with room.using.database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE questions SET state = 'open', reply_ids = '[]'")

    await recover(room, town := EarlierTown(asked))

    assert "Please ask again." in town.surface.shown
    assert len(room.model.requests) == 1


async def test_questions_of_another_living_process_are_left_alone(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked, owner="other")
    async with room.using.database.transaction() as tx:
        await leases.take(tx, new_lease("other", "a run", NOON), instead_of=None)

    assert await find_left(room.using, owner="main", at_start=True) == []


async def test_questions_of_another_dead_process_are_taken_over(make_room: MakeRoom) -> None:
    room, asked = make_room(FakeModel(answer("Yes."))), message("hm?")
    await leave(room, asked, owner="other")
    town = EarlierTown(asked)

    await recovery(room, town).recover(await find_left(room.using, owner="main"))

    assert "Yes." in town.surface.shown


async def test_own_questions_are_not_taken_for_a_dead_ones(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked)

    assert await find_left(room.using, owner="main") == []


async def test_question_is_taken_up_once(make_room: MakeRoom) -> None:
    room, asked = make_room(FakeModel(answer("Yes."))), message("hm?")
    await leave(room, asked, owner="other")
    found = await find_left(room.using, owner="main")

    await recovery(room, EarlierTown(asked)).recover([*found, *found])

    assert len(room.model.requests) == 1


async def test_reservation_of_an_older_version_is_settled(make_room: MakeRoom) -> None:
    """It kept no question, and noted its half reply in the reservation."""
    room, asked = make_room(), message("hm?")
    await reserve(room, asked.id)
    async with room.using.database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE reservations SET reply_message_id = 900")
    (left,) = await find_left(room.using, owner="main", at_start=True)

    await recover(room, town := EarlierTown(asked, replies=[HALF]))

    assert left.reply_ids == (900,)
    assert 900 in town.marked
    assert (await room.standing()).reserved == 0


async def test_channel_that_is_gone_ends_the_question(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked)
    await reserve(room, asked.id)
    town = EarlierTown(asked)
    town.failures.append(SurfaceGone())

    await recover(room, town)

    assert (await room.standing()).reserved == 0
    assert not town.said


async def test_channel_without_history_is_told_to_ask_again(make_room: MakeRoom) -> None:
    room, asked = make_room(), message("hm?")
    await leave(room, asked)
    town = EarlierTown(asked)
    town.failures.append(SurfaceForbidden())

    await recover(room, town)

    assert town.said == ["I was restarted before I could answer. Please ask again."]


async def test_lost_attempt_is_charged_by_its_models_card(make_room: MakeRoom) -> None:
    dear = ModelCard(name="dear-1", rate_card=RateCard(input=10_000_000, output=20_000_000))
    room = make_room(FakeModels(FakeModel(), FakeModel(card=dear)))
    for number, model in ((1, "dear-1"), (2, None), (3, "gone-1")):
        asked = replace(message("hm?"), id=number)
        await leave(room, asked)
        await reserve(room, number, model=model)

    await recover(room, EarlierTown())

    rows = [(row["model"], row["tokens"], row["cost_microusd"]) for row in await room.ledger_rows()]
    assert sorted(rows) == [("dear-1", 200, 2_000), ("fake-1", 200, 200), ("gone-1", 200, None)]
