"""Models that make pictures, at an endpoint that makes them."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.core.answers.events import StreamEvent, Thinking
from bot.core.models.tokens import ModelCard
from bot.core.pictures.orders import PictureCard, PictureRequest
from bot.core.secrets import Secret
from bot.responses.endpoint import EndpointSettings
from bot.responses.pictures.picture_models import ImagesPainter, ToolPainter, make_painter
from bot.responses.pictures.settings import PaintingSettings
from tests.scripted_endpoint import ScriptedEndpoint
from tests.scripted_pictures import PictureScript, Wanted

KEY = "key-0123456789"


@dataclass(kw_only=True)
class Studio:
    """Painters at a scripted endpoint."""

    endpoint: ScriptedEndpoint
    session: aiohttp.ClientSession

    def painter(
        self, *, by_tool: bool, model: str = "gpt-image-2", partials: int = 2, **changes: Any
    ) -> ToolPainter | ImagesPainter:
        async def sleep(_seconds: float) -> None:
            """Nobody waits between attempts."""

        caller = ModelCard(name="scripted") if by_tool else None
        settings = EndpointSettings(
            base_url=self.endpoint.base_url, model="scripted", api_key=Secret(KEY), max_attempts=3
        )
        painting = PaintingSettings(
            endpoint=settings,
            card=PictureCard(name=model, assumed=7_000, partials=partials, caller=caller),
            **{"time_limit": 20.0, **changes},
        )
        painter = make_painter(painting, self.session, random=lambda: 0.5)
        painter.sleep = sleep
        return painter

    async def paint(
        self,
        painter: ToolPainter | ImagesPainter,
        *scripts: PictureScript,
        request: PictureRequest | None = None,
    ) -> list[StreamEvent]:
        self.endpoint.draw(*scripts)
        async with painter.stream(request or PictureRequest(prompt="a cat")) as stream:
            return [event async for event in stream if not isinstance(event, Thinking)]

    @property
    def wanted(self) -> list[Wanted]:
        return self.endpoint.easel.wanted


def kinds(events: list[StreamEvent]) -> list[type]:
    return [type(event) for event in events]
