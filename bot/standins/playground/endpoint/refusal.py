"""A model that declines, as a stream of the Responses API."""

import json
from collections.abc import Iterator

from bot.standins.playground.errors import Json

_WORDS = ("I'm ", "sorry, ", "but ", "I ", "can't ", "help ", "with ", "that.")


def refusal_events(model: str, *, now: float) -> Iterator[bytes]:
    said = "".join(_WORDS)
    part = {"type": "refusal", "refusal": said}
    item = {"id": "msg_0", "type": "message", "role": "assistant"}
    done_item = {**item, "status": "completed", "content": [part]}
    usage = {
        "input_tokens": 20,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": len(_WORDS),
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 20 + len(_WORDS),
    }
    place = {"item_id": "msg_0", "output_index": 0, "content_index": 0}
    response: Json = {"id": "resp_0", "object": "response", "created_at": int(now), "model": model}
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    done = {**response, "status": "completed", "output": [done_item], "usage": usage}
    events: list[tuple[str, Json]] = [
        ("response.created", {"response": begun}),
        ("response.in_progress", {"response": begun}),
        (
            "response.output_item.added",
            {"output_index": 0, "item": {**item, "status": "in_progress", "content": []}},
        ),
        ("response.content_part.added", {**place, "part": {"type": "refusal", "refusal": ""}}),
        *(("response.refusal.delta", {**place, "delta": word}) for word in _WORDS),
        ("response.refusal.done", {**place, "refusal": said}),
        ("response.content_part.done", {**place, "part": part}),
        ("response.output_item.done", {"output_index": 0, "item": done_item}),
        ("response.completed", {"response": done}),
    ]
    for number, (kind, members) in enumerate(events):
        frame = {"type": kind, "sequence_number": number, **members}
        yield f"event: {kind}\ndata: {json.dumps(frame)}\n\n".encode()
