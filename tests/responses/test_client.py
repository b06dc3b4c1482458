"""The client over real sockets, against the scripted endpoint."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.core.answers.events import (
    Completed,
    Failure,
    Refused,
    TextDelta,
    Usage,
)
from bot.core.conversation.turns import File, FileKind, Image, ModelRequest, Role, Turn
from bot.core.models.tokens import Detail
from bot.core.models.tools import WebSearch
from bot.responses.models import ModelOverrides
from tests.responses.scripted_model import KEY, Asked, answer, failure, question, text_of
from tests.scripted_endpoint import Script, ScriptedEndpoint

PICTURE = Image(hash="p", media_type="image/png", width=64, height=32, name="p.png")


async def test_answer_arrives_whole_with_its_usage(asked: Asked) -> None:
    events = await answer(asked.model(detail=Detail.HIGH), question("What is it?", PICTURE))

    assert text_of(events) == "I see 1 picture(s): png 64x32."
    assert events[-1] == Completed(usage=Usage(input_tokens=8, output_tokens=8))


async def test_output_limit_is_the_smaller_one_and_at_least_16(
    asked: Asked,
) -> None:
    await answer(asked.model(max_output_tokens=50), question(limit=80))
    await answer(asked.model(max_output_tokens=50), question(limit=3))

    assert [r.json["max_output_tokens"] for r in asked.endpoint.requests] == [50, 16]


async def test_refusal_of_the_model_ends_as_refused(asked: Asked) -> None:
    events = await asked.ask(Script(refusal=True, text="I can't."))

    assert text_of(events) == "I can't."
    assert isinstance(events[-1], Refused)


async def test_document_instead_of_a_stream_is_an_answer_too(asked: Asked) -> None:
    events = await asked.ask(Script(stream=False, text="x" * 4_000, delta=400))

    assert len(text_of(events)) == 4_000
    assert isinstance(events[-1], Completed)


async def test_batch_holds_what_came_at_once_and_the_ending_last(asked: Asked) -> None:
    asked.endpoint.play(Script(stream=False, text="Hi"))

    async with asked.model().stream(question()) as stream:
        batches = [events async for events in stream.batches()]

    ((text, ended),) = batches
    assert text == TextDelta(text="Hi")
    assert isinstance(ended, Completed)


async def test_rate_limit_is_waited_out_as_the_endpoint_says(asked: Asked) -> None:
    events = await asked.ask(Script(status=429, retry_after="2"), Script(text="Hello"))

    assert text_of(events) == "Hello"
    assert asked.slept == [2.0]


async def test_rate_limit_of_no_wait_is_still_bounded(asked: Asked) -> None:
    events = await asked.ask(*[Script(status=429, retry_after="0")] * 4)

    assert failure(events).failure is Failure.OVERLOADED
    assert len(asked.endpoint.requests) == 3


async def test_rate_limit_with_a_long_wait_is_told_at_once(asked: Asked) -> None:
    failed = failure(await asked.ask(Script(status=429, retry_after="90")))

    assert (failed.failure, failed.retry_after, failed.status) == (Failure.OVERLOADED, 90.0, 429)
    assert failed.request_id == "req_scripted"
    assert asked.slept == []


async def test_server_error_is_tried_again_with_growing_waits(asked: Asked) -> None:
    failed = failure(await asked.ask(*[Script(status=500)] * 3))

    assert failed.failure is Failure.SERVER_ERROR
    assert asked.slept == [0.5, 1.0]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (Script(status=429, code="insufficient_quota"), Failure.OUT_OF_BALANCE),
        (Script(status=500, error="image input is not supported"), Failure.IMAGE_REJECTED),
        (Script(status=400), Failure.BAD_REQUEST),
        (
            Script(status=404, body="<html><title>Not here</title>", content_type="text/html"),
            Failure.NOT_AN_ENDPOINT,
        ),
        (Script(fault="quota", after=0), Failure.OUT_OF_BALANCE),
    ],
)
async def test_failure_that_would_stay_is_not_tried_again(
    asked: Asked, script: Script, expected: Failure
) -> None:
    events = await asked.ask(script)

    assert failure(events).failure is expected
    assert len(asked.endpoint.requests) == 1


@pytest.mark.parametrize("fault", ["error", "failed", "cut", "eof"])
async def test_break_before_any_text_is_tried_again(asked: Asked, fault: Any) -> None:
    events = await asked.ask(Script(fault=fault, after=0), Script(text="Hello"))

    assert text_of(events) == "Hello"
    assert isinstance(events[-1], Completed)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("error", Failure.SERVER_ERROR),
        ("failed", Failure.SERVER_ERROR),
        ("cancelled", Failure.SERVER_ERROR),
        ("cut", Failure.BROKEN_STREAM),
        ("eof", Failure.BROKEN_STREAM),
    ],
)
async def test_break_after_some_text_is_final(asked: Asked, fault: Any, expected: Failure) -> None:
    events = await asked.ask(Script(fault=fault, after=2, text="Hello world"))

    assert text_of(events) == "Hello wo"
    assert failure(events).failure is expected
    assert len(asked.endpoint.requests) == 1


async def test_refused_parameter_is_left_out_and_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refuses = frozenset({"store", "detail"})
    async with ScriptedEndpoint(refuses=refuses) as endpoint, aiohttp.ClientSession() as session:
        asked = Asked(endpoint=endpoint, session=session)
        model = asked.model(detail=Detail.LOW)

        first = await answer(model, question("One", PICTURE))
        second = await answer(model, question("Two", PICTURE))

    assert isinstance(first[-1], Completed)
    assert isinstance(second[-1], Completed)
    assert len(endpoint.requests) == 4
    assert asked.slept == []
    assert [vars(record)["parameter"] for record in caplog.records] == ["store", "detail"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


async def test_refused_member_goes_and_the_rest_of_its_parameter_stays() -> None:
    refuses, accepts = frozenset({"reasoning.summary"}), frozenset({"reasoning"})
    async with (
        ScriptedEndpoint(refuses=refuses, accepts=accepts) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        model = Asked(endpoint=endpoint, session=session).model(
            reasoning_effort="high", reasoning_summary="auto"
        )

        events = await answer(model)

    assert isinstance(events[-1], Completed)
    assert [request.json["reasoning"] for request in endpoint.requests] == [
        {"effort": "high", "summary": "auto"},
        {"effort": "high"},
    ]


async def test_refused_effort_gives_way_to_the_nearest_known_one() -> None:
    refusal = Script(
        status=400,
        error="Unsupported value: 'none' is not supported with the 'gpt-5.2-pro' model. "
        "Supported values are: 'medium', 'high', and 'xhigh'.",
        code="unsupported_value",
        param="reasoning.effort",
    )
    accepts = frozenset({"reasoning"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint, aiohttp.ClientSession() as session:
        model = Asked(endpoint=endpoint, session=session).model(reasoning_effort="none")
        endpoint.play(refusal)

        first, second = await answer(model), await answer(model)

    assert isinstance(first[-1], Completed)
    assert isinstance(second[-1], Completed)
    sent = [request.json["reasoning"]["effort"] for request in endpoint.requests]
    assert sent == ["none", "medium", "medium"]


async def test_endpoint_refusing_everything_optional_is_asked_with_bare_fields() -> None:
    refuses = frozenset({"store", "stream", "max_output_tokens", "instructions", "reasoning"})
    accepts = frozenset({"system", "reasoning"})
    async with (
        ScriptedEndpoint(refuses=refuses, accepts=accepts) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        asked = Asked(endpoint=endpoint, session=session)
        events = await answer(asked.model(reasoning_effort="low"))

    assert isinstance(events[-1], Completed)
    assert set(endpoint.requests[-1].json) == {"model", "input"}
    assert endpoint.requests[-1].json["input"][0]["role"] == "system"
    assert len(endpoint.requests) == 6


async def test_concurrent_answers_meeting_one_refusal_are_all_asked_again() -> None:
    async with (
        ScriptedEndpoint(refuses=frozenset({"store"})) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        model = Asked(endpoint=endpoint, session=session).model()

        answers = await asyncio.gather(*(answer(model) for _ in range(5)))

    assert [type(events[-1]) for events in answers] == [Completed] * 5


async def test_parameter_refused_inside_a_stream_is_left_out_as_well(asked: Asked) -> None:
    refusal = {
        "type": "error",
        "code": "unknown_parameter",
        "message": "Unknown parameter: 'store'.",
    }
    body = f"data: {json.dumps(refusal)}\n\n"

    events = await asked.ask(Script(body=body, content_type="text/event-stream"), Script(text="Hi"))

    assert text_of(events) == "Hi"
    assert "store" not in asked.endpoint.requests[1].json


async def test_refused_parameter_that_nobody_sent_is_told_as_it_is(asked: Asked) -> None:
    refusal = Script(status=400, error="Unknown parameter: 'top_k'.", param="top_k")

    failed = failure(await asked.ask(refusal))

    assert failed.failure is Failure.PARAMETER_UNSUPPORTED
    assert len(asked.endpoint.requests) == 1


PDF = File(
    name="a.pdf",
    kind=FileKind.PDF,
    hash="d",
    text="Everything that stands in it.",
    pages=1,
    is_document=True,
)


WITH_PDF = ModelRequest(
    instructions="Be brief.",
    turns=(Turn(role=Role.USER, text="Hi", files=(PDF,)),),
    max_output_tokens=1_000,
    image_bytes={"d": b"%PDF-1.7"},
)


async def test_document_goes_unchanged_to_an_endpoint_that_takes_files() -> None:
    async with (
        ScriptedEndpoint(accepts=frozenset({"input_file"})) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        model = Asked(endpoint=endpoint, session=session).model(takes_files=True)
        events = await answer(model, WITH_PDF)

    assert model.card.takes_files
    assert text_of(events) == "I see 1 picture(s): pdf a.pdf."


async def test_endpoint_that_refuses_files_gets_their_text_and_is_remembered() -> None:
    async with ScriptedEndpoint() as endpoint, aiohttp.ClientSession() as session:
        asked = Asked(endpoint=endpoint, session=session)
        model = asked.model(takes_files=True)

        first = await answer(model, WITH_PDF)
        second = await answer(model, WITH_PDF)

    assert isinstance(first[-1], Completed)
    assert isinstance(second[-1], Completed)
    assert [b"input_file" in one.raw for one in endpoint.requests] == [True, False, False]
    assert b"Everything that stands in it." in endpoint.requests[1].raw
    assert not model.card.takes_files
    assert asked.slept == []


async def test_endpoint_that_takes_no_files_is_sent_none(asked: Asked) -> None:
    await answer(asked.model(), WITH_PDF)

    (request,) = asked.endpoint.requests
    assert b"input_file" not in request.raw


@pytest.mark.parametrize(
    "words",
    [
        "'input_file' is not supported by llamacpp at this moment",  # llama.cpp
        "file inputs are not currently supported",  # Ollama
        "Unsupported chat content part type: input_file",  # vLLM
        "Invalid value: 'input_file'. Supported values are: 'input_text' and 'input_image'.",
    ],
)
async def test_refusal_of_files_is_understood_in_every_dialect(words: str) -> None:
    accepts = frozenset({"input_file"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint, aiohttp.ClientSession() as session:
        endpoint.play(Script(status=400, error=words))
        model = Asked(endpoint=endpoint, session=session).model(takes_files=True)

        events = await answer(model, WITH_PDF)

    assert isinstance(events[-1], Completed)
    assert [b"input_file" in one.raw for one in endpoint.requests] == [True, False]


async def test_refused_document_is_sent_as_text() -> None:
    accepts = frozenset({"input_file"})
    damaged = replace(WITH_PDF, image_bytes={"d": b"no PDF"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint, aiohttp.ClientSession() as session:
        model = Asked(endpoint=endpoint, session=session).model(takes_files=True)

        events = await answer(model, damaged)

    assert isinstance(events[-1], Completed)
    assert [b"input_file" in one.raw for one in endpoint.requests] == [True, False]


async def test_key_and_headers_are_sent_as_configured(asked: Asked) -> None:
    await asked.ask(authorization="x-api-key", headers=(("X-Title", "Glimpse"),))

    (request,) = asked.endpoint.requests
    assert request.headers["x-api-key"] == KEY
    assert request.headers["X-Title"] == "Glimpse"
    assert "Authorization" not in request.headers


async def test_card_tells_what_the_endpoint_offers(asked: Asked) -> None:
    card = asked.model(takes_files=True, has_images_api=True).card

    assert (card.takes_files, card.has_images_api) == (True, True)
    assert (card.takes_functions, card.has_web_search, card.has_image_tool) == (False,) * 3


async def test_card_drops_the_tools_the_endpoint_has_refused() -> None:
    refusal = Script(status=400, error="gemma3:latest does not support tools")
    accepts = frozenset({"tools"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint, aiohttp.ClientSession() as session:
        asked = Asked(endpoint=endpoint, session=session)
        model = asked.model(takes_functions=True, has_web_search=True, takes_files=True)
        offered = model.card
        endpoint.play(refusal)

        events = await answer(model, replace(question(), tools=(WebSearch(),)))

    assert isinstance(events[-1], Completed)
    assert [("tools" in request.json) for request in endpoint.requests] == [True, False]
    assert (offered.takes_functions, offered.has_web_search) == (True, True)
    assert (model.card.takes_functions, model.card.has_web_search) == (False, False)
    assert model.card.takes_files


async def test_model_without_streams_is_given_time_for_a_document(
    asked: Asked,
) -> None:
    overrides = {"gpt-5.2-pro": ModelOverrides(streams=False)}

    model = asked.model(overrides=overrides, first_byte_timeout=0.1)
    asked.endpoint.play(Script(stream=False, text="All at once."))
    events = await answer(model)

    assert [each.text for each in events if isinstance(each, TextDelta)] == ["All at once."]
    assert isinstance(events[-1], Completed)
    assert "stream" not in asked.endpoint.requests[0].json
    assert model.settings.first_byte_timeout == model.settings.longest_answer


@pytest.mark.parametrize(
    ("configured", "requested", "sent"),
    [
        pytest.param(None, Detail.LOW, "low", id="by the question"),
        pytest.param(Detail.HIGH, Detail.LOW, "high", id="the operator's wins"),
    ],
)
async def test_configured_detail_overrides_the_requests_own(
    asked: Asked, configured: Detail | None, requested: Detail, sent: str
) -> None:
    request = replace(question("What is it?", PICTURE), detail=requested)

    await answer(asked.model(detail=configured), request)

    assert asked.endpoint.requests[0].json["input"][0]["content"][1]["detail"] == sent


async def test_repeated_words_of_a_question_do_not_name_the_failure(
    asked: Asked,
) -> None:
    quoted = "my card says insufficient balance, what now"
    refusal = Script(status=400, error=f"Invalid value: '{quoted}'.")

    asked.endpoint.play(refusal)
    failed = failure(await answer(asked.model(), question(quoted)))

    assert failed.failure is Failure.BAD_REQUEST
    assert quoted not in failed.detail
