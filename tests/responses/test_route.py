"""Several endpoints over real sockets: who is asked, who answers, and who is left alone."""

import asyncio
from typing import Any

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
from bot.core.endpoints.outages import EndpointFailure
from bot.responses.circuits import Circuits
from bot.responses.models.overrides import ModelOverrides
from bot.responses.route import Routes
from tests.responses.two_endpoints import BALANCE, DOWN, KEY, TwoEndpoints, asked, failure_of
from tests.scripted_endpoint import Script

GONE = '"type":"error","error":{"code":"server_error","message":"Gone."}'


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


# -- which model --------------------------------------------------------------------------------


def test_every_model_is_offered_once_with_its_first_endpoint(endpoints: TwoEndpoints) -> None:
    both = Routes(
        [*endpoints.routes.endpoints, endpoints.routes.endpoints[0]], Circuits(float, print)
    )

    offered = [(offer.name, offer.endpoint) for offer in both.offered]

    assert offered == [("gpt-5.2-pro", "main"), ("small", "main"), ("spare", "backup")]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [(None, "gpt-5.2-pro"), ("small", "small"), ("spare", "spare"), ("gone", "gpt-5.2-pro")],
)
async def test_chosen_model_is_asked_or_else_the_default(
    endpoints: TwoEndpoints, name: str | None, chosen: str
) -> None:
    events = await endpoints.ask(name)

    assert isinstance(events[0], Began)
    assert events[0].card.name == chosen
    assert isinstance(events[-1], Completed)
    asked_for = [
        request.json["model"] for request in (*endpoints.main.requests, *endpoints.backup.requests)
    ]
    assert asked_for == [chosen]


async def test_model_of_two_endpoints_is_asked_for_at_both(
    endpoints: TwoEndpoints,
) -> None:
    elsewhere = endpoints.endpoint("twin", endpoints.backup, "other", "small", key=KEY)
    endpoints.routes = Routes([endpoints.routes.endpoints[0], elsewhere], Circuits(float, print))
    endpoints.main.play(DOWN, DOWN)

    await endpoints.ask("small")

    assert [request.json["model"] for request in endpoints.backup.requests] == ["small"]


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
    endpoints: TwoEndpoints, script: Script, failure: Failure
) -> None:
    endpoints.main.play(script, script)
    endpoints.backup.play(Script(text="From the spare."))

    events = await endpoints.ask()

    assert text_of(events) == "From the spare."
    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)
    (notice,) = endpoints.notices_of(EndpointFailure)
    assert isinstance(notice, EndpointFailure)
    assert (notice.failed.failure, notice.next_endpoint) == (failure, "backup")
    assert not [event for event in events if isinstance(event, Failed)]


async def test_unpriced_model_does_not_stand_in_under_a_dollar_limit(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(DOWN, DOWN, DOWN)

    events = await endpoints.ask(needs_price=True)

    assert asked(events) == ["main"]
    assert isinstance(events[-1], Failed)


async def test_priced_model_stands_in_under_a_dollar_limit(endpoints: TwoEndpoints) -> None:
    price = ModelOverrides(input_price=1, output_price=1)
    main = endpoints.endpoint("main", endpoints.main, "gpt-5.2-pro", key=KEY)
    backup = endpoints.endpoint(
        "backup", endpoints.backup, "spare", key=KEY, overrides={"spare": price}
    )
    endpoints.routes = Routes(
        [main, backup], Circuits(lambda: endpoints.now, endpoints.notices.append)
    )
    endpoints.main.play(DOWN, DOWN)

    events = await endpoints.ask(needs_price=True)

    assert asked(events) == ["main", "backup"]


async def test_endpoint_that_is_down_is_replaced(endpoints: TwoEndpoints) -> None:
    await endpoints.main.__aexit__(None, None, None)

    events = await endpoints.ask()

    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)


async def test_endpoint_that_rejects_the_key_is_replaced(endpoints: TwoEndpoints) -> None:
    endpoints.open(key="wrong-key-0123")

    events = await endpoints.ask()

    assert asked(events) == ["main", "backup"]
    assert len(endpoints.main.requests) == 1


async def test_endpoint_that_is_silent_is_replaced_after_its_time(endpoints: TwoEndpoints) -> None:
    endpoints.open(first_byte_timeout=1.0)  # for the one that stands by, too
    endpoints.main.play(Script(delay=30))

    events = await endpoints.ask()

    assert asked(events) == ["main", "backup"]
    assert len(endpoints.main.requests) == 1


async def test_thinking_is_no_text_and_ends_no_hope(endpoints: TwoEndpoints) -> None:
    endpoints.main.play(*[Script(thinking=("Looking closely",), fault="eof", after=0)] * 2)

    events = await endpoints.ask()

    assert [event.headline for event in events if isinstance(event, Thinking)]
    assert asked(events) == ["main", "backup"]
    assert isinstance(events[-1], Completed)


async def test_break_after_some_text_is_final(endpoints: TwoEndpoints) -> None:
    endpoints.main.play(Script(text="The beginning of it", fault="cut", after=2))

    events = await endpoints.ask()

    assert text_of(events) == "The begi"
    assert failure_of(events) is Failure.BROKEN_STREAM
    assert not endpoints.backup.requests


async def test_text_and_failure_in_one_batch_are_final(endpoints: TwoEndpoints) -> None:
    endpoints.main.play(at_once('"type":"response.output_text.delta","delta":"The "', GONE))

    events = await endpoints.ask()

    assert text_of(events) == "The "
    assert failure_of(events) is Failure.SERVER_ERROR
    assert not endpoints.backup.requests


async def test_thinking_and_failure_in_one_batch_are_parted(endpoints: TwoEndpoints) -> None:
    thinking = '"type":"response.reasoning_summary_text.delta","delta":"**Looking**"'
    endpoints.main.play(*[at_once(thinking, GONE)] * 2)

    events = await endpoints.ask()

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
    endpoints: TwoEndpoints, script: Script, failure: Failure
) -> None:
    endpoints.main.play(*[script] * 5)

    failures = [failure_of(await endpoints.ask()) for _ in range(5)]

    assert failures == [failure] * 5  # and no circuit has opened for it
    assert not endpoints.backup.requests


async def test_first_endpoint_is_tried_only_twice_while_another_stands_by(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(*[DOWN] * 3)

    await endpoints.ask()

    assert len(endpoints.main.requests) == 2


async def test_last_endpoint_has_all_its_tries(endpoints: TwoEndpoints) -> None:
    await endpoints.main.__aexit__(None, None, None)
    endpoints.backup.play(DOWN, DOWN, Script(text="At last."))

    events = await endpoints.ask()

    assert text_of(events) == "At last."


async def test_where_all_fail_the_last_failure_is_told_once(endpoints: TwoEndpoints) -> None:
    await endpoints.main.__aexit__(None, None, None)
    endpoints.backup.play(BALANCE)

    events = await endpoints.ask()

    assert failure_of(events) is Failure.OUT_OF_BALANCE
    assert [type(event) for event in events] == [Began, Began, Began, Failed]
    assert asked(events) == ["main", "backup"]


async def test_stand_ins_small_window_does_not_blame_the_question(
    endpoints: TwoEndpoints,
) -> None:
    await endpoints.main.__aexit__(None, None, None)
    endpoints.backup.play(Script(status=400, code="context_length_exceeded"))

    assert failure_of(await endpoints.ask()) is Failure.UNREACHABLE


async def test_usage_of_failed_attempts_is_reported_and_taken_off(
    endpoints: TwoEndpoints,
) -> None:
    body = (
        '{"object":"response","status":"failed","output":[],"error":{"code":"server_error"},'
        '"usage":{"input_tokens":70,"output_tokens":30,"total_tokens":100}}'
    )
    stream = f'data: {{"type":"response.failed","response":{body}}}\n\n'
    script = Script(body=stream, content_type="text/event-stream")
    endpoints.main.play(script, script)

    events = await endpoints.ask(limit=500)

    began = [event for event in events if isinstance(event, Began)]
    reported = [event.after.usage for event in began if event.after is not None]
    assert [event.endpoint for event in began] == ["main", "main", "backup"]
    assert reported == [Usage(input_tokens=70, output_tokens=30)] * 2
    requests = (*endpoints.main.requests, *endpoints.backup.requests)
    assert [request.json["max_output_tokens"] for request in requests] == [500, 400, 300]


# -- leaving ------------------------------------------------------------------------------------


async def test_abandoned_answer_ends_its_call_without_asking_again(
    endpoints: TwoEndpoints,
) -> None:
    endpoints.main.play(Script(think=30))
    model = endpoints.routes.default
    request = ModelRequest(
        instructions="", turns=(Turn(role=Role.USER, text="Hi"),), max_output_tokens=100
    )

    async with model.stream(request) as stream:
        reading = asyncio.create_task(read(stream))
        await asyncio.sleep(0.1)
    async with asyncio.timeout(30):
        await asyncio.wait([reading])
        await endpoints.main.requests[0].disconnected.wait()

    assert len(endpoints.main.requests) == 1
    assert not endpoints.backup.requests
    assert not endpoints.notices


async def read(stream: Any) -> list[StreamEvent]:
    return [event async for event in stream]
