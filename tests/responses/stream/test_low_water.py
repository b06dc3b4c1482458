"""Reading in gulps: fewer wake-ups, and nothing late."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.core.answers.events import Completed, StreamEvent, TextDelta
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.stream.low_water import LARGEST_MARK, SMALLEST_MARK, LowWater
from tests.scripted_endpoint import Script, ScriptedEndpoint

QUESTION = ModelRequest(
    instructions="", turns=(Turn(role=Role.USER, text="Hi"),), max_output_tokens=10_000
)
GULP = 0.3  # seconds


def mark_of(sock: socket.socket) -> int:
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)


class Timed:
    """Reads an answer and notes when its events came."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []
        self.times: list[float] = []

    async def read(self, stream: AsyncIterator[StreamEvent]) -> None:
        async for event in stream:
            self.events.append(event)
            self.times.append(asyncio.get_running_loop().time())

    @property
    def wakeups(self) -> int:
        """Groups of events that are more than 3 ms apart."""
        pairs = zip(self.times, self.times[1:], strict=False)
        return 1 + sum(later - earlier > 0.003 for earlier, later in pairs)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))


async def play(script: Script, *, gulp: float = GULP) -> tuple[Timed, float]:
    """Return what was read and when the server had sent all of it."""
    timed = Timed()
    async with ScriptedEndpoint(script=script) as endpoint, aiohttp.ClientSession() as session:
        settings = EndpointSettings(base_url=endpoint.base_url, model="m", gulp=gulp)
        model = ResponsesModel(settings, session, random=lambda: 0.0)
        async with model.stream(QUESTION) as stream:
            await timed.read(aiter(stream))
        await endpoint.requests[0].answered.wait()
    return timed, endpoint.requests[0].answered_at


async def test_paced_answer_wakes_seldom_and_ends_in_time() -> None:
    script = Script(text="word " * 60, delta=5, pace=0.02)

    timed, sent = await play(script)

    assert timed.text == script.text
    assert isinstance(timed.events[-1], Completed)
    assert len(timed.events) == 61
    assert timed.wakeups <= 25
    assert timed.times[-1] - sent < GULP - 0.1  # the timer did not have to bring it


async def test_without_gulps_every_event_wakes() -> None:
    timed, _ = await play(Script(text="word " * 20, delta=5, pace=0.02), gulp=0)

    assert timed.wakeups >= 18


async def test_first_delta_is_never_put_off() -> None:
    timed = Timed()
    script = Script(text="abcdefgh", delta=4, pace=0.5)
    async with ScriptedEndpoint(script=script) as endpoint, aiohttp.ClientSession() as session:
        settings = EndpointSettings(base_url=endpoint.base_url, model="m", gulp=5)
        started = asyncio.get_running_loop().time()
        async with ResponsesModel(settings, session, random=lambda: 0.0).stream(QUESTION) as stream:
            await timed.read(aiter(stream))

    assert timed.times[0] - started < 2  # of a gulp of five
    assert timed.times[1] - timed.times[0] > 0.4


async def test_quiet_ending_is_read_when_the_timer_runs_out() -> None:
    script = Script(text="word " * 200, delta=50, pace=0.001, fault="quiet-end", after=1)

    timed, sent = await play(script)

    assert timed.text == script.text
    assert timed.times[-1] - sent < GULP + 0.5  # without the timer it would be the idle timeout


async def test_hurry_brings_what_waits_at_once() -> None:
    timed = Timed()
    script = Script(text="abcdefgh" * 2, delta=4, fault="stall", after=3)
    async with ScriptedEndpoint(script=script) as endpoint, aiohttp.ClientSession() as session:
        settings = EndpointSettings(base_url=endpoint.base_url, model="m", gulp=60)
        async with ResponsesModel(settings, session, random=lambda: 0.0).stream(QUESTION) as stream:
            task = asyncio.create_task(timed.read(aiter(stream)))
            await asyncio.sleep(0.3)
            stream.hurry()
            await asyncio.sleep(0.4)
            task.cancel()

    assert timed.text == "abcdefghabcd"


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    other, _ = server.accept()
    server.close()
    return client, other


async def test_mark_follows_the_text_within_its_bounds(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    with pair[0] as sock, pair[1]:
        low_water = LowWater(sock, longest=60)
        marks = []
        for text_bytes in (1, 2000, 100_000):
            low_water.rise(text_bytes)
            marks.append(mark_of(sock))
        low_water.hurry()
        marks.append(mark_of(sock))
        low_water.close()
        low_water.rise(5000)

        assert [*marks, mark_of(sock)] == [
            SMALLEST_MARK + 3,
            SMALLEST_MARK + 6000,
            LARGEST_MARK,
            1,
            1,
        ]


async def test_timer_lowers_the_mark(pair: tuple[socket.socket, socket.socket]) -> None:
    with pair[0] as sock, pair[1]:
        low_water = LowWater(sock, longest=0.02)
        low_water.rise(2000)
        await asyncio.sleep(0.06)

        assert mark_of(sock) == 1
        low_water.close()


async def test_socket_that_is_closed_or_missing_is_read_plainly(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    pair[0].close()
    pair[1].close()

    for sock in (pair[0], None):
        low_water = LowWater(sock, longest=60)
        low_water.rise(2000)
        low_water.hurry()
        low_water.close()
