"""The scripted endpoint, which answers each question in its own words and notes what it bills."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from chaos.questions import EndpointFault, Question, find_question, sentences_of
from tests.scripted_endpoint import (
    Composition,
    Fault,
    Script,
    ScriptedEndpoint,
    check_request,
    count_input,
    last_text,
)
from tests.scripted_pictures import IMAGE_USAGE, PictureScript, draw_by_images_api

PICTURE = PictureScript(pace=0.5)

_DELTA_EVENT = b"event: response.output_text.delta"
_LAST_EVENT = b"event: response.completed"
_DELTA = 4  # characters; each is billed as a token
_SENTENCE = len("q123456-10 said the bot. ") / _DELTA  # deltas
_FAULTS: dict[EndpointFault, Fault] = {
    EndpointFault.CUT: "cut",
    EndpointFault.HANG: "stall",
    EndpointFault.ERROR: "error",
}


@dataclass(kw_only=True, slots=True)
class Bill:
    """What one request costs, as far as it has come. Times are in seconds since 1970."""

    token: str
    began_at: float
    ended_at: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    is_reported: bool = False

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(kw_only=True)
class Bills:
    """Of one episode; they outlive an endpoint that is closed and opened again."""

    questions: Sequence[Question] = ()
    every: list[Bill] = field(default_factory=list)

    def open(self, text: str) -> tuple[Bill, Question | None]:
        question = find_question(text, self.questions)
        bill = Bill(token=question.token if question else "", began_at=time.time())
        self.every.append(bill)
        return bill, question


class BillingEndpoint(ScriptedEndpoint):
    """Plays by the same rules as the scripted endpoint of the tests."""

    def __init__(self, bills: Bills, *, keys: frozenset[str], port: int = 0) -> None:
        super().__init__(keys=keys, port=port)
        self.easel.default = PICTURE
        self.bills = bills

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        pictures = check_request(body)
        bill, question = self.bills.open(last_text(body))
        fault = question.fault if question else EndpointFault.NONE
        try:
            if fault is EndpointFault.REFUSED and request.transport is not None:
                request.transport.abort()
            if fault in (EndpointFault.REFUSED, EndpointFault.ERROR_500):
                return web.json_response({"error": {"message": "The server failed."}}, status=500)
            bill.input_tokens = count_input(body)
            composed = Composition(body, script_for(question), pictures)
            return await _stream(request, composed, bill, fault)
        finally:
            bill.ended_at = time.time()

    async def _draw(self, request: web.Request) -> web.StreamResponse:
        prompt = json.loads(await request.read())["prompt"]
        bill, _ = self.bills.open(prompt)
        try:
            response = await draw_by_images_api(request, self.easel)
            bill.input_tokens = _count(IMAGE_USAGE, "input_tokens")
            bill.output_tokens = _count(IMAGE_USAGE, "output_tokens")
            bill.is_reported = True
            return response
        finally:
            bill.ended_at = time.time()


def _count(usage: dict[str, Any], name: str) -> int:
    return int(usage[name])


def script_for(question: Question | None) -> Script:
    if question is None:
        return Script(text="Ready.")
    is_cut = question.fault.is_in_text
    characters = sum(map(len, sentences_of(question)[: question.fault_after]))
    return Script(
        text=question.answer,
        delta=_DELTA,
        pace=question.pace / _SENTENCE,
        think=question.think,
        usage=question.fault is not EndpointFault.NO_USAGE,
        fault=_FAULTS[question.fault] if is_cut else "",
        after=characters // _DELTA,
    )


async def _stream(
    request: web.Request, composed: Composition, bill: Bill, fault: EndpointFault
) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    await response.prepare(request)
    async for event in composed.events():
        bill.output_tokens += event.startswith(_DELTA_EVENT)
        await response.write(event)
        if event.startswith(_LAST_EVENT):
            bill.is_reported = fault is not EndpointFault.NO_USAGE
    if fault is EndpointFault.CUT and request.transport is not None:
        request.transport.abort()
    return response
