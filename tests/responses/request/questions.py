"""Questions to make requests of."""

import json
from typing import Any

from bot.core.conversation.turns import Image, ModelRequest, Role, Turn
from bot.responses.endpoint import EndpointSettings
from bot.responses.request.concessions import NO_CONCESSIONS, Concessions
from bot.responses.request.payload import build_body, choose_parameters

BYTES = {"c1": b"\x89PNG-bytes", "d1": b"%PDF-bytes"}


def ask(*turns: Turn, instructions: str = "Be brief.") -> ModelRequest:
    return ModelRequest(
        instructions=instructions, turns=turns, max_output_tokens=100, image_bytes=BYTES
    )


def user(text: str, *images: Image, name: str = "") -> Turn:
    return Turn(role=Role.USER, text=text, images=images, author_name=name)


def build(
    request: ModelRequest, *, concessions: Concessions = NO_CONCESSIONS, **changes: Any
) -> dict[str, Any]:
    settings = EndpointSettings(base_url="http://h", model="m", **changes)
    parameters = choose_parameters(request, settings, limit=64, concessions=concessions)
    body: dict[str, Any] = json.loads(build_body(request, settings, parameters))
    return body
