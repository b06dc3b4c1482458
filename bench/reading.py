"""The cost of reading an answer: the client alone, in this process, with the endpoint in another."""

import asyncio
import random
import time

import aiohttp

from bench import processes
from bench.endpoint import Order
from bench.figures import Row, median, microseconds
from bench.loops import find_loops, run
from bench.prose import DELTA
from bot.core.answers.events import TextDelta
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.responses.client import ResponsesModel, ResponseStream
from bot.responses.endpoint import EndpointSettings

_BURST = Order(deltas=1000)
_PACED = Order(deltas=300, pace=0.02)
_ROUNDS = 3
_EDITS_EVERY = 1.0  # seconds; each edit asks for what has arrived
_GULPS = {"in gulps": 1.0, "piece by piece": 0.0}  # seconds that text may wait


def measure() -> list[Row]:
    costs: dict[tuple[str, ...], list[float]] = {}
    for _ in range(_ROUNDS):
        for loop, factory in find_loops().items():
            for key, cost in run(_measure_once(), factory).items():
                costs.setdefault((loop, *key), []).append(cost)
    return [
        Row(name=", ".join(key), value=f"{microseconds(median(each))} a delta")
        for key, each in sorted(costs.items(), key=lambda item: item[0][1])
    ]


async def _measure_once() -> dict[tuple[str, str], float]:
    """Seconds of CPU a delta, by pace and way of reading."""
    costs = {}
    async with processes.server("bench.endpoint") as url, aiohttp.ClientSession() as session:
        for way, gulp in _GULPS.items():
            settings = EndpointSettings(base_url=url, model="scripted", gulp=gulp)
            model = ResponsesModel(settings, session, random=random.random)
            await _read(model, Order(deltas=10))
            for pace, order in (("burst", _BURST), ("50 a second", _PACED)):
                before = time.process_time()
                await _read(model, order)
                costs[pace, way] = (time.process_time() - before) / order.deltas
    return costs


async def _read(model: ResponsesModel, order: Order) -> None:
    turn = Turn(role=Role.USER, text=f"what do you see? {order}")
    request = ModelRequest(instructions="Be brief.", turns=(turn,), max_output_tokens=10_000)
    text = ""
    async with model.stream(request) as stream, asyncio.TaskGroup() as tasks:
        edits = tasks.create_task(_hurry(stream))
        async for event in stream:
            if isinstance(event, TextDelta):
                text += event.text
        edits.cancel()
    if len(text) != order.deltas * DELTA:
        raise RuntimeError("the answer did not arrive whole")


async def _hurry(stream: ResponseStream) -> None:
    while True:
        await asyncio.sleep(_EDITS_EVERY)
        stream.hurry()
