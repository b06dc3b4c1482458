"""Endpoints that fail are left alone for a while, over real sockets."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.core.answers.events import (
    Completed,
    Failure,
    StreamEvent,
)
from bot.core.endpoints.circuit_breaker import LASTING, PASSING
from bot.core.endpoints.outages import Outage, Restored
from bot.responses.circuits import Circuits
from bot.responses.route import Routes
from tests.responses.two_endpoints import BALANCE, DOWN, TwoEndpoints, answer, asked, failure_of
from tests.scripted_endpoint import Script


async def fail_until_open(endpoints: TwoEndpoints) -> None:
    endpoints.main.play(*[DOWN] * 6)
    for _ in range(3):
        await endpoints.ask()


async def test_endpoint_that_keeps_failing_is_left_alone(endpoints: TwoEndpoints) -> None:
    await fail_until_open(endpoints)
    before = len(endpoints.main.requests)

    events = await endpoints.ask()

    assert asked(events) == ["backup"]
    assert len(endpoints.main.requests) == before
    (outage,) = endpoints.notices_of(Outage)
    assert isinstance(outage, Outage)
    assert (outage.endpoint, outage.pause, outage.is_new) == ("main", PASSING.first, True)


async def test_trial_that_succeeds_brings_the_endpoint_back(endpoints: TwoEndpoints) -> None:
    await fail_until_open(endpoints)
    endpoints.now = PASSING.first

    first, second = await endpoints.ask(), await endpoints.ask()

    assert asked(first) == asked(second) == ["main"]
    assert endpoints.notices_of(Restored) == [Restored(endpoint="main", model="gpt-5.2-pro")]


async def test_trial_that_fails_is_replaced_and_the_pause_is_doubled(
    endpoints: TwoEndpoints,
) -> None:
    await fail_until_open(endpoints)
    endpoints.main.play(DOWN, DOWN)
    endpoints.now = PASSING.first

    trial, after = await endpoints.ask(), await endpoints.ask()

    assert (asked(trial), asked(after)) == (["main", "backup"], ["backup"])
    outage = endpoints.notices_of(Outage)[-1]
    assert isinstance(outage, Outage)
    assert (outage.pause, outage.is_new) == (2 * PASSING.first, False)


async def test_only_one_trial_goes_at_a_time(endpoints: TwoEndpoints) -> None:
    await fail_until_open(endpoints)
    endpoints.now = PASSING.first
    endpoints.main.play(Script(text="I am back.", delay=0.3))

    trial, other = await asyncio.gather(endpoints.ask(), later(endpoints.ask))

    assert (asked(trial), asked(other)) == (["main"], ["backup"])


async def later(ask: Callable[[], Any]) -> list[StreamEvent]:
    await asyncio.sleep(0.1)
    events: list[StreamEvent] = await ask()
    return events


async def test_trial_is_won_with_the_first_text(
    endpoints: TwoEndpoints,
) -> None:
    await fail_until_open(endpoints)
    endpoints.now = PASSING.first
    endpoints.main.play(Script(text="Slowly, slowly.", pace=0.15))

    trial, other = await asyncio.gather(endpoints.ask(), later_than_text(endpoints))

    assert (asked(trial), asked(other)) == (["main"], ["main"])


async def later_than_text(endpoints: TwoEndpoints) -> list[StreamEvent]:
    async with asyncio.timeout(5):
        while not endpoints.notices_of(Restored):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return await endpoints.ask()


async def test_abandoned_trial_gives_its_place_to_the_next(
    endpoints: TwoEndpoints,
) -> None:
    await fail_until_open(endpoints)
    endpoints.now = PASSING.first
    endpoints.main.play(Script(delay=30))
    trial = asyncio.create_task(endpoints.ask())
    await asyncio.sleep(0.1)
    trial.cancel()
    await asyncio.wait([trial])

    assert asked(await endpoints.ask()) == ["main"]


@pytest.mark.parametrize(
    "script", [BALANCE, Script(status=401, code="invalid_api_key")], ids=["balance", "key"]
)
async def test_bad_key_or_balance_opens_the_circuit_at_once(
    endpoints: TwoEndpoints, script: Script
) -> None:
    endpoints.main.play(script)
    await endpoints.ask()
    endpoints.now = LASTING.first - 1

    assert asked(await endpoints.ask()) == ["backup"]
    (outage,) = endpoints.notices_of(Outage)
    assert isinstance(outage, Outage)
    assert outage.pause == LASTING.first


async def test_missing_model_does_not_close_its_endpoint_to_others(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(Script(status=404, code="model_not_found"))
    await endpoints.ask("small")

    chosen, default = await endpoints.ask("small"), await endpoints.ask()

    assert (asked(chosen), asked(default)) == (["backup"], ["main"])


async def test_where_all_are_out_the_one_due_soonest_is_asked(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(BALANCE)
    endpoints.backup.play(*[DOWN] * 9)
    for _ in range(3):
        await endpoints.ask()
    endpoints.backup.forget()

    events = await endpoints.ask()

    assert asked(events) == ["backup"]
    assert isinstance(events[-1], Completed)
    assert endpoints.notices_of(Restored) == [Restored(endpoint="backup", model="spare")]


async def test_single_endpoint_is_asked_however_often_it_has_failed(
    endpoints: TwoEndpoints,
) -> None:
    alone = Routes(endpoints.routes.endpoints[:1], Circuits(lambda: 0.0, endpoints.notices.append))
    endpoints.main.play(*[BALANCE] * 4)

    failures = [failure_of(await answer(alone.default)) for _ in range(4)]
    events = await answer(alone.default)

    assert failures == [Failure.OUT_OF_BALANCE] * 4
    assert isinstance(events[-1], Completed)
    assert len(endpoints.notices_of(Outage)) == 1


async def test_endpoint_that_cuts_its_answers_short_is_left_alone_too(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(*[Script(text="The beginning of it", fault="cut", after=2)] * 3)
    for _ in range(3):
        await endpoints.ask()

    assert asked(await endpoints.ask()) == ["backup"]
