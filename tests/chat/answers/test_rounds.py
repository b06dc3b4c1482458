"""Rounds of calls: their bounds, and what all of them cost."""

import asyncio
import time
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat.answers.admission import Admission
from bot.chat.answers.function_calls import MOST_ROUNDS
from bot.chat.answers.rounds import Rounds, Terms
from bot.chat.answers.stream_consumer import Consumed, StreamConsumer
from bot.core.answers.events import (
    Began,
    Completed,
    Ending,
    Failed,
    Failure,
    Searching,
    TextDelta,
    Usage,
)
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.core.endings.usage_meter import UsageMeter
from bot.core.messages.incoming_message import Author
from bot.core.models.output_bound import with_margin
from bot.core.models.tokens import RateCard
from bot.core.quota.allowance import Allowance
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.standings import Standing
from tests.chat.answers.fake_display import FakeDisplay
from tests.chat.conftest import NOON, MakeRoom, message, until
from tests.chat.tool_use import ROUND, SEARCH, asks_for, calling, capable, switch_on_search
from tests.fakes import FakeImages, FakeModel, answer


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


async def test_report_above_what_was_reserved_is_charged_up_to_the_margin(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an endpoint reported was charged: 1.28 million tokens against a day's million."""
    million = Usage(input_tokens=640_000, output_tokens=640_000)
    room = make_room(capable(answer("Hello.", usage=million)), tokens_per_answer=2_000)

    surface = await room.ask(message("hello"))

    assert (await room.standing()).spent == with_margin(2_000)
    assert "≈" in surface.shown
    (record,) = [each for each in caplog.records if each.levelname == "WARNING"]
    assert record.getMessage() == "the endpoint reports more than the answer was allowed"
    assert record.__dict__["reported"] == 1_280_000
    await room.assert_accounts_agree()


async def test_report_above_what_was_reserved_leaves_no_round(make_room: MakeRoom) -> None:
    million = Usage(input_tokens=640_000, output_tokens=640_000)
    script = asks_for(calling("who_is_asking"), usage=million)
    room = make_room(capable(script), tokens_per_answer=2_000)

    await room.ask(message("hello"))

    assert len(room.model.requests) == 1
    assert (await room.standing()).spent == with_margin(2_000)


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


# By themselves

REQUEST = ModelRequest(
    instructions="You see.",
    turns=(Turn(role=Role.USER, text="hello"),),
    max_output_tokens=500,
)


def terms(model: FakeModel, *standings: Standing, **hooks: Any) -> Terms:
    admission = Admission(allowance=Allowance(tokens=1_000), standings=standings)
    return Terms(model=model, admission=admission, smallest_output=100, **hooks)


async def ask(model: FakeModel, terms: Terms) -> tuple[FakeDisplay, Consumed, UsageMeter]:
    """Ask without any functions."""
    display, meter = FakeDisplay(), UsageMeter(model.card)
    consumer = StreamConsumer(display, meter, time.monotonic)
    await Rounds(terms, meter, consumer).ask(REQUEST, input_tokens=50)
    consumer.stop()
    return display, consumer.result, meter


async def test_model_without_functions_is_asked_once_whatever_it_calls() -> None:
    model = FakeModel(asks_for(TextDelta(text="So."), calling("tell_time")))

    display, consumed, meter = await ask(model, terms(model))

    assert len(model.requests) == 1
    assert display.text == "So."
    assert consumed.ended == Completed(usage=ROUND)
    assert meter.charge(Ending.COMPLETED).usage == ROUND


async def test_request_is_noted_before_the_model_is_asked() -> None:
    model = FakeModel()
    requests_before: list[int] = []
    hurries: list[object] = []

    async def note_request() -> None:
        requests_before.append(len(model.requests))

    await ask(model, terms(model, on_request=note_request, on_stream=hurries.append))

    assert requests_before == [0]
    assert len(hurries) == 1


@pytest.mark.parametrize("unit", [Unit.DOLLARS, Unit.TOKENS])
async def test_limit_in_dollars_asks_for_a_model_with_a_price(unit: Unit) -> None:
    model = FakeModel()
    standing = Standing(
        limit=Limit(
            subject=Subject(kind=SubjectKind.EVERYONE, id=7),
            measure=Measure(unit=unit, period=Period.DAY),
            amount=5,
        ),
        window=window(Period.DAY, NOON, ZoneInfo("UTC")),
        spent=0,
    )

    await ask(model, terms(model, standing))

    assert model.requests[0].needs_price == (unit is Unit.DOLLARS)


async def test_cancelled_round_closes_its_stream() -> None:
    model = FakeModel((asyncio.Event(),))
    asking = asyncio.get_running_loop().create_task(ask(model, terms(model)))
    await until(lambda: model.requests)

    asking.cancel()
    await asyncio.wait([asking])

    assert model.closed == 1
