"""Frames that can't be read: what they cost, and when a connection is begun anew."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.gateway.connection.connection_guard import (
    MOST_BROKEN,
    READY_WITHIN,
    Guarding,
    guard_connections,
)
from tests.gateway.conftest import ROBOT
from tests.gateway.guarded_client import GuardedClient, question

SECRET = "what somebody wrote"
LOGGERS = ("bot.gateway.connection.connection_guard", "bot.gateway.events.dispatch")
HELLO = {"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None}
READY_DATA: dict[str, Any] = {
    "v": 10,
    "user": ROBOT,
    "guilds": [],
    "session_id": "session",
    "resume_gateway_url": "wss://gateway.example",
    "shard": [0, 1],
    "application": {"id": ROBOT["id"], "flags": 0},
}


class Socket:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.close_code: int | None = None

    @property
    def closed(self) -> bool:
        return self.close_code is not None

    async def send_str(self, _text: str) -> None:
        return

    async def close(self, *, code: int) -> None:
        self.close_code = code


class Line:
    """A guarded connection, and what is known of it."""

    def __init__(self) -> None:
        self.client: Any = GuardedClient()
        self.client._connection.application_id = int(ROBOT["id"])
        self.now = 0.0
        self.slept: list[float] = []
        self.given_up = 0
        guarding = Guarding(
            give_up=self._give_up, clock=lambda: self.now, sleep=self._sleep, chance=lambda: 1.0
        )
        guard_connections(self.client, guarding)
        self.connect()

    def connect(self) -> None:
        self.socket = Socket()
        loop = asyncio.get_running_loop()
        self.ws: Any = DiscordWebSocket(self.socket, loop=loop)  # type: ignore[arg-type]
        self.ws.shard_id, self.ws.session_id = 0, None
        self.ws._connection = self.client._connection
        self.ws._discord_parsers = self.client._connection.parsers
        self.ws._dispatch = self.client.dispatch
        self.ws._max_heartbeat_timeout = 60.0
        self.client._connection._update_references(self.ws)

    def _give_up(self) -> None:
        self.given_up += 1

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def receive(self, *frames: Any) -> None:
        for frame in frames:
            raw = frame if isinstance(frame, str | bytes) else json.dumps(frame)
            await self.ws.received_message(raw)

    @property
    def told(self) -> list[str]:
        return [name for name, _ in self.client.told if not name.startswith("socket")]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    yield line
    await line.ws.close()
    for task in line.client._connection._ready_tasks.values():
        task.cancel()
    if line.client._connection._ready_task is not None:
        line.client._connection._ready_task.cancel()


def dispatch(name: Any, data: Any, number: Any = 1) -> dict[str, Any]:
    return {"op": 0, "t": name, "s": number, "d": data}


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name in LOGGERS]


@asynccontextmanager
async def breaking(line: Line, *, resume: bool = False) -> AsyncIterator[None]:
    """What is received here has the connection closed, and another one begun."""
    with pytest.raises(ReconnectWebSocket) as raised:
        yield
    assert raised.value.resume == resume
    assert line.socket.close_code == 4000
    assert line.ws._keep_alive is None


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{" + SECRET,
        "null",
        '["a list"]',
        f'"{SECRET}"',
        dispatch([SECRET], {}),
        dispatch({SECRET: 1}, {}),
        dispatch("MESSAGE_UPDATE", None),
        dispatch("MESSAGE_DELETE", {"id": SECRET}),
        dispatch("RESUMED", None),
        dispatch("RESUMED", [SECRET]),
    ],
    ids=str,
)
async def test_odd_frame_is_logged_once_and_the_next_is_read(
    line: Line, frame: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await line.receive(HELLO, dispatch("READY", READY_DATA), frame)

    await line.receive(dispatch("MESSAGE_CREATE", question(), 5))

    assert logged(caplog) == ["an event could not be read"]
    assert SECRET not in caplog.text
    assert "message" in line.told
    assert line.ws.sequence == 5
    assert not line.socket.closed


@pytest.mark.parametrize(
    "frame",
    [
        dispatch("SOMETHING_NEW", {"of": "tomorrow"}),
        dispatch(None, None),
        {"op": 42, "d": None},
        {"op": None},
        {},
    ],
    ids=str,
)
async def test_unknown_event_or_op_costs_nothing(line: Line, frame: Any) -> None:
    await line.receive(HELLO, dispatch("READY", READY_DATA), frame)

    await line.receive(dispatch("MESSAGE_CREATE", question()))

    assert "message" in line.told


@pytest.mark.parametrize("number", [SECRET, [], 1.5, {}], ids=repr)
async def test_odd_number_of_an_event_never_reaches_a_heartbeat(line: Line, number: Any) -> None:
    """Discord closes a connection whose heartbeat names no number."""
    await line.receive(HELLO, dispatch("READY", READY_DATA, 7))

    await line.receive(dispatch("MESSAGE_CREATE", question(), number))

    assert line.ws.sequence == 7


async def test_resumed_without_data_is_still_told(line: Line) -> None:
    await line.receive(HELLO, dispatch("RESUMED", None))

    assert {"resumed", "shard_resumed"} <= set(line.told)


@pytest.mark.parametrize("missing", ["user", "session_id", "resume_gateway_url", "shard"], ids=str)
async def test_unreadable_ready_begins_a_new_session(line: Line, missing: str) -> None:
    """The bot was connected and never ready: it answered nobody, and nothing said so."""
    await line.receive(HELLO)
    data = {name: value for name, value in READY_DATA.items() if name != missing}

    async with breaking(line):
        await line.receive(dispatch("READY", data))


@pytest.mark.parametrize(
    "odd",
    [
        {"guilds": [None, {"id": "5", "unavailable": True}, {}]},
        {"application": None},
        {"user": {**ROBOT, "avatar": 7, "discriminator": None}},
        {"private_channels": None, "relationships": 7},
    ],
    ids=["servers", "application", "user", "others"],
)
async def test_ready_with_an_odd_part_is_read(line: Line, odd: dict[str, Any]) -> None:
    await line.receive(HELLO, dispatch("READY", {**READY_DATA, **odd}))

    assert "shard_connect" in line.told
    assert not line.socket.closed


@pytest.mark.parametrize(
    "data",
    [None, {}, {"heartbeat_interval": None}, {"heartbeat_interval": "soon"}, []],
    ids=repr,
)
async def test_hello_without_an_interval_begins_a_new_connection(line: Line, data: Any) -> None:
    async with breaking(line):
        await line.receive({"op": 10, "d": data})


@pytest.mark.parametrize("interval", [0, -5, 1e300])
async def test_interval_without_sense_begins_a_new_connection(line: Line, interval: float) -> None:
    """An interval of 0 would flood Discord with heartbeats."""
    async with breaking(line):
        await line.receive({"op": 10, "d": {"heartbeat_interval": interval}})


async def test_damaged_compression_resumes_the_session(line: Line) -> None:
    packer = zlib.compressobj()
    hello = packer.compress(json.dumps(HELLO).encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
    await line.receive(hello, dispatch("READY", READY_DATA))

    async with breaking(line, resume=True):
        await line.receive(b"no zlib\x00\x00\xff\xff")


async def test_connection_that_never_becomes_ready_is_begun_anew(line: Line) -> None:
    await line.receive(HELLO)
    line.now = READY_WITHIN + 1

    async with breaking(line):
        await line.receive({"op": 11})


async def test_ready_connection_is_left_in_peace(line: Line) -> None:
    await line.receive(HELLO, dispatch("READY", READY_DATA))
    line.now = READY_WITHIN * 100

    await line.receive({"op": 11})

    assert not line.socket.closed


async def break_session(line: Line, *, after: float) -> None:
    """Have a session begin and break, so many seconds after the one before."""
    line.now += after
    line.connect()
    await line.receive(HELLO)
    async with breaking(line):
        await line.receive(dispatch("READY", {}))


async def test_sessions_broken_again_and_again_are_given_up(line: Line) -> None:
    for _ in range(MOST_BROKEN):
        assert line.given_up == 0
        await break_session(line, after=5)

    assert line.given_up == 1
    assert line.slept == [1, 2, 4]


async def test_sessions_broken_far_apart_are_not_given_up(line: Line) -> None:
    for _ in range(MOST_BROKEN * 2):
        await break_session(line, after=600)

    assert line.given_up == 0
    assert set(line.slept) == {1}
