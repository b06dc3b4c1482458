"""One gateway connection: frames in order, plain or in one zlib stream."""

import asyncio
import contextlib
import json
import socket as sockets
import struct
import zlib

from aiohttp import web

from bot.standins.playground.errors import Json

CLOSE_WITHOUT_CODE = -1  # the connection is torn down, as when a machine dies


class Socket:
    """Frames wait in an outbox, so that telling never blocks and order is kept."""

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


def tear_down(request: web.BaseRequest) -> None:
    """End the TCP connection with a reset, not a farewell."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    linger_not = struct.pack("ii", 1, 0)
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, linger_not)
    transport.abort()
