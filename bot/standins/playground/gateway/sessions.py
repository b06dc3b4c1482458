"""A shard's connection, and its session, which outlives the connection so that it can be resumed."""

import asyncio
import contextlib
import json
import socket as sockets
import struct
import zlib
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from bot.standins.playground.errors import Json
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.state import Event

CLOSE_WITHOUT_CODE = -1  # the connection is torn down, as when a machine dies


class Socket:
    """One connection: frames in order, plain or in one zlib stream, through an outbox.

    Sending never blocks, and order is kept.
    """

    def __init__(self, request: web.Request, frames: web.WebSocketResponse) -> None:
        self._request = request
        self._frames = frames
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue()
        is_compressed = request.query.get("compress") == "zlib-stream"
        self._compressor = zlib.compressobj(level=1) if is_compressed else None
        self.is_ended = False  # by this side, so that the client may resume
        self.is_silent = False  # True: nothing is sent any more, but nothing closes either

    def send(self, payload: Json) -> None:
        self.send_text(json.dumps(payload))

    def send_text(self, text: str) -> None:
        if not self.is_silent:
            self._outbox.put_nowait(text)

    def close(self, code: int) -> None:
        """Close after everything sent so far."""
        self.is_ended = True
        self._outbox.put_nowait(code)

    async def write(self) -> None:
        """Send what is in the outbox until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._outbox.get()
                if isinstance(item, str):
                    await self._write_frame(item)
                elif item == CLOSE_WITHOUT_CODE:
                    tear_down(self._request)
                    return
                else:
                    await self._frames.close(code=item)
                    return

    async def _write_frame(self, text: str) -> None:
        if self._compressor is None:
            await self._frames.send_str(text)
            return
        packed = self._compressor.compress(text.encode())
        await self._frames.send_bytes(packed + self._compressor.flush(zlib.Z_SYNC_FLUSH))


@dataclass(kw_only=True, slots=True, eq=False)
class Session:
    """A shard's events, numbered and kept."""

    id: str
    intents: int
    shard_id: int
    shard_count: int
    socket: Socket | None
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=10_000))
    last: int = 0  # the number of the newest event

    def wants(self, event: Event) -> bool:
        """Whether the event's intent is switched on and its server belongs to this shard."""
        if event.intent and not self.intents & event.intent:
            return False
        return self.covers(event.guild_id)

    def covers(self, guild_id: int | None) -> bool:
        """Direct messages belong to shard 0."""
        shard = 0 if guild_id is None else (guild_id >> 22) % self.shard_count
        return shard == self.shard_id

    @property
    def sees_content(self) -> bool:
        return bool(self.intents & Intent.MESSAGE_CONTENT)

    def send(self, name: str, data: Json) -> None:
        self.send_json(name, json.dumps(data))

    def send_json(self, name: str, data: str) -> None:
        """`data` is JSON already: one event goes to several sessions."""
        self.last += 1
        text = f'{{"op":0,"t":"{name}","s":{self.last},"d":{data}}}'
        self.kept.append((self.last, text))
        if self.socket is not None:
            self.socket.send_text(text)

    def can_replay_from(self, last_seen: int) -> bool:
        """Whether everything after event number `last_seen` is still kept."""
        oldest = self.kept[0][0] if self.kept else self.last + 1
        return oldest - 1 <= last_seen <= self.last

    def replay(self, last_seen: int) -> None:
        if self.socket is None:
            return
        for number, text in self.kept:
            if number > last_seen:
                self.socket.send_text(text)


def tear_down(request: web.BaseRequest) -> None:
    """End the TCP connection with a reset, not a farewell."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    linger_not = struct.pack("ii", 1, 0)
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, linger_not)
    transport.abort()
