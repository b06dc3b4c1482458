"""What a dead process leaves behind, and what the next one makes of it."""

from datetime import timedelta

from sqlalchemy import select

from bot.chat.recovery import left_open, repair
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.quota.allowance import AllowanceRequest
from bot.core.quota.limits import Requester
from bot.store.quota.reservations import ReservationRequest
from bot.store.schema.tables import ledger
from tests.chat.conftest import ALICE, CHANNEL, NOON, MakeRoom, Room
from tests.fakes import FakeModel, FakeModels


class Replies:
    """Discord with the replies of the last run; an absent one was deleted."""

    def __init__(self, texts: dict[int, str]) -> None:
        self.texts = texts
        self.marked: dict[int, str] = {}

    async def read(self, channel_id: int, message_id: int) -> str | None:
        return self.texts.get(message_id)

    async def mark(self, channel_id: int, message_id: int, text: str, mark: str) -> None:
        self.marked[message_id] = f"{text}\n{mark}"


async def die_while_answering(
    room: Room, message_id: int, *, reply: int | None, model: str | None = None
) -> None:
    """Reserve, perhaps show a first page (of `model`, if another one answers), and never settle."""
    request = ReservationRequest(
        message_id=message_id,
        place=CHANNEL,
        requester=Requester.at(CHANNEL, ALICE.id),
        wanted=AllowanceRequest(tokens=1_000, smallest=100),
        expires_at=NOON + timedelta(minutes=15),
        model="fake-1",
        owner="main",
    )
    async with room.using.database.transaction() as tx:
        await room.using.ledger.reserve(tx, request, now=NOON)
        if reply is not None:
            await room.using.ledger.note_reply(
                tx,
                message_id,
                channel_id=70,
                reply_message_id=reply,
                input_estimate=200,
                model=model,
            )


async def recover(room: Room, replies: Replies, *, owner: str = "main") -> None:
    await repair(room.using, replies, await left_open(room.using, owner=owner))


async def test_half_written_reply_is_marked_and_charged_by_estimate(make_room: MakeRoom) -> None:
    room, replies = make_room(), Replies({900: "Once upon a time"})
    await die_while_answering(room, 1, reply=900)
    reserved = (await room.standing()).reserved

    await recover(room, replies)

    standing = await room.standing()
    assert reserved == 1_000
    assert standing.reserved == 0
    assert 200 < standing.spent < 220
    assert replies.marked[900].startswith("Once upon a time\n-# I was restarted")
    await room.assert_accounts_agree()


async def test_answer_that_had_shown_nothing_is_free(make_room: MakeRoom) -> None:
    room, replies = make_room(), Replies({})
    await die_while_answering(room, 1, reply=None)

    await recover(room, replies)

    standing = await room.standing()
    assert (standing.spent, standing.reserved) == (0, 0)
    assert not replies.marked


async def test_deleted_reply_is_charged_its_input(make_room: MakeRoom) -> None:
    room, replies = make_room(), Replies({})
    await die_while_answering(room, 1, reply=900)

    await recover(room, replies)

    assert (await room.standing()).spent == 200


async def test_answers_of_another_process_are_left_alone(make_room: MakeRoom) -> None:
    room, replies = make_room(), Replies({900: "Once"})
    await die_while_answering(room, 1, reply=900)

    await recover(room, replies, owner="other")

    assert (await room.standing()).reserved == 1_000
    assert not replies.marked


async def test_status_left_by_a_dead_process_costs_no_output(
    make_room: MakeRoom,
) -> None:
    room, replies = make_room(), Replies({900: "-# Thinking · 0:42"})
    await die_while_answering(room, 1, reply=900)

    await recover(room, replies)

    assert (await room.standing()).spent == 200
    assert replies.marked[900] == ("\nI was restarted before I could answer. Please ask again.")


async def test_half_written_reply_is_charged_by_its_models_card(
    make_room: MakeRoom,
) -> None:
    dear = ModelCard(name="dear-1", rate_card=RateCard(input=10_000_000, output=20_000_000))
    room = make_room(FakeModels(FakeModel(), FakeModel(card=dear)))
    await die_while_answering(room, 1, reply=900, model="dear-1")
    await die_while_answering(room, 2, reply=901)
    await die_while_answering(room, 3, reply=902, model="gone-1")

    await recover(room, Replies({}))

    columns = (ledger.c.model, ledger.c.tokens, ledger.c.cost_microusd)
    async with room.using.database.reading() as connection:
        rows = (await connection.execute(select(*columns).order_by(ledger.c.message_id))).all()
    assert [tuple(row) for row in rows] == [
        ("dear-1", 200, 2_000),
        ("fake-1", 200, 200),
        ("gone-1", 200, None),
    ]
