"""One call over a real socket: its time limits, its errors, and its connection."""

import asyncio
import gzip
import json
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.answers.events import (
    Completed,
    Failure,
    TextDelta,
)
from bot.responses.client import EndpointSettings, ResponsesModel
from tests.responses.scripted_model import KEY, Asked, answer, failure, question, text_of
from tests.scripted_endpoint import Script, ScriptedEndpoint


async def test_key_goes_out_in_the_header_and_nowhere_else(asked: Asked) -> None:
    await asked.ask()

    (request,) = asked.endpoint.requests
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert KEY.encode() not in request.raw


async def test_connection_of_a_whole_answer_is_used_again(asked: Asked) -> None:
    await asked.ask(Script(text="x" * 4000, delta=40))
    await asked.ask(Script(text="x" * 4000, delta=40))

    first, second = asked.endpoint.requests
    assert first.peer == second.peer


async def test_silence_before_the_headers_times_out_without_a_retry(asked: Asked) -> None:
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


async def test_silence_before_the_first_text_has_its_own_timeout(asked: Asked) -> None:
    failed = failure(await asked.ask(Script(think=5), thinking_timeout=0.1))

    assert failed.failure is Failure.TIMED_OUT
    assert failed.detail == "silent for more than 0.1 s before the first text"
    assert len(asked.endpoint.requests) == 1


async def test_model_may_think_longer_than_the_idle_timeout(asked: Asked) -> None:
    events = await asked.ask(Script(think=0.4, text="Hi"), idle_timeout=0.2, thinking_timeout=5)

    assert text_of(events) == "Hi"
    assert isinstance(events[-1], Completed)


async def test_answer_that_takes_too_long_in_all_times_out(asked: Asked) -> None:
    events = await asked.ask(Script(text="x" * 4000, pace=0.01), longest_answer=0.2, gulp=0)

    assert failure(events).failure is Failure.TIMED_OUT
    assert failure(events).detail == "no ending within 0.2 s"


async def test_stream_open_after_its_ending_is_not_waited_for(asked: Asked) -> None:
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


async def test_others_are_served_while_a_compressed_answer_is_read() -> None:
    """A few bytes that grew into megabytes held up every server for 0.7 seconds."""
    piece, most = b": nothing\n" * 6_553, 100
    end = b'data: {"type":"response.completed","response":{"status":"completed"}}\n\n'
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/event-stream"}
    turns = 0

    async def send(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(piece * most + end), headers=headers)

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    app = web.Application()
    app.router.add_post("/v1/responses", send)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        settings = EndpointSettings(base_url=str(server.make_url("/v1")), model="any")
        counting = asyncio.create_task(count())
        events = await answer(ResponsesModel(settings, session, random=lambda: 0.0))
        counting.cancel()

    assert isinstance(events[-1], Completed)
    assert turns > most
