"""The client against a server that others have written, its faults included."""

import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    StreamEvent,
    TextDelta,
)
from bot.core.conversation.turns import Image, ModelRequest, Role, Turn
from bot.responses.client import EndpointSettings, ResponsesModel
from tests.independent_server import IndependentServer, running_server

pytestmark = [pytest.mark.proof, pytest.mark.asyncio(loop_scope="module")]

TEXT = "The picture shows a narrow street at night, wet from rain, and nobody in it."
REPLY = {"type": "reply", "text": TEXT}
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (64).to_bytes(4) + (32).to_bytes(4) + b"\x08\2\0\0\0"
PICTURE = Image(hash="p", media_type="image/png", width=64, height=32, name="p.png")
QUESTION = ModelRequest(
    instructions="Be brief.",
    turns=(
        Turn(role=Role.USER, text="Hi", author_name="alice"),
        Turn(role=Role.ASSISTANT, text="Hello."),
        Turn(role=Role.USER, text="What is it?", images=(PICTURE,)),
    ),
    max_output_tokens=10_000,
    image_bytes={"p": PNG},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[IndependentServer]:
    async with running_server() as server:
        yield server


async def ask(server: IndependentServer, **changes: Any) -> list[StreamEvent]:
    settings = EndpointSettings(base_url=server.base_url, model="gpt-5.2-pro", **changes)
    async with aiohttp.ClientSession() as session:
        model = ResponsesModel(settings, session, random=random.random)
        async with model.stream(QUESTION) as stream:
            return [event async for event in stream]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_conversation_with_a_picture_is_answered_with_a_usage(
    server: IndependentServer,
) -> None:
    await server.play(REPLY)

    events = await ask(server)

    assert text_of(events) == TEXT
    assert isinstance(events[-1], Completed)
    assert events[-1].usage is not None
    assert events[-1].usage.total_tokens > 0
    assert await server.complaints() == []


async def test_limit_under_the_name_completed_is_incomplete(server: IndependentServer) -> None:
    await server.play({**REPLY, "finish_reason": "length"})

    events = await ask(server)

    assert text_of(events) == TEXT
    assert isinstance(events[-1], Incomplete)
    assert events[-1].reason is IncompleteReason.LIMIT


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Failure.BAD_REQUEST),
        (401, Failure.KEY_REJECTED),
        (402, Failure.OUT_OF_BALANCE),
        (403, Failure.FORBIDDEN),
        (404, Failure.NOT_AN_ENDPOINT),
        (422, Failure.BAD_REQUEST),
    ],
)
async def test_refusal_is_named_and_not_asked_again(
    server: IndependentServer, status: int, failure: Failure
) -> None:
    await server.play({"type": "fail", "status": status, "times": None})

    (failed,) = await ask(server)

    assert isinstance(failed, Failed)
    assert (failed.failure, failed.status) == (failure, status)
    assert failed.detail
    assert len(await server.requests()) == 1
    assert await server.complaints() == []


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_passing_trouble_is_waited_for_and_then_answered(
    server: IndependentServer, status: int
) -> None:
    await server.play({"type": "fail", "status": status, "retry_after": 0.3}, REPLY)

    events = await ask(server)

    assert text_of(events) == TEXT
    assert isinstance(events[-1], Completed)
    assert len(await server.requests()) == 2
    assert await server.complaints() == []


async def test_outage_is_told_after_a_few_attempts_with_growing_waits(
    server: IndependentServer,
) -> None:
    await server.play({"type": "fail", "status": 500, "times": None})

    *_, failed = await ask(server)

    assert isinstance(failed, Failed)
    assert failed.failure is Failure.SERVER_ERROR
    assert len(await server.requests()) == 3
    assert await server.complaints() == []


async def test_context_that_is_too_long_is_named(server: IndependentServer) -> None:
    await server.play({"type": "fail", "status": 400, "code": "context_length_exceeded"})

    (failed,) = await ask(server)

    assert isinstance(failed, Failed)
    assert failed.failure is Failure.CONTEXT_TOO_LONG


@pytest.mark.parametrize("kind", ["truncate", "disconnect"])
async def test_stream_that_breaks_after_some_text_is_no_whole_answer(
    server: IndependentServer, kind: str
) -> None:
    await server.play({"type": "stream_fault", "kind": kind, "after_chunks": 8}, REPLY)

    events = await ask(server)

    assert TEXT.startswith(text_of(events))
    assert len(text_of(events)) < len(TEXT)
    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.BROKEN_STREAM
    assert len(await server.requests()) == 1


@pytest.mark.parametrize("kind", ["truncate", "disconnect"])
async def test_stream_that_breaks_before_any_text_is_asked_for_again(
    server: IndependentServer, kind: str
) -> None:
    await server.play(
        {"type": "stream_fault", "kind": kind, "after_chunks": 2}, {**REPLY, "times": None}
    )

    events = await ask(server)

    assert text_of(events) == TEXT
    assert isinstance(events[-1], Completed)
    assert len(await server.requests()) == 2
    assert await server.complaints() == []


async def test_damaged_event_loses_no_text(server: IndependentServer) -> None:
    await server.play({"type": "stream_fault", "kind": "malformed", "after_chunks": 8}, REPLY)

    events = await ask(server)

    assert text_of(events) == TEXT
    assert isinstance(events[-1], Completed)


async def test_stream_that_stalls_is_given_up(server: IndependentServer) -> None:
    stall = {"type": "stream_fault", "kind": "stall", "after_chunks": 8, "stall_seconds": 3}
    await server.play(stall, REPLY)

    events = await ask(server, idle_timeout=0.3)

    assert TEXT.startswith(text_of(events))
    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.TIMED_OUT
    assert "no_read_timeout" not in await server.complaints()
