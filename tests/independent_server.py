"""A server of the Responses API that others have written: llmock, as a process on loopback.

What it should do next is told it over its own HTTP interface, and so is asked what it thinks of
its client's manners.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

_PROGRAM = "from llmock.cli import app; app()"
_PATIENCE = 30.0  # seconds
_LOOK_AGAIN = 0.05  # seconds

Json = dict[str, Any]


class IndependentServer:
    """`base_url` is what a client is configured with."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self.base_url = f"{root}/v1"
        self._session = session
        self._control = f"{root}/_llmock"

    async def play(self, *behaviors: Json) -> None:
        """Forget what was, and do these things in the next requests."""
        await self._post("reset", {})
        if behaviors:
            await self._post("scenario", {"behaviors": list(behaviors)})

    async def requests(self) -> list[Json]:
        found = await self._get("requests")
        return list(found["requests"])

    async def complaints(self) -> list[str]:
        """What it finds fault with in its client, by name."""
        return [finding["code"] for finding in (await self._get("verdict"))["findings"]]

    async def _post(self, name: str, body: Json) -> None:
        async with self._session.post(f"{self._control}/{name}", json=body) as response:
            response.raise_for_status()

    async def _get(self, name: str) -> Json:
        async with self._session.get(f"{self._control}/{name}") as response:
            response.raise_for_status()
            found: Json = await response.json()
            return found


@asynccontextmanager
async def running_server() -> AsyncIterator[IndependentServer]:
    port = _free_port()
    arguments = ("serve", "--port", str(port), "--response-style", "static")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROGRAM, *arguments),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    root = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:
            await _wait_until_it_answers(session, f"{root}/health", process)
            yield IndependentServer(session, root)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


async def _wait_until_it_answers(
    session: aiohttp.ClientSession, url: str, process: asyncio.subprocess.Process
) -> None:
    async with asyncio.timeout(_PATIENCE):
        while process.returncode is None:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(_LOOK_AGAIN)
    raise RuntimeError(f"llmock did not start: exit code {process.returncode}")
