"""Our client beside OpenAI's own package, in one process and one run: what the same answers cost.

Both ask the same endpoint, in a process of its own, over connections that are kept. Each measures
the other's machine: only the ratio of a run says anything.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import aiohttp

from bench import processes
from bench.endpoint import Order
from bench.figures import Row, median, microseconds, milliseconds, percentile
from bench.loops import find_loops, run
from bench.prose import DELTA
from bot.core.answers.events import TextDelta
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.resources import open_session
from bot.responses.client import ResponsesModel, ResponseStream
from bot.responses.endpoint import EndpointSettings

_ROUNDS = 3
_SHORT_REQUESTS = 100  # one after the other
_SHORT = 10  # deltas
_LONG = 1000  # deltas, in a burst
_STREAMS = 200  # at once
_STREAM = 60  # deltas of each
_PACE = 0.1  # seconds between them
_EDITS_EVERY = 1.25  # seconds
_INSTRUCTIONS = "Be brief."

Ask = Callable[[Order], Awaitable[float]]  # gives when the first delta came, in seconds since 1970
Costs = dict[str, list[float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    name: str
    ask: Ask


def measure() -> list[Row]:
    return [row for loop, factory in find_loops().items() for row in run(_measure(loop), factory)]


async def _measure(loop: str) -> list[Row]:
    from openai import AsyncOpenAI

    async with (
        processes.server("bench.endpoint") as url,
        open_session() as session,
        AsyncOpenAI(base_url=url, api_key="sk-bench", max_retries=0, timeout=600) as package,
    ):
        settings = EndpointSettings(base_url=url, model="scripted")
        model = ResponsesModel(settings, session, random=random.random)
        ours = Rival(name="ours", ask=lambda order: _ask_ours(model, order))
        theirs = Rival(name="openai", ask=lambda order: _ask_theirs(package, order))
        costs: dict[str, Costs] = {ours.name: {}, theirs.name: {}}
        numbers = count(1)
        for _ in range(_ROUNDS):
            for rival in (ours, theirs):
                await _compete(rival, costs[rival.name], numbers, session, url)
    rows = _rows(costs[ours.name], costs[theirs.name])
    return [replace(row, name=f"{loop}: {row.name}") for row in rows]


async def _compete(
    rival: Rival, costs: Costs, numbers: "count[int]", session: aiohttp.ClientSession, url: str
) -> None:
    def order(**members: Any) -> Order:
        return Order(id=next(numbers), **members)

    await rival.ask(order(deltas=_SHORT))  # opens a connection, fills caches
    short = [order(deltas=_SHORT, think=0.002) for _ in range(_SHORT_REQUESTS)]
    cost, firsts = await _spend(rival, short, at_once=False)
    _note(costs, "short request", cost / len(short))
    costs.setdefault("first", []).extend(await _added(short, firsts, session, url))

    cost, _ = await _spend(rival, [order(deltas=_LONG)], at_once=False)
    _note(costs, "event in a burst", cost / _LONG)

    crowd = [order(deltas=_STREAM, pace=_PACE, think=0.2) for _ in range(_STREAMS)]
    cost, firsts = await _spend(rival, crowd, at_once=True)
    _note(costs, "event of a crowd", cost / _STREAM / len(crowd))
    costs.setdefault("first of a crowd", []).extend(await _added(crowd, firsts, session, url))


async def _spend(
    rival: Rival, orders: Sequence[Order], *, at_once: bool
) -> tuple[float, list[float]]:
    """Seconds of this process's CPU, and when each first delta came."""
    before = time.process_time()
    if at_once:
        firsts = list(await asyncio.gather(*map(rival.ask, orders)))
    else:
        firsts = [await rival.ask(order) for order in orders]
    return time.process_time() - before, firsts


async def _added(
    orders: Sequence[Order], firsts: Sequence[float], session: aiohttp.ClientSession, url: str
) -> list[float]:
    """Seconds from each first delta's sending until the client has given it."""
    async with session.get(url.removesuffix("/v1") + "/_times") as response:
        times = await response.json()
    sent = (times[str(order.id)][1][0] for order in orders)
    return [first - began for first, began in zip(firsts, sent, strict=True)]


def _note(costs: Costs, name: str, cost: float) -> None:
    costs.setdefault(name, []).append(cost)


async def _ask_ours(model: ResponsesModel, order: Order) -> float:
    turn = Turn(role=Role.USER, text=f"what do you see? {order}")
    request = ModelRequest(instructions=_INSTRUCTIONS, turns=(turn,), max_output_tokens=10_000)
    first, size = 0.0, 0
    async with model.stream(request) as stream:
        edits = _Edits(stream) if order.pace else None
        async for event in stream:
            if isinstance(event, TextDelta):
                first = first or time.time()
                size += len(event.text)
        if edits is not None:
            edits.cancel()
    _check(size, order)
    return first


class _Edits:
    """The bot asks for what has arrived each time it edits a message."""

    def __init__(self, stream: ResponseStream) -> None:
        self._stream = stream
        self._plan()

    def cancel(self) -> None:
        self._timer.cancel()

    def _plan(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_EDITS_EVERY, self._edit)

    def _edit(self) -> None:
        self._stream.hurry()
        self._plan()


async def _ask_theirs(package: Any, order: Order) -> float:
    part = {"type": "input_text", "text": f"what do you see? {order}"}
    stream = await package.responses.create(
        model="scripted",
        instructions=_INSTRUCTIONS,
        input=[{"type": "message", "role": "user", "content": [part]}],
        max_output_tokens=10_000,
        store=False,
        stream=True,
    )
    first, size = 0.0, 0
    async for event in stream:
        if event.type == "response.output_text.delta":
            first = first or time.time()
            size += len(event.delta)
    _check(size, order)
    return first


def _check(size: int, order: Order) -> None:
    if size != order.deltas * DELTA:
        raise RuntimeError("the answer did not arrive whole")


def _rows(ours: Costs, theirs: Costs) -> list[Row]:
    return [
        _row(f"CPU a short request ({_SHORT} deltas)", "short request", ours, theirs, "10 times"),
        _row("CPU an event, in a burst", "event in a burst", ours, theirs, "8 times"),
        _row(f"CPU an event, {_STREAMS} streams", "event of a crowd", ours, theirs, "8 times"),
        *_times("time added to the first delta, alone", "first", ours, theirs),
        *_times(f"the same, {_STREAMS} streams", "first of a crowd", ours, theirs),
    ]


def _row(name: str, key: str, ours: Costs, theirs: Costs, aim: str) -> Row:
    mine, other = median(ours[key]), median(theirs[key])
    figures = f"{microseconds(mine)} : {microseconds(other)}"
    return Row(name=f"{name} ({figures})", value=f"{other / mine:.1f} times", aim=f"aim: {aim}")


def _times(name: str, key: str, ours: Costs, theirs: Costs) -> list[Row]:
    shares = {"p50": 0.5, "p95": 0.95}
    return [
        Row(
            name=f"{name}, {word}",
            value=" : ".join(milliseconds(percentile(each[key], share)) for each in (ours, theirs)),
        )
        for word, share in shares.items()
    ]
