"""The scripted endpoint as a process that notes when it was asked and when it sent each delta.

A question says in its text how it wants to be answered: `[[id=7 deltas=1000 pace=0.02 think=0.3]]`.
The notes are read from `/_times`.
"""

import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from bench.prose import DELTA, prose
from tests.scripted_endpoint import Composition, Script, ScriptedEndpoint, check_request, last_text

_DELTA_EVENT = b"event: response.output_text.delta"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """The answer that a question asks for. Times are in seconds."""

    id: int = 0
    deltas: int = 100
    pace: float = 0.0  # between deltas
    think: float = 0.0  # before the first one

    def __str__(self) -> str:
        return f"[[id={self.id} deltas={self.deltas} pace={self.pace} think={self.think}]]"

    @classmethod
    def parse(cls, text: str) -> Self:
        found = dict(re.findall(r"(\w+)=([\d.]+)", text))
        return cls(
            id=int(found["id"]),
            deltas=int(found["deltas"]),
            pace=float(found["pace"]),
            think=float(found["think"]),
        )


@dataclass(kw_only=True, slots=True)
class Times:
    """Seconds since 1970."""

    asked_at: float
    sent: list[float] = field(default_factory=list)  # one for each delta


class TimedEndpoint(ScriptedEndpoint):
    """Plays by the same rules as the scripted endpoint of the tests."""

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[int, Times] = {}
        self._runner.app.router.add_get("/_times", self._show_times)

    async def _show_times(self, _request: web.Request) -> web.Response:
        shown = {str(key): [each.asked_at, each.sent] for key, each in self._times.items()}
        return web.json_response(shown)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        times = Times(asked_at=time.time())
        body = json.loads(await request.read())
        pictures = check_request(body)
        order = Order.parse(last_text(body))
        self._times[order.id] = times
        script = Script(text=prose(order.deltas), delta=DELTA, think=order.think)
        response = web.StreamResponse()
        response.content_type = "text/event-stream"
        await response.prepare(request)
        async for event in Composition(body, script, pictures).events():
            if event.startswith(_DELTA_EVENT):
                await _keep_pace(times.sent, order.pace)
                times.sent.append(time.time())
            await response.write(event)
        return response


async def _keep_pace(sent: list[float], pace: float) -> None:
    """Wait until the next delta is due: lateness does not add up, and the end follows at once."""
    if sent and pace:
        await asyncio.sleep(max(0.0, sent[0] + len(sent) * pace - time.time()))


async def _serve() -> None:
    async with TimedEndpoint() as endpoint:
        sys.stdout.write(endpoint.base_url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
