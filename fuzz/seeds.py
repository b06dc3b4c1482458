"""A corpus to begin with: answers and refusals as our own servers and the known dialects write them."""

import asyncio
import json
from collections.abc import Iterator

from fuzz.properties import KEY
from tests.scripted_endpoint import Composition, Script

_ASKED = {
    "model": "m",
    "max_output_tokens": 1000,
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
    ],
}
_TEXT = "One é 😀 two, **three**.\n\n- four"
_SCRIPTS = (
    Script(text=_TEXT),
    Script(text=_TEXT, thinking=("Looking", "Counting")),
    Script(text=_TEXT, searches=("cats", "dogs"), cites="https://example.org/a"),
    Script(text=_TEXT, calls=('look {"image": 1}', "now")),
    Script(text=_TEXT, refusal=True),
    Script(text=_TEXT, stop="length"),
    Script(text=_TEXT, stop="content_filter"),
    Script(text=_TEXT, fault="malformed"),
    Script(text=_TEXT, fault="lost"),
    Script(text=_TEXT, fault="error"),
    Script(text=_TEXT, fault="quota"),
    Script(text=_TEXT, fault="failed"),
    Script(text=_TEXT, fault="eof"),
    Script(text="", usage=False),
)
_CHAT = (
    b'data: {"choices":[{"delta":{"reasoning_content":"hm"},"finish_reason":null}]}\n\n'
    b'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}\n\n'
    b'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":5}}\n\n'
    b"data: [DONE]\n\n"
)
_ODD = (
    b"\xef\xbb\xbf: OPENROUTER PROCESSING\r\n\r\n" + _CHAT.replace(b"\n", b"\r\n"),
    b'data: {"type":"response.output_text.delta","delta":"a\\ud83d"}\revent: x\r\r',
    b'event: error\ndata: {"error":{"code":"insufficient_quota","message":"Pay."}}\n\n',
    b'data: {"type":"response.completed","response":{"status":"incomplete","incomplete_details":{"reason":"steered"}}}\n\n',
    b'{"object":"response","output":"Hi","usage":{"prompt_tokens":7,"completion_tokens":5}}',
    b'{"choices":[{"message":{"content":"Hi","refusal":null},"finish_reason":"length"}]}',
    b'{"error":{"message":"Invalid signature","type":"401"}}',
    b'{"error":{"message":"x","metadata":{"raw":"{\\"error\\":{\\"message\\":\\"Too big\\"}}"}}}',
    b'{"detail":[{"loc":["body","store"],"msg":"Extra inputs are not permitted"}]}',
    b"<html><head><title>502 Bad Gateway</title></head></html>",
    f"Incorrect API key provided: {KEY}".encode(),
)


def seeds() -> Iterator[bytes]:
    for script in _SCRIPTS:
        composed = Composition(_ASKED, script, [])
        yield asyncio.run(_stream(composed))
        yield json.dumps(composed.response(composed.status, composed.text)).encode()
    yield _CHAT
    yield from _ODD


async def _stream(composed: Composition) -> bytes:
    return b"".join([event async for event in composed.events()])
