"""The client over real sockets, against the scripted endpoint."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Refused,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.core.conversation.turns import File, FileKind, Image, ModelRequest, Role, Turn
from bot.core.models.tokens import Detail
from bot.core.models.tools import WebSearch
from bot.core.secrets import Secret
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.models import ModelOverrides
from tests.scripted_endpoint import Script, ScriptedEndpoint

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (64).to_bytes(4) + (32).to_bytes(4) + b"\x08\2\0\0\0"
PICTURE = Image(hash="p", media_type="image/png", width=64, height=32, name="p.png")
KEY = "key-0123456789"


@dataclass(kw_only=True)
class Asked:
    """A model at a scripted endpoint, with what it slept."""

    endpoint: ScriptedEndpoint
    session: aiohttp.ClientSession
    slept: list[float] = field(default_factory=list)

    def model(self, **changes: Any) -> ResponsesModel:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        settings = EndpointSettings(
            base_url=self.endpoint.base_url, model="gpt-5.2-pro", api_key=Secret(KEY)
        )
        return ResponsesModel(
            replace(settings, **changes), self.session, random=lambda: 0.0, sleep=sleep
        )

    async def ask(self, *scripts: Script, **changes: Any) -> list[StreamEvent]:
        self.endpoint.play(*scripts)
        return await answer(self.model(**changes))


def question(text: str = "Hi", *images: Image, limit: int = 1000) -> ModelRequest:
    return ModelRequest(
        instructions="Be brief.",
        turns=(Turn(role=Role.USER, text=text, images=images),),
        max_output_tokens=limit,
        image_bytes={"p": PNG},
    )


async def answer(model: ResponsesModel, request: ModelRequest | None = None) -> list[StreamEvent]:
    async with model.stream(request or question()) as stream:
        return [event async for event in stream]


def failure(events: list[StreamEvent]) -> Failed:
    assert isinstance(events[-1], Failed)
    return events[-1]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    async with ScriptedEndpoint() as endpoint, aiohttp.ClientSession() as session:
        yield Asked(endpoint=endpoint, session=session)


async def test_answer_arrives_whole_with_its_usage(asked: Asked) -> None:
    events = await answer(asked.model(detail=Detail.HIGH), question("What is it?", PICTURE))

    assert text_of(events) == "I see 1 picture(s): png 64x32."
    assert events[-1] == Completed(usage=Usage(input_tokens=8, output_tokens=8))


async def test_key_goes_out_in_the_header_and_nowhere_else(asked: Asked) -> None:
    await asked.ask()

    (request,) = asked.endpoint.requests
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert KEY.encode() not in request.raw


async def test_output_limit_is_the_smaller_of_request_and_settings_and_at_least_16(
    asked: Asked,
) -> None:
    await answer(asked.model(max_output_tokens=50), question(limit=80))
    await answer(asked.model(max_output_tokens=50), question(limit=3))

    assert [r.json["max_output_tokens"] for r in asked.endpoint.requests] == [50, 16]


async def test_connection_of_a_whole_answer_is_used_again(asked: Asked) -> None:
    await asked.ask(Script(text="x" * 4000, delta=40))
    await asked.ask(Script(text="x" * 4000, delta=40))

    first, second = asked.endpoint.requests
    assert first.peer == second.peer


async def test_refusal_of_the_model_ends_as_refused(asked: Asked) -> None:
    events = await asked.ask(Script(refusal=True, text="I can't."))

    assert text_of(events) == "I can't."
    assert isinstance(events[-1], Refused)


async def test_document_instead_of_a_stream_is_an_answer_too(asked: Asked) -> None:
    events = await asked.ask(Script(stream=False, text="x" * 400_000, delta=4000))

    assert len(text_of(events)) == 400_000
    assert isinstance(events[-1], Completed)


async def test_batch_holds_what_came_at_once_and_the_ending_last(asked: Asked) -> None:
    asked.endpoint.play(Script(stream=False, text="Hi"))

    async with asked.model().stream(question()) as stream:
        batches = [events async for events in stream.batches()]

    ((text, ended),) = batches
    assert text == TextDelta(text="Hi")
    assert isinstance(ended, Completed)


async def test_rate_limit_is_waited_for_as_long_as_the_endpoint_says(asked: Asked) -> None:
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


async def test_silence_before_the_headers_times_out_and_is_not_asked_twice(asked: Asked) -> None:
    failed = failure(await asked.ask(Script(delay=5), first_byte_timeout=0.1))

    assert failed.failure is Failure.TIMED_OUT
    assert failed.detail == "no answer within 0.1 s"
    assert len(asked.endpoint.requests) == 1


async def test_silence_within_the_answer_times_out(asked: Asked) -> None:
    script = Script(fault="stall", text="Hello world!!!")

    events = await asked.ask(script, idle_timeout=0.7)

    assert text_of(events) == "Hello world!"
    assert failure(events).failure is Failure.TIMED_OUT
    assert failure(events).detail == "silent for more than 0.7 s"


async def test_silence_before_the_first_text_has_a_time_of_its_own(asked: Asked) -> None:
    failed = failure(await asked.ask(Script(think=5), thinking_timeout=0.1))

    assert failed.failure is Failure.TIMED_OUT
    assert failed.detail == "silent for more than 0.1 s before the first text"
    assert len(asked.endpoint.requests) == 1


async def test_model_may_think_longer_than_it_may_pause_in_its_text(asked: Asked) -> None:
    events = await asked.ask(Script(think=0.4, text="Hi"), idle_timeout=0.2, thinking_timeout=5)

    assert text_of(events) == "Hi"
    assert isinstance(events[-1], Completed)


async def test_answer_that_takes_too_long_in_all_times_out(asked: Asked) -> None:
    events = await asked.ask(Script(text="x" * 4000, pace=0.01), longest_answer=0.2, gulp=0)

    assert failure(events).failure is Failure.TIMED_OUT
    assert failure(events).detail == "no ending within 0.2 s"


async def test_stream_that_stays_open_after_its_ending_is_not_waited_for(asked: Asked) -> None:
    started = asyncio.get_running_loop().time()

    events = await asked.ask(Script(text="Hi", linger=30))

    assert isinstance(events[-1], Completed)
    assert asyncio.get_running_loop().time() - started < 5


async def test_endpoint_that_is_not_there_is_unreachable(asked: Asked) -> None:
    failed = failure(await asked.ask(base_url="http://127.0.0.1:9/v1"))

    assert failed.failure is Failure.UNREACHABLE
    assert failed.detail == "no connection to 127.0.0.1:9: Connection refused"
    assert asked.slept == [0.5, 1.0]


async def test_connection_that_does_not_come_about_times_out(asked: Asked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # nobody shakes hands for TLS
        url = f"https://127.0.0.1:{server.getsockname()[1]}/v1"
        failed = failure(await asked.ask(base_url=url, connect_timeout=0.1, max_attempts=2))

    assert failed.failure is Failure.TIMED_OUT
    assert failed.detail == "no connection within 0.1 s"
    assert len(asked.slept) == 1


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


async def test_refused_effort_gives_way_to_the_nearest_that_the_model_knows() -> None:
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


async def test_endpoint_that_refuses_everything_optional_is_asked_for_the_bare_answer() -> None:
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


async def test_answers_begun_before_a_refusal_is_known_are_asked_again_too() -> None:
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


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            Script(
                status=500,
                body='data: {"error": {"message": "Error processing stream start", '
                '"type": "internal_server_error", "param": null, "code": "500"}}\n\n'
                "data: [DONE]\n\n",
                content_type="text/event-stream",
            ),
            (Failure.SERVER_ERROR, "Error processing stream start"),
            id="LiteLLM: a stream under 500",
        ),
        pytest.param(
            Script(
                status=400,
                body='{"error":{"message":"Model Not Exist","type":"invalid_request_error"}}',
                content_type="application/octet-stream",
            ),
            (Failure.MODEL_UNKNOWN, "Model Not Exist"),
            id="DeepSeek: JSON under another type",
        ),
        pytest.param(
            Script(status=401, body='{"error":"Unauthorized"}'),
            (Failure.KEY_REJECTED, "Unauthorized"),
            id="vLLM: a string",
        ),
        pytest.param(
            Script(body="<html><title>Welcome</title></html>", content_type="text/html"),
            (Failure.NOT_AN_ENDPOINT, "no answer but: Welcome"),
            id="a web page under 200",
        ),
        pytest.param(
            Script(body='{"error":{"message":"Invalid signature","type":"401"}}'),
            (Failure.KEY_REJECTED, "Invalid signature"),
            id="GPTProto: an error under 200",
        ),
    ],
)
async def test_error_in_any_wrapping_is_read(
    asked: Asked, script: Script, expected: tuple[Failure, str]
) -> None:
    failed = failure(await asked.ask(script, max_attempts=1))

    assert (failed.failure, failed.detail) == expected


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


async def test_document_goes_as_it_is_to_an_endpoint_that_takes_files() -> None:
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


async def test_refusal_of_one_document_by_its_place_or_code_sends_its_text() -> None:
    accepts = frozenset({"input_file"})
    damaged = replace(WITH_PDF, image_bytes={"d": b"no PDF"})
    async with ScriptedEndpoint(accepts=accepts) as endpoint, aiohttp.ClientSession() as session:
        model = Asked(endpoint=endpoint, session=session).model(takes_files=True)

        events = await answer(model, damaged)

    assert isinstance(events[-1], Completed)
    assert [b"input_file" in one.raw for one in endpoint.requests] == [True, False]


async def test_wrong_key_is_rejected_without_being_shown() -> None:
    keys = frozenset({"another"})
    async with ScriptedEndpoint(keys=keys) as endpoint, aiohttp.ClientSession() as session:
        failed = failure(await Asked(endpoint=endpoint, session=session).ask())

    assert failed.failure is Failure.KEY_REJECTED
    assert failed.detail == "Incorrect API key provided: (key)."


async def test_redirect_is_not_followed_with_the_key(asked: Asked) -> None:
    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(asked.endpoint.base_url + "/responses")

    app = web.Application()
    app.router.add_post("/v1/responses", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    failed = failure(await asked.ask(base_url=f"http://127.0.0.1:{runner.addresses[0][1]}"))

    assert failed.failure is Failure.NOT_AN_ENDPOINT
    assert failed.detail == f"redirects to {asked.endpoint.base_url}/responses"
    assert asked.endpoint.requests == []
    await runner.cleanup()


async def test_leaving_in_mid_stream_closes_the_connection_at_once(asked: Asked) -> None:
    asked.endpoint.play(Script(text="x" * 4000, pace=0.01))

    async with asked.model().stream(question()) as stream:
        assert isinstance(await anext(aiter(stream)), TextDelta)

    async with asyncio.timeout(1):
        await asked.endpoint.requests[0].disconnected.wait()


async def test_cancelling_the_reader_closes_the_connection_at_once(asked: Asked) -> None:
    asked.endpoint.play(Script(fault="stall"))
    task = asyncio.create_task(answer(asked.model()))
    await asyncio.sleep(0.2)

    task.cancel()

    async with asyncio.timeout(1):
        await asked.endpoint.requests[0].disconnected.wait()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_profile_sends_its_headers_and_puts_the_key_where_it_belongs(asked: Asked) -> None:
    await asked.ask(authorization="x-api-key", headers=(("X-Title", "Glimpse"),))

    (request,) = asked.endpoint.requests
    assert request.headers["x-api-key"] == KEY
    assert request.headers["X-Title"] == "Glimpse"
    assert "Authorization" not in request.headers


async def test_card_tells_what_the_endpoint_offers(asked: Asked) -> None:
    card = asked.model(takes_files=True, has_images_api=True).card

    assert (card.takes_files, card.has_images_api) == (True, True)
    assert (card.takes_functions, card.has_web_search, card.has_image_tool) == (False,) * 3


async def test_card_no_longer_tells_of_tools_that_the_endpoint_has_refused() -> None:
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


async def test_many_answers_at_once_do_not_mix(asked: Asked) -> None:
    model = asked.model()
    requests = [question(f"[[text={chr(97 + n) * 400} pace=0.001]]") for n in range(20)]

    answers = await asyncio.gather(*(answer(model, request) for request in requests))

    assert [text_of(events) for events in answers] == [chr(97 + n) * 400 for n in range(20)]


async def test_next_answer_on_a_used_connection_is_not_late(asked: Asked) -> None:
    """A mark left on a connection would hold back the headers of the next answer."""
    await asked.ask(Script(text="x" * 20_000, delta=100, pace=0.0005))
    started = asyncio.get_running_loop().time()

    events = await asked.ask(Script(text="Hi"))

    assert text_of(events) == "Hi"
    assert asyncio.get_running_loop().time() - started < 0.3


async def test_large_request_is_sent_whole(asked: Asked) -> None:
    await answer(asked.model(), question("x" * 5_000_000))

    assert len(asked.endpoint.requests[0].json["input"][0]["content"][0]["text"]) == 5_000_000
    assert json.loads(asked.endpoint.requests[0].raw)["store"] is False


async def test_model_that_can_not_stream_is_asked_for_a_document_and_given_time(
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
async def test_detail_of_the_request_is_sent_unless_the_operator_chose_one(
    asked: Asked, configured: Detail | None, requested: Detail, sent: str
) -> None:
    request = replace(question("What is it?", PICTURE), detail=requested)

    await answer(asked.model(detail=configured), request)

    assert asked.endpoint.requests[0].json["input"][0]["content"][1]["detail"] == sent


async def test_words_of_a_question_that_the_endpoint_repeats_do_not_name_the_failure(
    asked: Asked,
) -> None:
    quoted = "my card says insufficient balance, what now"
    refusal = Script(status=400, error=f"Invalid value: '{quoted}'.")

    asked.endpoint.play(refusal)
    failed = failure(await answer(asked.model(), question(quoted)))

    assert failed.failure is Failure.BAD_REQUEST
    assert quoted not in failed.detail
