"""Rounds of calls: their bounds, and what all of them cost."""

from dataclasses import replace

from bot.chat.answers.function_calls import MOST_ROUNDS
from bot.core.answers.events import Began, Failed, Failure, Searching, Usage
from bot.core.messages.incoming_message import Author
from bot.core.models.tokens import RateCard
from tests.chat.conftest import MakeRoom, message
from tests.chat.tool_use import SEARCH, asks_for, calling, capable, switch_on_search
from tests.fakes import FakeImages, answer


async def test_call_is_answered_and_the_model_goes_on(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking")), answer("You are Ada.")))
    ada = Author(id=10, name="Ada", role_names=("Painters", "Members"))

    surface = await room.ask(message("who am I?", author=ada))

    (exchange,) = room.model.requests[1].exchanges
    assert exchange.output == '{"name":"Ada","roles":["Painters","Members"]}'
    assert surface.shown.startswith("You are Ada.\n-# fake-1 · 230 tokens")
    assert (await room.standing()).spent == 230
    await room.assert_accounts_agree()


async def test_model_that_never_stops_asking_is_stopped(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking"))))

    surface = await room.ask(message("hello"))

    requests = room.model.requests
    assert len(requests) == MOST_ROUNDS + 1
    assert [request.may_call for request in requests] == [True] * MOST_ROUNDS + [False]
    assert "limit" in surface.shown
    assert (await room.standing()).spent == 110 * (MOST_ROUNDS + 1)


async def test_rounds_stay_within_the_allowance(make_room: MakeRoom) -> None:
    greedy = Usage(input_tokens=1_900, output_tokens=100)
    room = make_room(capable(asks_for(calling("who_is_asking"), usage=greedy)))

    surface = await room.ask(message("hello"))

    assert len(room.model.requests) == 1
    assert "limit" in surface.shown
    assert (await room.standing()).spent == 2_000


async def test_rounds_stay_within_the_window_of_the_model(make_room: MakeRoom) -> None:
    large = Usage(input_tokens=1_500, output_tokens=50)
    model = capable(asks_for(calling("who_is_asking"), usage=large), answer("Hello."))
    model.card = replace(model.card, context_tokens=2_000)
    room = make_room(model, FakeImages())

    await room.ask(message("hello"))

    assert room.model.requests[1].max_output_tokens < 500


async def test_round_that_reported_nothing_is_charged_by_estimate(make_room: MakeRoom) -> None:
    room = make_room(capable(asks_for(calling("who_is_asking"), usage=None), answer("Hello.")))

    surface = await room.ask(message("hello"))

    assert "≈" in surface.shown
    assert (await room.standing()).spent > 120
    await room.assert_accounts_agree()


async def test_failure_after_a_round_still_charges_the_round(make_room: MakeRoom) -> None:
    room = make_room(
        capable(asks_for(calling("who_is_asking")), (Failed(failure=Failure.SERVER_ERROR),))
    )

    await room.ask(message("hello"))

    assert (await room.standing()).spent == 110


async def test_rounds_searches_and_fall_over_are_each_charged_once(
    make_room: MakeRoom,
) -> None:
    model = capable()
    dear = replace(model.card, name="dear-1", rate_card=RateCard(input=10_000_000, output=0))
    failed = Failed(failure=Failure.SERVER_ERROR, usage=Usage(input_tokens=50, output_tokens=5))
    model.scripts.clear()
    model.scripts.extend(
        (
            (
                Began(card=model.card, endpoint="main"),
                Searching(query="rain", is_over=True),
                Began(card=dear, endpoint="backup", after=failed),
                Searching(query="rain", is_over=True),
                *asks_for(calling("tell_time")),
            ),
            (Began(card=model.card, endpoint="main"), *answer("No.")),
        )
    )
    room = make_room(model, web_search=SEARCH, search_price=10_000)
    await switch_on_search(room)

    await room.ask(message("did it rain?"))

    booked = (await room.ledger_rows())[-1]
    assert (booked["model"], booked["tokens"]) == ("fake-1", 55 + 110 + 120)
    assert booked["cost_microusd"] == 2 * 10_000 + (50 + 10) + 1_000 + (100 + 40)
    assert not booked["is_estimated"]
    await room.assert_accounts_agree()
