"""A plain client of the describer: messages to send, and what comes back."""

import json
from base64 import b64encode
from typing import Any

import aiohttp

from bot.standins.describer.api.server import Describer


def picture_part(content: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{b64encode(content).decode()}"
    return {"type": "input_image", "image_url": url, "detail": "auto"}


def user(text: str, *pictures: bytes) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}, *map(picture_part, pictures)]
    return {"type": "message", "role": "user", "content": content}


def assistant(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text}]
    return {"type": "message", "role": "assistant", "content": content}


def body(*items: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"model": "built-in-describer", "input": list(items), **members}


async def stream(
    session: aiohttp.ClientSession, describer: Describer, question: dict[str, Any]
) -> list[dict[str, Any]]:
    """Ask; return the events, after checking what holds for every stream."""
    async with session.post(f"{describer.base_url}/responses", json=question) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        frames = (await answer.text()).strip().split("\n\n")
    events = []
    for frame in frames:
        name, data = frame.split("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    return events


async def ask(
    session: aiohttp.ClientSession, describer: Describer, question: Any, status: int = 200
) -> dict[str, Any]:
    async with session.post(f"{describer.base_url}/responses", json=question) as answer:
        assert answer.status == status, await answer.text()
        whole: dict[str, Any] = await answer.json()
    return whole


def text_of(response: dict[str, Any]) -> str:
    text: str = response["output"][-1]["content"][0]["text"]
    return text
