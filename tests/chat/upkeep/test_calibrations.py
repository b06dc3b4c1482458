"""Estimates are compared with what comes back, used at the next question, and kept."""

import logging
from dataclasses import replace

import pytest

from bot.chat.moderation.limits import Moderator
from bot.chat.moderation.preferences import PreferenceSettings
from bot.chat.upkeep import calibrations as calibrating
from bot.chat.upkeep.calibrations import Calibrations
from bot.chat.upkeep.metrics import Metrics
from bot.core.answers.events import Began, Completed, FunctionCalled, Usage
from bot.core.errors import DatabaseUnavailable
from bot.core.models.calibration import UNCALIBRATED, Estimate
from bot.core.models.tokens import ModelCard
from bot.core.models.tools import FunctionCall, WebSearch
from bot.core.moderation.preferences import ON, Scope, Topic
from bot.store.database import Database
from bot.store.reports.input_estimates import ModelAt
from tests.chat.conftest import CHANNEL, MakeRoom, message
from tests.fakes import FakeModel, answer

CARD = ModelCard(name="m", endpoint="api.example")
MODERATOR = Moderator(id=99, guild_id=7, may_manage=True)
HEAVY = Usage(input_tokens=400, output_tokens=5)


async def test_error_of_every_estimate_is_a_metric(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("Hello.", usage=HEAVY)))

    await room.ask(message("hello"))

    ((series, summary),) = room.using.metrics.snapshot().observed.items()
    assert series.name == "estimate_error"
    assert dict(series.labels) == {"endpoint": "", "model": "fake-1"}
    assert 90 < summary.total < 100  # per cent: about 25 tokens were expected


async def test_next_questions_are_fitted_by_what_was_learnt(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("Hello.", usage=HEAVY)), tokens_per_day=None)

    for _ in range(6):
        await room.ask(message("hello"))

    first, *_, last = [request.max_output_tokens for request in room.model.requests]
    assert first - last > 50  # room that the input will take


async def test_what_was_learnt_is_there_at_the_next_start(
    make_room: MakeRoom, database: Database
) -> None:
    room = make_room(FakeModel(answer("Hello.", usage=HEAVY)))
    await room.ask(message("hello"))

    again = await calibrating.load(database, Metrics())

    assert again.of(FakeModel.card).samples == 1
    assert again.of(CARD).samples == 0


async def test_answer_without_usage_teaches_nothing(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("Hello.", usage=None)))

    await room.ask(message("hello"))

    assert room.using.calibrations.of(FakeModel.card).samples == 0


async def test_report_beyond_the_allowed_teaches_nothing(make_room: MakeRoom) -> None:
    """A report of 100 million tokens made every later estimate four times as large."""
    lie = Usage(input_tokens=10**8, output_tokens=5)
    room = make_room(FakeModel(answer("Hello.", usage=lie)))

    await room.ask(message("hello"))

    assert room.using.calibrations.of(FakeModel.card).samples == 0


def test_early_samples_are_written_and_later_ones_seldom() -> None:
    calibrations = Calibrations(Metrics(), {ModelAt("other", "m"): UNCALIBRATED})

    worth = [calibrations.learn(CARD, Estimate(text=100), 110) for _ in range(40)]

    assert worth[:20] == [True] * 20
    assert worth[20:].count(True) == 2
    assert not calibrations.learn(CARD, Estimate(), 110)


async def test_database_that_fails_costs_only_what_was_learnt(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseUnavailable("disk full")

    monkeypatch.setattr("bot.store.reports.input_estimates.put", fail)

    with caplog.at_level(logging.WARNING):
        await Calibrations(Metrics()).write(CARD, database)

    assert [record.message for record in caplog.records] == ["a calibration could not be written"]


async def test_of_an_answer_with_functions_the_first_round_is_compared(
    make_room: MakeRoom,
) -> None:
    call = FunctionCalled(call=FunctionCall(id="c1", name="tell_time", arguments="{}"))
    rounds = (
        (call, Completed(usage=Usage(input_tokens=700, output_tokens=5))),
        answer("Noon.", usage=Usage(input_tokens=5_000, output_tokens=5)),
    )
    model = FakeModel(*rounds)
    model.card = replace(FakeModel.card, takes_functions=True)
    room = make_room(model)

    await room.ask(message("what time is it?"))

    text = room.using.calibrations.of(model.card).text
    assert text.samples == 1
    assert text.ratio < 2  # the list of functions is in both figures, the second round in neither


async def test_answer_that_may_search_the_web_teaches_nothing(make_room: MakeRoom) -> None:
    model = FakeModel()
    model.card = replace(FakeModel.card, has_web_search=True)
    room = make_room(model, web_search=WebSearch())
    order = PreferenceSettings(room.using)
    await order.choose(MODERATOR, CHANNEL, Scope.CHANNEL, Topic.WEB_SEARCH, ON)

    await room.ask(message("what is new?"))

    assert room.using.calibrations.of(model.card).samples == 0


async def test_answer_of_another_model_teaches_nothing(
    make_room: MakeRoom,
) -> None:
    other = replace(FakeModel.card, name="fallback-1", endpoint="other.example")
    took_over = Began(card=other, endpoint="second")
    room = make_room(FakeModel((took_over, *answer("Hello.", usage=HEAVY))))

    await room.ask(message("hello"))

    assert room.using.calibrations.of(other).samples == 0
    assert room.using.calibrations.of(FakeModel.card).samples == 0
