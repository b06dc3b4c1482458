"""What our two servers emit, judged by OpenAI's own package: by its types, and by its client.

The package is slow to import, so it is used in this file alone (and in the benchmarks).
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseIncompleteEvent,
    ResponseStreamEvent,
)
from pydantic import BaseModel

from bot.standins.describer.api.server import Describer, DescriberSettings
from bot.standins.describer.worker.supervisor import WorkerSettings
from tests.scripted_endpoint import Script, ScriptedEndpoint
from tests.standins.describer import scenes
from tests.standins.describer.client import assistant, body, user

pytestmark = pytest.mark.proof

EVENTS: dict[str, type[BaseModel]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind
    for kind in get_args(get_args(ResponseStreamEvent)[0])
}
UNTYPED = {"obfuscation", "store"}  # sent by the API itself, and unknown to its package
LOOK = user("What is this?", scenes.png(scenes.drawing()))
ASKED = {
    "words": body(user("Hello there")),
    "picture": body(LOOK),
    "summary": body(LOOK, reasoning={"summary": "auto"}),
    "limit": body(LOOK, max_output_tokens=16),
    "conversation": body(LOOK, assistant("A drawing."), user("And its colours?")),
}
UNREADABLE: Any = [{"type": "message", "role": "user", "content": [{"type": "input_smell"}]}]
SCRIPTS = [
    Script(text="Hello there."),
    Script(text=""),
    Script(text="Hello.", usage=False),
    Script(text="Hello.", thinking=("Looking", "Counting")),
    Script(text="Hello.", searches=("cats",), cites="https://example.org/a"),
    Script(text="Hello.", calls=('look {"image": 1}',)),
    Script(text="I can't.", refusal=True),
    Script(text="Hello.", stop="length"),
    Script(text="Hello.", stop="content_filter"),
    Script(text="Hello there, you.", fault="error", code="server_error"),
    Script(text="Hello there, you.", fault="failed"),
]


@pytest.fixture
async def describer() -> AsyncIterator[Describer]:
    worker = WorkerSettings(may_read=False, measure_timeout=10)
    async with Describer(DescriberSettings(words_per_second=0, worker=worker)) as running:
        yield running


@pytest.fixture
async def endpoint() -> AsyncIterator[ScriptedEndpoint]:
    async with ScriptedEndpoint() as running:
        yield running


async def post(base_url: str, question: dict[str, Any]) -> bytes:
    url = f"{base_url}/responses"
    async with aiohttp.ClientSession() as session, session.post(url, json=question) as answer:
        assert answer.status == 200
        return await answer.read()


def events_of(stream: bytes) -> list[Any]:
    """Every event as its type in OpenAI's package; raises where one is not as it must be."""
    data = [json.loads(line[6:]) for line in stream.split(b"\n") if line.startswith(b"data: ")]
    return [EVENTS[each["type"]].model_validate(_with_action(each)) for each in data]


def _with_action(event: dict[str, Any]) -> dict[str, Any]:
    """The API begins a search without its `action`, which the package requires: recorded, so right."""
    item = event.get("item", {})
    if item.get("type") == "web_search_call" and item["status"] == "in_progress":
        item.setdefault("action", {"type": "search", "query": ""})
    return event


def unknown_members(value: object) -> Iterator[str]:
    """What the types of the package know nothing of."""
    if isinstance(value, BaseModel):
        yield from (value.model_extra or {}).keys() - UNTYPED
        for name in type(value).model_fields:
            yield from unknown_members(getattr(value, name))
    elif isinstance(value, list):
        for each in value:
            yield from unknown_members(each)


def client_of(base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=base_url, api_key="sk-none", max_retries=0)


# By the types


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
async def test_describers_events_are_those_of_the_api(
    describer: Describer, question: dict[str, Any]
) -> None:
    events = events_of(await post(describer.base_url, {**question, "stream": True}))

    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert isinstance(events[-1], ResponseCompletedEvent | ResponseIncompleteEvent)
    assert not [name for event in events for name in unknown_members(event)]


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
async def test_describers_document_is_a_response_of_the_api(
    describer: Describer, question: dict[str, Any]
) -> None:
    response = Response.model_validate_json(await post(describer.base_url, question))

    assert response.output
    assert response.usage is not None
    assert not list(unknown_members(response))


@pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
async def test_scripted_events_are_those_of_the_api(
    endpoint: ScriptedEndpoint, script: Script
) -> None:
    endpoint.play(script)

    events = events_of(await post(endpoint.base_url, {**body(user("Hello")), "stream": True}))

    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert not [name for event in events for name in unknown_members(event)]


async def test_scripted_document_is_a_response_of_the_api(endpoint: ScriptedEndpoint) -> None:
    endpoint.play(Script(text="Hello there."))

    response = Response.model_validate_json(await post(endpoint.base_url, body(user("Hello"))))

    assert response.output_text == "Hello there."
    assert not list(unknown_members(response))


# By the client


async def test_openais_client_reads_the_describers_stream(describer: Describer) -> None:
    async with client_of(describer.base_url) as client:
        question = ASKED["summary"]
        stream = await client.responses.create(
            model=question["model"],
            input=question["input"],
            reasoning=question["reasoning"],
            stream=True,
        )
        events = [event async for event in stream]

    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    assert isinstance(events[-1], ResponseCompletedEvent)
    assert events[-1].response.output_text == text
    assert "response.reasoning_summary_text.delta" in {event.type for event in events}


async def test_openais_stream_helper_reads_the_scripted_endpoint_to_the_end(
    endpoint: ScriptedEndpoint,
) -> None:
    endpoint.play(Script(text="Hello there.", thinking=("Looking",)))

    async with (
        client_of(endpoint.base_url) as client,
        client.responses.stream(model="m", input=ASKED["words"]["input"]) as stream,
    ):
        response = await stream.get_final_response()

    assert response.output_text == "Hello there."
    assert response.usage is not None


async def test_openais_client_knows_the_refusals_of_both(
    describer: Describer, endpoint: ScriptedEndpoint
) -> None:
    for base_url in (describer.base_url, endpoint.base_url):
        async with client_of(base_url) as client:
            with pytest.raises(openai.BadRequestError) as refused:
                await client.responses.create(model="m", input=UNREADABLE)

        assert isinstance(refused.value.body, dict)
        assert {"message", "type", "param", "code"} == set(refused.value.body)


async def test_openais_client_raises_on_the_scripted_error_event(
    endpoint: ScriptedEndpoint,
) -> None:
    endpoint.play(Script(text="Hello there, you.", fault="quota"))

    async with client_of(endpoint.base_url) as client:
        stream = await client.responses.create(
            model="m", input=ASKED["words"]["input"], stream=True
        )
        with pytest.raises(openai.APIError, match="You exceeded your quota"):
            async for _ in stream:
                pass


async def test_openais_client_takes_a_stream_without_an_end_for_whole(
    endpoint: ScriptedEndpoint,
) -> None:
    """What our table of endings is for; should the package learn it, this test may go."""
    endpoint.play(Script(text="Hello there, you.", fault="eof"))

    async with client_of(endpoint.base_url) as client:
        stream = await client.responses.create(
            model="m", input=ASKED["words"]["input"], stream=True
        )
        kinds = [event.type async for event in stream]

    assert kinds[-1] == "response.output_text.delta"
    assert json.dumps(kinds).count("response.completed") == 0
