"""Which model answers where, and who decides."""

import pytest
from sqlalchemy import select

from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.model_choice import ModelChoice, ModelSelection, find_model_choice
from bot.core.answers.events import Began, Failed, Failure, FunctionCalled, Usage
from bot.core.messages.incoming_message import Place
from bot.core.models.offers import NotOffered, Offer
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.models.tools import FunctionCall
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import Preference, Scope, Topic
from bot.store.schema.tables import audit, ledger
from tests.chat.conftest import CHANNEL, MakeRoom, Room, message
from tests.fakes import FakeModel, FakeModels, answer

MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
MEMBER = Moderator(id=98, guild_id=7, may_manage=False)
THREAD = Place(guild_id=7, channel_id=71, parent_id=CHANNEL.channel_id)
ELSEWHERE = Place(guild_id=7, channel_id=75)
DIRECT = Place(guild_id=0, channel_id=72)
DEAR = ModelCard(name="dear-1", rate_card=RateCard(input=10_000_000, output=20_000_000))
HOME = ModelCard(name="home-1")
USED = Usage(input_tokens=70, output_tokens=30)


def two_models() -> FakeModels:
    return FakeModels(FakeModel(answer("Usual.")), FakeModel(answer("Dear."), card=DEAR))


async def shown(room: Room, place: Place = CHANNEL) -> str:
    return (await room.ask(message("hello", place=place))).shown


async def test_channels_model_answers_there_and_in_its_threads(
    make_room: MakeRoom,
) -> None:
    room = make_room(two_models())

    await ModelSelection(room.using).choose(MODERATOR, CHANNEL, Scope.CHANNEL, "Dear-1")

    assert (await shown(room)).startswith("Dear.\n-# dear-1 · ")
    assert (await shown(room, THREAD)).startswith("Dear.")
    assert (await shown(room, ELSEWHERE)).startswith("Usual.\n-# fake-1 · ")
    assert (await shown(room, DIRECT)).startswith("Usual.")


async def test_choice_in_a_thread_is_that_of_its_channel(make_room: MakeRoom) -> None:
    room = make_room(two_models())

    await ModelSelection(room.using).choose(MODERATOR, THREAD, Scope.CHANNEL, "dear-1")

    assert (await shown(room, CHANNEL)).startswith("Dear.")


async def test_servers_choice_gives_way_to_a_channels(make_room: MakeRoom) -> None:
    room = make_room(two_models())
    selection = ModelSelection(room.using)
    await selection.choose(MODERATOR, CHANNEL, Scope.CHANNEL, "fake-1")

    chosen = await selection.choose(MODERATOR, CHANNEL, Scope.SERVER, "dear-1")

    assert chosen.offer is not None
    assert chosen.offer.name == "dear-1"
    assert (chosen.choice.offer.name, chosen.choice.scope) == ("fake-1", Scope.CHANNEL)
    assert (await shown(room, ELSEWHERE)).startswith("Dear.")


async def test_choice_that_is_taken_back_leaves_the_default(make_room: MakeRoom) -> None:
    room = make_room(two_models())
    selection = ModelSelection(room.using)
    await selection.choose(MODERATOR, CHANNEL, Scope.SERVER, "dear-1")

    chosen = await selection.choose(MODERATOR, CHANNEL, Scope.SERVER, None)

    assert chosen.offer is None
    assert (chosen.choice.offer.name, chosen.choice.scope) == ("fake-1", None)
    assert (await shown(room)).startswith("Usual.")


async def test_every_change_is_written_down_with_what_was_before(make_room: MakeRoom) -> None:
    room = make_room(two_models())
    selection = ModelSelection(room.using)

    await selection.choose(MODERATOR, CHANNEL, Scope.CHANNEL, "dear-1")
    await selection.choose(MODERATOR, CHANNEL, Scope.CHANNEL, None)

    columns = (audit.c.actor_id, audit.c.subject_id, audit.c.before, audit.c.after)
    async with room.using.database.reading() as connection:
        rows = (await connection.execute(select(*columns).order_by(audit.c.id))).all()
    assert [tuple(row) for row in rows] == [
        (99, 70, None, '{"model": "dear-1"}'),
        (99, 70, '{"model": "dear-1"}', None),
    ]


async def test_member_may_not_choose(make_room: MakeRoom) -> None:
    room = make_room(two_models())

    with pytest.raises(NotAllowed):
        await ModelSelection(room.using).choose(MEMBER, CHANNEL, Scope.CHANNEL, "dear-1")
    with pytest.raises(NotAllowed):
        await ModelSelection(room.using).choose(MEMBER, CHANNEL, Scope.CHANNEL, "no such model")

    assert (await shown(room)).startswith("Usual.")


async def test_model_that_is_not_offered_can_not_be_chosen(make_room: MakeRoom) -> None:
    room = make_room(two_models())

    with pytest.raises(NotOffered):
        await ModelSelection(room.using).choose(MODERATOR, CHANNEL, Scope.CHANNEL, "gpt-9")

    assert (await shown(room)).startswith("Usual.")


async def test_model_no_longer_offered_gives_way_to_the_default(
    make_room: MakeRoom,
) -> None:
    before = make_room(two_models())
    await ModelSelection(before.using).choose(MODERATOR, CHANNEL, Scope.CHANNEL, "dear-1")
    room = make_room(FakeModel(answer("Usual.")))

    text = await shown(room)
    explained = await ModelSelection(room.using).explain(CHANNEL)

    assert text.startswith(
        "Usual.\n-# `dear-1` is no longer offered; a moderator can choose another with `/model`."
        "\n-# fake-1 · "
    )
    assert explained.choice == ModelChoice(offer=room.using.models.offered[0], missing="dear-1")


def test_choice_is_the_operators_where_no_moderator_has_made_one() -> None:
    offers = (Offer(name="a", endpoint="main", card=HOME), Offer(name="b", endpoint="x", card=HOME))
    chosen = {Topic.MODEL: Preference(value="b", scope=Scope.SERVER)}

    assert find_model_choice(offers, {}) == ModelChoice(offer=offers[0])
    assert find_model_choice(offers, chosen) == ModelChoice(offer=offers[1], scope=Scope.SERVER)


async def test_cost_of_an_answer_is_what_answers_have_cost_there(make_room: MakeRoom) -> None:
    room = make_room(two_models())
    before = await ModelSelection(room.using).explain(CHANNEL)
    await room.ask(message("one"))
    await room.ask(message("two"))

    after = await ModelSelection(room.using).explain(CHANNEL)

    assert (before.cost, after.cost) == (None, 140)


# -- who has answered in the end ----------------------------------------------------------------


async def ledger_rows(room: Room) -> list[tuple[object, ...]]:
    columns = (ledger.c.model, ledger.c.tokens, ledger.c.cost_microusd, ledger.c.is_estimated)
    async with room.using.database.reading() as connection:
        return [tuple(row) for row in await connection.execute(select(*columns))]


def began(card: ModelCard, *, after: Failed | None = None) -> Began:
    return Began(card=card, endpoint="x", after=after)


async def test_answer_is_charged_by_the_answering_models_card(
    make_room: MakeRoom,
) -> None:
    fell_over = began(DEAR, after=Failed(failure=Failure.UNREACHABLE))
    room = make_room(FakeModel((began(HOME), fell_over, *answer("Dear."))))

    text = await shown(room)

    assert text.startswith("Dear.\n-# dear-1 · 120 tokens")
    assert await ledger_rows(room) == [("dear-1", 120, 1_400, False)]


async def test_usage_of_a_failed_endpoint_is_charged_at_its_price(
    make_room: MakeRoom,
) -> None:
    failed = Failed(failure=Failure.SERVER_ERROR, usage=USED)
    room = make_room(
        FakeModel((began(DEAR), began(FakeModel.card, after=failed), *answer("Usual.")))
    )

    await shown(room)

    assert await ledger_rows(room) == [("fake-1", 220, 1_300 + 140, False)]
    await room.assert_accounts_agree()


async def test_cost_is_unknown_where_one_of_the_prices_is(make_room: MakeRoom) -> None:
    failed = Failed(failure=Failure.SERVER_ERROR, usage=USED)
    room = make_room(
        FakeModel((began(HOME), began(FakeModel.card, after=failed), *answer("Usual.")))
    )

    await shown(room)

    assert await ledger_rows(room) == [("fake-1", 220, None, False)]


async def test_function_that_a_failed_attempt_asked_for_is_not_called(make_room: MakeRoom) -> None:
    asked = FunctionCalled(call=FunctionCall(id="1", name="time", arguments="{}"))
    again = began(FakeModel.card, after=Failed(failure=Failure.BROKEN_STREAM))
    room = make_room(FakeModel((began(DEAR), asked, again, *answer("Usual."))))

    text = await shown(room)

    assert text.startswith("Usual.")
    assert len(room.model.requests) == 1


async def test_failure_of_all_endpoints_costs_nothing(make_room: MakeRoom) -> None:
    down = Failed(failure=Failure.UNREACHABLE)
    room = make_room(FakeModel((began(DEAR), began(HOME, after=down), down)))

    await shown(room)

    assert (await room.standing()).spent == 0
