"""A model at the scripted endpoint, asked over real sockets."""

from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from bot.core.answers.events import (
    Failed,
    StreamEvent,
    TextDelta,
)
from bot.core.conversation.turns import Image, ModelRequest, Role, Turn
from bot.core.secrets import Secret
from bot.responses.client import EndpointSettings, ResponsesModel
from tests.scripted_endpoint import Script, ScriptedEndpoint

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (64).to_bytes(4) + (32).to_bytes(4) + b"\x08\2\0\0\0"


KEY = "key-0123456789"


@dataclass(kw_only=True)
class Asked:
    """A model at a scripted endpoint, with what it slept."""

    endpoint: ScriptedEndpoint
    session: aiohttp.ClientSession
    slept: list[float] = field(default_factory=list)

    def model(self, **changes: Any) -> ResponsesModel:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        settings = EndpointSettings(
            base_url=self.endpoint.base_url,
            model="gpt-5.2-pro",
            api_key=Secret(KEY),
            gulp=0.05,  # seconds that text before a fault waits to be read
        )
        return ResponsesModel(
            replace(settings, **changes), self.session, random=lambda: 0.0, sleep=sleep
        )

    async def ask(self, *scripts: Script, **changes: Any) -> list[StreamEvent]:
        self.endpoint.play(*scripts)
        return await answer(self.model(**changes))


def question(text: str = "Hi", *images: Image, limit: int = 1000) -> ModelRequest:
    return ModelRequest(
        instructions="Be brief.",
        turns=(Turn(role=Role.USER, text=text, images=images),),
        max_output_tokens=limit,
        image_bytes={"p": PNG},
    )


async def answer(model: ResponsesModel, request: ModelRequest | None = None) -> list[StreamEvent]:
    async with model.stream(request or question()) as stream:
        return [event async for event in stream]


def failure(events: list[StreamEvent]) -> Failed:
    assert isinstance(events[-1], Failed)
    return events[-1]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))
