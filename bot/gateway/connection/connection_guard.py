"""Connections to the gateway: what can't be read costs one frame, or one connection, or the process.

A frame that is no JSON is left out. Where the rest of a connection depends on it (a broken zlib
stream, an unreadable HELLO or READY), the connection is closed and begun anew; where that happens
again and again, `give_up` is called: a bot that is connected and never ready helps nobody.
"""

import asyncio
import json
import logging
import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure

from bot.gateway.events.dispatch import SessionUnreadable

log = logging.getLogger(__name__)

MOST_BROKEN = 3  # connections of one shard within
BROKEN_WITHIN = 600.0  # seconds
READY_WITHIN = 60.0  # seconds after connecting
_SHORTEST_BEAT, _LONGEST_BEAT = 10, 600_000  # milliseconds between heartbeats that make sense
_HELLO = 10

# These end a connection, and discord.py knows what to do then.
_ENDINGS = (
    ReconnectWebSocket,
    WebSocketClosure,
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
)


class GatewayUnreadable(Exception):
    """Nothing can be made of what Discord's gateway sends."""


class BrokenConnections:
    """Counts, for each shard, the connections that had to be given up lately."""

    def __init__(self) -> None:
        self._times: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_BROKEN))

    def note(self, shard_id: int, now: float) -> int:
        """How many there have been of late, with this one. `now` is in seconds of any clock."""
        times = self._times[shard_id]
        times.append(now)
        return sum(now - at < BROKEN_WITHIN for at in times)


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarding:
    """What the connections of one client share."""

    give_up: Callable[[], None]
    clock: Callable[[], float]  # seconds, monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    broken: BrokenConnections = field(default_factory=BrokenConnections)


def guard_connections(client: discord.Client, guarding: Guarding) -> None:
    """Guard each connection of `client` from its first frame on."""
    state: Any = client._connection
    update_references = state._update_references

    def guard(ws: DiscordWebSocket) -> None:
        # discord.py calls this for a new connection just before it reads from it (2.7.1).
        update_references(ws)
        ws.received_message = GuardedConnection(ws, guarding).receive  # type: ignore[method-assign]

    state._update_references = guard


class GuardedConnection:
    """Stands between one connection and what arrives on it."""

    def __init__(self, ws: Any, guarding: Guarding) -> None:
        self._ws = ws
        self._guarding = guarding
        self._read = ws.received_message
        self._tell = ws._dispatch
        self._opened_at = guarding.clock()
        self._has_begun = False  # READY or RESUMED has been read
        self._event = ""  # of the frame that is being read
        self._is_unpacked = False  # that frame
        ws._dispatch = self._dispatch
        ws.log_receive = self._log_receive

    async def receive(self, frame: Any, /) -> None:
        """Raises what ends this connection in discord.py's eyes, and nothing else."""
        self._event, self._is_unpacked = "", False
        sequence = self._ws.sequence
        try:
            await self._read(frame)
            self._has_begun |= self._event in ("READY", "RESUMED")
        except _ENDINGS:
            raise
        except Exception as error:  # noqa: BLE001 - the seam to discord.py; logged by type
            await self._go_on_after(error)
        if not isinstance(self._ws.sequence, int | None):
            self._ws.sequence = sequence  # the next heartbeat names it
        await self._check_age()

    def _log_receive(self, text: str, /) -> None:
        """discord.py's hook for the text of a frame, before it is read."""
        self._is_unpacked = True
        if self._ws._keep_alive is None:
            _check_hello(json.loads(text))

    def _dispatch(self, name: str, *values: Any) -> None:
        """discord.py's own `dispatch`, which first tells the name of the event in a frame."""
        if name == "socket_event_type" and isinstance(values[0], str):
            self._event = values[0]
        self._tell(name, *values)

    async def _go_on_after(self, error: Exception) -> None:
        reason = type(error).__name__
        if not isinstance(error, SessionUnreadable):  # that one has been logged
            event = self._event if self._event.replace("_", "").isalnum() else "unknown"
            log.error("an event could not be read", extra={"event": event, "reason": reason})
        if not self._is_unpacked:
            await self._break("its compressed stream is damaged", resume=True)
        if self._ws._keep_alive is None:
            await self._break("HELLO could not be read")
        if self._event == "READY":
            await self._break("READY could not be read")
        if self._event == "RESUMED":
            self._has_begun = True
            self._ws._discord_parsers["RESUMED"]({"__shard_id__": self._ws.shard_id})

    async def _check_age(self) -> None:
        if not self._has_begun and self._guarding.clock() - self._opened_at > READY_WITHIN:
            await self._break("READY did not come")

    async def _break(self, problem: str, *, resume: bool = False) -> NoReturn:
        """Close the connection and have discord.py begin another, after a pause that doubles."""
        shard_id, guarding = self._ws.shard_id or 0, self._guarding
        times = guarding.broken.note(shard_id, guarding.clock())
        log.error(
            "a connection to Discord is given up",
            extra={"shard": shard_id, "problem": problem, "times": times},
        )
        await self._ws.close(4000)
        if times >= MOST_BROKEN:
            guarding.give_up()
        await guarding.sleep(2 ** (times - 1) * (0.5 + guarding.chance() / 2))
        raise ReconnectWebSocket(shard_id, resume=resume) from None


def _check_hello(frame: Any) -> None:
    """discord.py would send heartbeats without a pause, or never. Raises ValueError, among others."""
    if frame["op"] == _HELLO:
        interval = frame["d"]["heartbeat_interval"]
        if not _SHORTEST_BEAT <= interval <= _LONGEST_BEAT:
            raise ValueError("an interval between heartbeats that makes no sense")
