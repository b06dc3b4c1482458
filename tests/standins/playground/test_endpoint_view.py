"""The proxy between the bot and its endpoint."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.standins.playground.endpoint_view import Behaviour, EndpointView, Prices
from tests.scripted_endpoint import Script, ScriptedEndpoint

QUESTION = {
    "model": "scripted",
    "stream": True,
    "input": [
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": "What is it?"}],
        }
    ],
}


@pytest.fixture
async def endpoint() -> AsyncIterator[ScriptedEndpoint]:
    async with ScriptedEndpoint() as opened:
        yield opened


@pytest.fixture
async def view(endpoint: ScriptedEndpoint) -> AsyncIterator[EndpointView]:
    prices = Prices(input=2_000_000, output=10_000_000, cached_input=500_000)
    address = f"{endpoint.base_url}/responses"
    async with EndpointView(address, prices=prices, on_change=lambda: None) as opened:
        yield opened


async def ask(address: str) -> tuple[int, bytes]:
    headers = {"Authorization": "Bearer sk-a"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/responses", json=QUESTION, headers=headers) as response,
    ):
        return response.status, await response.read()


async def test_stream_passes_byte_for_byte_and_its_usage_is_noted(
    view: EndpointView, endpoint: ScriptedEndpoint
) -> None:
    endpoint.play(Script(text="A lamp."), Script(text="A lamp."))

    _, seen_through = await ask(view.base_url)
    _, seen_directly = await ask(endpoint.base_url)

    def deltas(stream: bytes) -> list[str]:
        events = [json.loads(line[6:]) for line in stream.splitlines() if line[:5] == b"data:"]
        return [event["delta"] for event in events if "delta" in event]

    assert deltas(seen_through) == deltas(seen_directly) == ["A la", "mp."]
    assert endpoint.requests[0].headers["Authorization"] == "Bearer sk-a"
    exchange = view.exchanges[-1]
    assert exchange.request == QUESTION
    assert (exchange.status, exchange.ending, exchange.pieces) == (200, "completed", 2)
    assert exchange.usage is not None
    assert exchange.usage["output_tokens"] == 2
    assert exchange.seconds is not None


async def test_errors_of_the_endpoint_pass_as_they_are(
    view: EndpointView, endpoint: ScriptedEndpoint
) -> None:
    endpoint.play(Script(status=404, error="There is no such model.", code="model_not_found"))

    status, body = await ask(view.base_url)

    assert status == 404
    assert json.loads(body)["error"]["code"] == "model_not_found"
    assert view.exchanges[-1].ending == "There is no such model."


async def test_endpoint_that_is_down_is_down_for_the_bot(
    view: EndpointView, endpoint: ScriptedEndpoint
) -> None:
    await endpoint.__aexit__()

    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(view.base_url)

    assert view.exchanges[-1].ending.startswith("no connection")


@pytest.mark.parametrize(
    ("behaviour", "status", "words"),
    [
        (Behaviour.BALANCE, 429, "insufficient_quota"),
        (Behaviour.OVERLOADED, 503, "overloaded"),
        (Behaviour.REFUSES, 200, "response.refusal.done"),
    ],
)
async def test_behaviour_answers_in_the_endpoints_place(
    view: EndpointView,
    endpoint: ScriptedEndpoint,
    behaviour: Behaviour,
    status: int,
    words: str,
) -> None:
    view.behaviour = behaviour

    answered, body = await ask(view.base_url)

    assert answered == status
    assert words in body.decode()
    assert endpoint.requests == []


async def test_cut_ends_the_connection_before_the_last_event(
    view: EndpointView, endpoint: ScriptedEndpoint
) -> None:
    view.behaviour = Behaviour.CUT
    endpoint.play(Script(text="word " * 100))

    with pytest.raises(aiohttp.ClientError):
        await ask(view.base_url)

    assert view.exchanges[-1].ending == "the connection was cut"
    assert view.exchanges[-1].pieces == 12


def test_cost_counts_cached_input_at_its_own_price() -> None:
    prices = Prices(input=2_000_000, output=10_000_000, cached_input=500_000)
    usage = {
        "input_tokens": 3_000,
        "input_tokens_details": {"cached_tokens": 1_000},
        "output_tokens": 100,
    }

    assert prices.cost(usage) == pytest.approx(0.004 + 0.0005 + 0.001)
