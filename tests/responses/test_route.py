"""Several endpoints over real sockets: who is asked, who answers, and who is left alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import aiohttp
import pytest

from bot.core.answers.events import (
    Began,
    Completed,
    Failed,
    Failure,
    StreamEvent,
    TextDelta,
    Thinking,
    Usage,
)
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.core.endpoints.circuit_breaker import LASTING, PASSING
from bot.core.endpoints.outages import EndpointFailure, Notice, Outage, Restored
from bot.core.secrets import Secret
from bot.responses.circuits import Circuits
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.models.overrides import ModelOverrides
from bot.responses.route import Endpoint, RoutedModel, Routes
from tests.scripted_endpoint import Script, ScriptedEndpoint

KEY = "key-0123456789"
BALANCE = Script(status=429, code="insufficient_quota", error="You exceeded your current quota.")
DOWN = Script(status=500)
GONE = '"type":"error","error":{"code":"server_error","message":"Gone."}'


@dataclass(kw_only=True)
class Town:
    """Two endpoints: "main" has gpt-5.2-pro and small, "backup" has spare. A clock to be set."""

    main: ScriptedEndpoint
    backup: ScriptedEndpoint
    session: aiohttp.ClientSession
    now: float = 0.0
    notices: list[Notice] = field(default_factory=list)
    routes: Routes = field(init=False)

    def __post_init__(self) -> None:
        self.routes = self.open()

    def open(self, key: str = KEY, **changes: Any) -> Routes:
        main = self.endpoint("main", self.main, "gpt-5.2-pro", "small", key=key, **changes)
        backup = self.endpoint("backup", self.backup, "spare", key=KEY)
        self.routes = Routes([main, backup], Circuits(lambda: self.now, self.notices.append))
        return self.routes

    def endpoint(
        self, name: str, server: ScriptedEndpoint, *models: str, key: str, **changes: Any
    ) -> Endpoint:
        settings = [
            EndpointSettings(
                base_url=server.base_url, model=model, name=name, api_key=Secret(key), **changes
            )
            for model in models
        ]
        return Endpoint(
            name=name,
            models=tuple(
                ResponsesModel(each, self.session, random=lambda: 0.0, sleep=no_sleep)
                for each in settings
            ),
        )

    async def ask(self, name: str | None = None, **changes: Any) -> list[StreamEvent]:
        return await answer(self.routes.choose(name), **changes)

    def notices_of(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]


async def no_sleep(_seconds: float) -> None:
    """Retries are at once."""


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        keys = frozenset({KEY})
        main = await stack.enter_async_context(ScriptedEndpoint(keys=keys))
        backup = await stack.enter_async_context(ScriptedEndpoint(keys=keys))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Town(main=main, backup=backup, session=session)


async def answer(
    model: RoutedModel, *, limit: int = 1_000, needs_price: bool = False
) -> list[StreamEvent]:
    request = ModelRequest(
        instructions="Be brief.",
        turns=(Turn(role=Role.USER, text="Hi"),),
        max_output_tokens=limit,
        needs_price=needs_price,
    )
    async with model.stream(request) as stream:
        return [event async for event in stream]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def asked(events: list[StreamEvent]) -> list[str]:
    """The endpoints that were asked, in their order, whether once or more often."""
    began = (event.endpoint for event in events if isinstance(event, Began))
    return [endpoint for endpoint, _ in groupby(began)]


def failure_of(events: list[StreamEvent]) -> Failure:
    assert isinstance(events[-1], Failed)
    return events[-1].failure


# -- which model --------------------------------------------------------------------------------


def test_every_model_is_offered_once_with_its_first_endpoint(town: Town) -> None:
    both = Routes([*town.routes.endpoints, town.routes.endpoints[0]], Circuits(float, print))

    offered = [(offer.name, offer.endpoint) for offer in both.offered]

    assert offered == [("gpt-5.2-pro", "main"), ("small", "main"), ("spare", "backup")]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [(None, "gpt-5.2-pro"), ("small", "small"), ("spare", "spare"), ("gone", "gpt-5.2-pro")],
)
async def test_chosen_model_is_asked_and_the_default_where_there_is_none(
    town: Town, name: str | None, chosen: str
) -> None:
    events = await town.ask(name)

    assert isinstance(events[0], Began)
    assert events[0].card.name == chosen
    assert isinstance(events[-1], Completed)
    asked_for = [request.json["model"] for request in (*town.main.requests, *town.backup.requests)]
    assert asked_for == [chosen]


async def test_model_that_two_endpoints_have_is_asked_for_by_its_name_at_the_next(
    town: Town,
) -> None:
    elsewhere = town.endpoint("twin", town.backup, "other", "small", key=KEY)
    town.routes = Routes([town.routes.endpoints[0], elsewhere], Circuits(float, print))
    town.main.play(DOWN, DOWN)

    await town.ask("small")

    assert [request.json["model"] for request in town.backup.requests] == ["small"]


# -- falling over -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        (Script(status=500), Failure.SERVER_ERROR),
        (Script(status=503), Failure.OVERLOADED),
        (Script(status=429, retry_after="600"), Failure.OVERLOADED),
        (BALANCE, Failure.OUT_OF_BALANCE),
        (Script(fault="quota", after=0), Failure.OUT_OF_BALANCE),
        (Script(status=403, error="Not for you."), Failure.FORBIDDEN),
        (Script(status=404, code="model_not_found"), Failure.MODEL_UNKNOWN),
        (
            Script(status=404, body="<html><title>No</title>", content_type="text/html"),
            Failure.NOT_AN_ENDPOINT,
        ),
        (Script(fault="cut", after=0), Failure.BROKEN_STREAM),
        (Script(fault="eof", after=0, thinking=("Looking",)), Failure.BROKEN_STREAM),
        (Script(fault="failed", after=0), Failure.SERVER_ERROR),
        (Script(status=500, error="image input is not supported"), Failure.IMAGE_REJECTED),
    ],
    ids=[
        "500",
        "503",
        "429 with a long wait",
        "no balance",
        "no balance in the stream",
        "forbidden",
        "no such model",
        "web page",
        "cut before text",
        "ended while thinking",
        "failed before text",
        "can not see",
    ],
)
async def test_next_endpoint_answers_where_the_first_fails_before_any_text(
    town: Town, script: Script, failure: Failure
) -> None:
    town.main.play(script, script)
    town.backup.play(Script(text="From the spare."))

    events = await town.ask()

    assert text_of(events) == "From the spare."
    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)
    (notice,) = town.notices_of(EndpointFailure)
    assert isinstance(notice, EndpointFailure)
    assert (notice.failed.failure, notice.next_endpoint) == (failure, "backup")
    assert not [event for event in events if isinstance(event, Failed)]


async def test_under_a_limit_in_dollars_nobody_without_a_price_stands_in(town: Town) -> None:
    town.main.play(DOWN, DOWN, DOWN)

    events = await town.ask(needs_price=True)

    assert asked(events) == ["main"]
    assert isinstance(events[-1], Failed)


async def test_under_a_limit_in_dollars_one_with_a_price_stands_in(town: Town) -> None:
    price = ModelOverrides(input_price=1, output_price=1)
    main = town.endpoint("main", town.main, "gpt-5.2-pro", key=KEY)
    backup = town.endpoint("backup", town.backup, "spare", key=KEY, overrides={"spare": price})
    town.routes = Routes([main, backup], Circuits(lambda: town.now, town.notices.append))
    town.main.play(DOWN, DOWN)

    events = await town.ask(needs_price=True)

    assert asked(events) == ["main", "backup"]


async def test_endpoint_that_is_down_is_replaced(town: Town) -> None:
    await town.main.__aexit__(None, None, None)

    events = await town.ask()

    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)


async def test_endpoint_that_rejects_the_key_is_replaced(town: Town) -> None:
    town.open(key="wrong-key-0123")

    events = await town.ask()

    assert asked(events) == ["main", "backup"]
    assert len(town.main.requests) == 1


async def test_endpoint_that_is_silent_is_replaced_after_its_time(town: Town) -> None:
    town.open(first_byte_timeout=1.0)  # for the one that stands by, too
    town.main.play(Script(delay=30))

    events = await town.ask()

    assert asked(events) == ["main", "backup"]
    assert len(town.main.requests) == 1


async def test_thinking_is_no_text_and_ends_no_hope(town: Town) -> None:
    town.main.play(*[Script(thinking=("Looking closely",), fault="eof", after=0)] * 2)

    events = await town.ask()

    assert [event.headline for event in events if isinstance(event, Thinking)]
    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)


async def test_break_after_some_text_is_final(town: Town) -> None:
    town.main.play(Script(text="The beginning of it", fault="cut", after=2))

    events = await town.ask()

    assert text_of(events) == "The begi"
    assert failure_of(events) is Failure.BROKEN_STREAM
    assert not town.backup.requests


async def test_text_and_failure_in_one_batch_are_final(town: Town) -> None:
    town.main.play(at_once('"type":"response.output_text.delta","delta":"The "', GONE))

    events = await town.ask()

    assert text_of(events) == "The "
    assert failure_of(events) is Failure.SERVER_ERROR
    assert not town.backup.requests


async def test_thinking_and_failure_in_one_batch_are_parted(town: Town) -> None:
    thinking = '"type":"response.reasoning_summary_text.delta","delta":"**Looking**"'
    town.main.play(*[at_once(thinking, GONE)] * 2)

    events = await town.ask()

    assert [event.headline for event in events if isinstance(event, Thinking)] == ["Looking"] * 2
    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)


def at_once(*frames: str) -> Script:
    """A whole stream in one write."""
    body = "".join(f"data: {{{frame}}}\n\n" for frame in frames)
    return Script(body=body, content_type="text/event-stream")


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        (Script(status=400, code="content_policy_violation"), Failure.CONTENT_BLOCKED),
        (Script(status=400, error="No."), Failure.BAD_REQUEST),
        (Script(status=400, code="context_length_exceeded"), Failure.CONTEXT_TOO_LONG),
        (Script(status=400, code="invalid_image_format"), Failure.IMAGE_REJECTED),
    ],
    ids=lambda value: value.value if isinstance(value, Failure) else "",
)
async def test_failure_of_the_question_is_not_taken_elsewhere(
    town: Town, script: Script, failure: Failure
) -> None:
    town.main.play(*[script] * 5)

    failures = [failure_of(await town.ask()) for _ in range(5)]

    assert failures == [failure] * 5  # and no circuit has opened for it
    assert not town.backup.requests


async def test_first_endpoint_is_not_tried_for_long_while_another_stands_by(town: Town) -> None:
    town.main.play(*[DOWN] * 3)

    await town.ask()

    assert len(town.main.requests) == 2


async def test_last_endpoint_has_all_its_tries(town: Town) -> None:
    await town.main.__aexit__(None, None, None)
    town.backup.play(DOWN, DOWN, Script(text="At last."))

    events = await town.ask()

    assert text_of(events) == "At last."


async def test_where_all_fail_the_last_failure_is_told_once(town: Town) -> None:
    await town.main.__aexit__(None, None, None)
    town.backup.play(BALANCE)

    events = await town.ask()

    assert failure_of(events) is Failure.OUT_OF_BALANCE
    assert [type(event) for event in events] == [Began, Began, Began, Failed]
    assert asked(events) == ["main", "backup"]


async def test_stand_in_that_finds_the_question_too_long_does_not_blame_it(town: Town) -> None:
    await town.main.__aexit__(None, None, None)
    town.backup.play(Script(status=400, code="context_length_exceeded"))

    assert failure_of(await town.ask()) is Failure.UNREACHABLE


async def test_usage_that_failed_attempts_reported_is_handed_on_and_not_there_any_more(
    town: Town,
) -> None:
    body = (
        '{"object":"response","status":"failed","output":[],"error":{"code":"server_error"},'
        '"usage":{"input_tokens":70,"output_tokens":30,"total_tokens":100}}'
    )
    stream = f'data: {{"type":"response.failed","response":{body}}}\n\n'
    script = Script(body=stream, content_type="text/event-stream")
    town.main.play(script, script)

    events = await town.ask(limit=500)

    began = [event for event in events if isinstance(event, Began)]
    reported = [event.after.usage for event in began if event.after is not None]
    assert [event.endpoint for event in began] == ["main", "main", "backup"]
    assert reported == [Usage(input_tokens=70, output_tokens=30)] * 2
    requests = (*town.main.requests, *town.backup.requests)
    assert [request.json["max_output_tokens"] for request in requests] == [500, 400, 300]


# -- circuits -----------------------------------------------------------------------------------


async def fail_until_open(town: Town) -> None:
    town.main.play(*[DOWN] * 6)
    for _ in range(3):
        await town.ask()


async def test_endpoint_that_keeps_failing_is_left_alone(town: Town) -> None:
    await fail_until_open(town)
    before = len(town.main.requests)

    events = await town.ask()

    assert asked(events) == ["backup"]
    assert len(town.main.requests) == before
    (outage,) = town.notices_of(Outage)
    assert isinstance(outage, Outage)
    assert (outage.endpoint, outage.pause, outage.is_new) == ("main", PASSING.first, True)


async def test_trial_that_succeeds_brings_the_endpoint_back(town: Town) -> None:
    await fail_until_open(town)
    town.now = PASSING.first

    first, second = await town.ask(), await town.ask()

    assert asked(first) == asked(second) == ["main"]
    assert town.notices_of(Restored) == [Restored(endpoint="main", model="gpt-5.2-pro")]


async def test_trial_that_fails_is_replaced_and_the_pause_is_doubled(town: Town) -> None:
    await fail_until_open(town)
    town.main.play(DOWN, DOWN)
    town.now = PASSING.first

    trial, after = await town.ask(), await town.ask()

    assert (asked(trial), asked(after)) == (["main", "backup"], ["backup"])
    outage = town.notices_of(Outage)[-1]
    assert isinstance(outage, Outage)
    assert (outage.pause, outage.is_new) == (2 * PASSING.first, False)


async def test_only_one_trial_goes_at_a_time(town: Town) -> None:
    await fail_until_open(town)
    town.now = PASSING.first
    town.main.play(Script(text="I am back.", delay=0.3))

    trial, other = await asyncio.gather(town.ask(), later(town.ask))

    assert (asked(trial), asked(other)) == (["main"], ["backup"])


async def later(ask: Callable[[], Any]) -> list[StreamEvent]:
    await asyncio.sleep(0.1)
    events: list[StreamEvent] = await ask()
    return events


async def test_trial_is_won_with_the_first_text_and_need_not_be_waited_for(town: Town) -> None:
    await fail_until_open(town)
    town.now = PASSING.first
    town.main.play(Script(text="Slowly, slowly.", pace=0.15))

    trial, other = await asyncio.gather(town.ask(), later_than_text(town))

    assert (asked(trial), asked(other)) == (["main"], ["main"])


async def later_than_text(town: Town) -> list[StreamEvent]:
    async with asyncio.timeout(5):
        while not town.notices_of(Restored):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return await town.ask()


async def test_trial_that_nobody_waits_for_gives_its_place_to_the_next(town: Town) -> None:
    await fail_until_open(town)
    town.now = PASSING.first
    town.main.play(Script(delay=30))
    trial = asyncio.create_task(town.ask())
    await asyncio.sleep(0.1)
    trial.cancel()
    await asyncio.wait([trial])

    assert asked(await town.ask()) == ["main"]


@pytest.mark.parametrize(
    "script", [BALANCE, Script(status=401, code="invalid_api_key")], ids=["balance", "key"]
)
async def test_key_or_balance_that_fails_opens_the_circuit_at_once_and_for_long(
    town: Town, script: Script
) -> None:
    town.main.play(script)
    await town.ask()
    town.now = LASTING.first - 1

    assert asked(await town.ask()) == ["backup"]
    (outage,) = town.notices_of(Outage)
    assert isinstance(outage, Outage)
    assert outage.pause == LASTING.first


async def test_model_that_is_not_there_does_not_close_the_endpoint_to_its_others(
    town: Town,
) -> None:
    town.main.play(Script(status=404, code="model_not_found"))
    await town.ask("small")

    chosen, default = await town.ask("small"), await town.ask()

    assert (asked(chosen), asked(default)) == (["backup"], ["main"])


async def test_where_everybody_is_out_the_one_that_is_tried_soonest_is_asked_all_the_same(
    town: Town,
) -> None:
    town.main.play(BALANCE)
    town.backup.play(*[DOWN] * 9)
    for _ in range(3):
        await town.ask()
    town.backup.forget()

    events = await town.ask()

    assert asked(events) == ["backup"]
    assert isinstance(events[-1], Completed)
    assert town.notices_of(Restored) == [Restored(endpoint="backup", model="spare")]


async def test_single_endpoint_is_asked_however_often_it_has_failed(town: Town) -> None:
    alone = Routes(town.routes.endpoints[:1], Circuits(lambda: 0.0, town.notices.append))
    town.main.play(*[BALANCE] * 4)

    failures = [failure_of(await answer(alone.default)) for _ in range(4)]
    events = await answer(alone.default)

    assert failures == [Failure.OUT_OF_BALANCE] * 4
    assert isinstance(events[-1], Completed)
    assert len(town.notices_of(Outage)) == 1


async def test_endpoint_that_cuts_its_answers_short_is_left_alone_too(town: Town) -> None:
    town.main.play(*[Script(text="The beginning of it", fault="cut", after=2)] * 3)
    for _ in range(3):
        await town.ask()

    assert asked(await town.ask()) == ["backup"]


# -- leaving ------------------------------------------------------------------------------------


async def test_answer_that_is_left_ends_its_call_and_asks_nobody_else(town: Town) -> None:
    town.main.play(Script(think=30))
    model = town.routes.default
    request = ModelRequest(
        instructions="", turns=(Turn(role=Role.USER, text="Hi"),), max_output_tokens=100
    )

    async with model.stream(request) as stream:
        reading = asyncio.create_task(read(stream))
        await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await asyncio.wait([reading])
        await town.main.requests[0].disconnected.wait()

    assert len(town.main.requests) == 1
    assert not town.backup.requests
    assert not town.notices


async def read(stream: Any) -> list[StreamEvent]:
    return [event async for event in stream]
