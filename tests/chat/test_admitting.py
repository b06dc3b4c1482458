"""Who is answered, and within which limits, as the answer meets them."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from bot.core.calendar.windows import Period
from bot.core.messages.incoming_message import Attachment, Place
from bot.core.models.tokens import ModelCard, RateCard, UnknownRule
from bot.core.quota.limits import DIRECT, Subject, SubjectKind, Unit
from bot.store.schema.tables import blocks, limits
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room, message
from tests.fakes import FakeImages, FakeModel, answer, picture

AUTOMATIC = 70  # the channel of `CHANNEL`
CAT = Attachment(id=1, name="cat", url="https://cdn/cat.png", size=9, content_type="image/png")
DEAR = ModelCard(
    name="dear",
    image_rule=UnknownRule(assumed=1_600),
    rate_card=RateCard(input=14_700_000, output=117_600_000),
)
STAMP: dict[str, Any] = {"set_by": 99, "set_at": NOON, "reason": ""}


async def block(room: Room, kind: SubjectKind, subject_id: int) -> None:
    async with room.using.database.transaction() as tx:
        row = {"guild_id": 7, "subject_kind": kind.value, "subject_id": subject_id, "until": None}
        await tx.execute(insert(blocks), {**row, **STAMP})


async def limit(room: Room, subject: Subject, unit: Unit, amount: int) -> None:
    async with room.using.database.transaction() as tx:
        row = {
            "guild_id": 7,
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "unit": unit.value,
            "period": Period.DAY.value,
            "amount": amount,
        }
        await tx.execute(insert(limits), {**row, **STAMP})


EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=7)


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


async def test_picture_in_a_paused_automatic_channel_is_passed_over_without_a_word(
    make_room: MakeRoom,
) -> None:
    room = make_room(automatic_channels=frozenset({AUTOMATIC}))
    await block(room, SubjectKind.SERVER, 7)

    surface = await room.ask(message("", mentions_bot=False, attachments=(CAT,)))

    assert not surface.messages
    assert not room.model.requests


async def test_bare_mention_where_nobody_is_answered_gets_no_greeting(make_room: MakeRoom) -> None:
    room = make_room()
    await block(room, SubjectKind.SERVER, 7)

    surface = await room.ask(message(""))

    assert "Hello" not in surface.shown
    assert surface.shown


async def test_pause_of_a_server_leaves_direct_messages_alone(make_room: MakeRoom) -> None:
    room = make_room()
    await block(room, SubjectKind.SERVER, 7)

    await room.ask(message("what is it?", place=Place(guild_id=DIRECT, channel_id=72)))

    assert len(room.model.requests) == 1


async def test_answer_under_a_limit_in_dollars_asks_for_no_more_than_it_can_pay(
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


async def test_answer_whose_price_nobody_knows_is_refused_under_a_limit_in_dollars(
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


async def test_footer_speaks_of_the_cap_where_that_will_be_used_up_first(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("Yes.")))
    await limit(room, Subject(kind=SubjectKind.CHANNEL, id=CHANNEL.channel_id), Unit.ANSWERS, 4)

    surface = await room.ask(message("really?"))

    assert "75\u202f% of the channel's cap left today" in surface.shown
