"""Who is answered, within which limits, and what is settled whichever way an answer ends."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.answers.admission import AnswerBudget, admit_freely, admit_to_ledger
from bot.core.answers.events import Ending, Failed, Failure, Usage
from bot.core.endings.usage_meter import UsageMeter
from bot.core.errors import DatabaseUnavailable
from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import ModelCard, RateCard, UnknownRule
from bot.core.pictures.errors import PictureTooDear
from bot.core.quota.limits import DIRECT, SubjectKind, Unit
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, message
from tests.chat.questions import CAT
from tests.chat.rules import EVERYONE, block, limit
from tests.fakes import FakeImages, FakeModel, answer, picture


async def test_message_answered_by_another_process_is_not_answered_again(
    make_room: MakeRoom,
) -> None:
    asked = message("hello")
    await make_room().ask(asked)
    second = make_room()

    surface = await second.ask(asked)

    assert not surface.messages
    assert not second.model.requests


async def test_user_without_quota_learns_what_is_left_and_until_when(
    make_room: MakeRoom,
) -> None:
    room = make_room(
        FakeModel(answer("x", usage=Usage(input_tokens=9_950, output_tokens=20))),
        tokens_per_day=10_000,
        tokens_per_answer=10_000,
    )
    await room.ask(message("a lot"))

    surface = await room.ask(message("more"))

    assert "30" in surface.shown
    assert "<t:1772409600:R>" in surface.shown
    assert len(room.model.requests) == 1


async def test_asker_is_charged_where_the_question_was_asked(make_room: MakeRoom) -> None:
    room = make_room()

    await room.ask(message("hello"))

    assert (await room.standing(user_id=ALICE.id)).spent == 120
    assert (await room.standing(user_id=ALICE.id, guild_id=8)).spent == 0


DEAR = ModelCard(
    name="dear",
    image_rule=UnknownRule(assumed=1_600),
    rate_card=RateCard(input=14_700_000, output=117_600_000),
)


@pytest.mark.parametrize(
    ("kind", "subject_id"),
    [
        (SubjectKind.SERVER, 7),
        (SubjectKind.CHANNEL, CHANNEL.channel_id),
        (SubjectKind.USER, ALICE.id),
        (SubjectKind.ROLE, 8),
    ],
)
async def test_question_of_somebody_who_is_not_answered_gets_one_sentence(
    make_room: MakeRoom, kind: SubjectKind, subject_id: int
) -> None:
    room = make_room()
    await block(room, kind, subject_id)

    surface = await room.ask(message("what is it?", author=replace(ALICE, role_ids=(7, 8))))

    assert surface.shown
    assert "\n" not in surface.shown
    assert not room.model.requests


async def test_thread_is_paused_with_the_channel_it_hangs_under(make_room: MakeRoom) -> None:
    room = make_room()
    await block(room, SubjectKind.CHANNEL, CHANNEL.channel_id)
    thread = Place(guild_id=7, channel_id=999, parent_id=CHANNEL.channel_id)

    await room.ask(message("what is it?", place=thread))

    assert not room.model.requests


async def test_pause_of_a_server_leaves_direct_messages_alone(make_room: MakeRoom) -> None:
    room = make_room()
    await block(room, SubjectKind.SERVER, 7)

    await room.ask(message("what is it?", place=Place(guild_id=DIRECT, channel_id=72)))

    assert len(room.model.requests) == 1


async def test_dollar_limit_bounds_the_output_asked_for(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat."), card=DEAR), FakeImages(cat=picture("cat")))
    await limit(room, EVERYONE, Unit.DOLLARS, 150_000)

    await room.ask(message("what is it?", attachments=(CAT,)))

    (request,) = room.model.requests
    assert len(request.images) == 1
    assert 500 <= request.max_output_tokens <= (150_000 - 1_600 * 14.7) / 117.6
    assert request.needs_price
    await room.assert_accounts_agree()


async def test_answer_of_unknown_price_is_refused_under_dollars(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat."), card=ModelCard(name="free")))
    await limit(room, EVERYONE, Unit.DOLLARS, 5_000_000)

    surface = await room.ask(message("what is it?"))

    assert not room.model.requests
    assert surface.shown


async def test_limit_in_answers_counts_those_that_came(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("Yes.")))
    await limit(room, EVERYONE, Unit.ANSWERS, 2)

    for _ in range(3):
        await room.ask(message("really?"))

    assert len(room.model.requests) == 2
    assert not any(request.needs_price for request in room.model.requests)


def fail_to_settle(room: Room, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """The ledger can't be written the first `times` times."""
    settle, failures = room.using.ledger.settle, iter(range(times))

    async def settle_late(*args: Any, **rest: Any) -> Any:
        if next(failures, None) is not None:
            raise DatabaseUnavailable("disk full")
        return await settle(*args, **rest)

    monkeypatch.setattr(room.using.ledger, "settle", settle_late)


async def test_failed_answer_settled_late_is_not_charged_as_interrupted(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(FakeModel((Failed(failure=Failure.SERVER_ERROR),)))
    fail_to_settle(room, monkeypatch, times=3)

    await room.ask(message("hello"))
    await room.using.backlog.drain(within=10)

    (row,) = await room.ledger_rows()
    assert (row["ending"], row["tokens"]) == ("failed", 0)
    await room.assert_accounts_agree()


async def test_answer_is_whole_though_its_settlement_is_owed(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk, 15 of 20 whole answers were marked as interrupted."""
    room = make_room(FakeModel(answer("A whole answer.")))
    fail_to_settle(room, monkeypatch, times=1)

    surface = await room.ask(message("hello"))
    owed = len(room.using.backlog)
    await room.using.backlog.drain(within=10)

    assert surface.shown.startswith("A whole answer.")
    assert "interrupted" not in surface.shown
    assert (owed, len(room.using.backlog)) == (1, 0)
    (row,) = await room.ledger_rows()
    assert (row["ending"], row["tokens"]) == ("completed", 120)
    assert (await room.standing()).reserved == 0


# A reservation by itself

BUDGET = AnswerBudget(
    model="fake-1", tokens=1_000, smallest=100, prices=FakeModel().prices, time_limit=30.0
)


def sent(input_tokens: int) -> UsageMeter:
    meter = UsageMeter(FakeModel.card)
    meter.send(input_tokens)
    return meter


async def test_reservation_is_settled_once_and_its_first_ending_counts(make_room: MakeRoom) -> None:
    room, meter = make_room(), sent(200)

    async with admit_to_ledger(message("hello"), room.using, owner="main")(BUDGET, meter) as held:
        reserved = (await room.standing()).reserved
        first = await held.settle(Ending.COMPLETED)
        second = await held.settle(Ending.STOPPED)

    (row,) = await room.ledger_rows()
    assert (row["ending"], row["tokens"], reserved) == ("completed", 200, 1_000)
    assert second is first
    assert first.tightest is not None
    assert first.tightest.spent == 200


async def test_ledger_that_stays_down_leaves_the_reservation_and_is_logged(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room()
    fail_to_settle(room, monkeypatch, times=100)

    async with admit_to_ledger(message("hello"), room.using, owner="main")(BUDGET, sent(200)):
        pass

    assert (await room.standing()).reserved == 1_000
    assert len(room.using.backlog) == 1
    assert "an answer could not be settled" in caplog.text


async def test_reply_is_noted_for_a_crash(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise AssertionError("nothing is left to be settled")

    room, asked = make_room(), message("hello")
    async with room.using.database.transaction() as tx:
        kept = KeptQuestion(
            message_id=asked.id, place=CHANNEL, user_id=ALICE.id, owner="main", taken_at=NOON
        )
        await questions.take(tx, kept)
    admit = admit_to_ledger(asked, room.using, owner="main")

    async with admit(BUDGET, sent(200)) as held:
        await held.note_reply([900], known=200, model="fake-2")
        (left,) = await room.open_reservations()
        await held.settle(Ending.COMPLETED)
        monkeypatch.setattr(room.using.ledger, "note_request", fail)
        await held.note_reply([900, 901], known=300)
        (kept,) = await room.unfinished()

    assert (left.input_estimate, left.model) == (200, "fake-2")
    assert kept.reply_ids == (900, 901)


async def test_order_beyond_the_quota_is_too_dear_as_a_whole(make_room: MakeRoom) -> None:
    room = make_room(tokens_per_day=900)
    budget = replace(BUDGET, smallest=1_000, is_indivisible=True)

    with pytest.raises(PictureTooDear) as refused:
        async with admit_to_ledger(message("draw"), room.using, owner="main")(budget, sent(0)):
            pass

    assert refused.value.needed == 1_000
    assert not await room.open_reservations()


async def test_question_cancelled_while_it_is_admitted_gives_its_reservation_back(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room()
    reserve, began, gate = room.using.ledger.reserve, asyncio.Event(), asyncio.Event()

    async def reserve_late(*args: Any, **rest: Any) -> Any:
        began.set()
        await gate.wait()
        return await reserve(*args, **rest)

    monkeypatch.setattr(room.using.ledger, "reserve", reserve_late)
    asking = asyncio.get_running_loop().create_task(room.ask(message("hello")))
    async with asyncio.timeout(5):
        await began.wait()
    asking.cancel()
    gate.set()
    await asyncio.wait([asking])

    assert (await room.standing()).reserved == 0
    assert not room.model.requests
    await room.assert_accounts_agree()


async def test_person_at_the_keyboard_is_limited_by_nothing() -> None:
    meter = sent(200)

    async with admit_freely(BUDGET, meter) as held:
        await held.note_request(known=200)
        await held.note_reply([900])
        settlement = await held.settle(Ending.COMPLETED)

    assert held.admission.allowance.tokens == BUDGET.tokens
    assert not held.admission.counts_dollars
    assert settlement.charge == meter.charge(Ending.COMPLETED)
    assert settlement.tightest is None
