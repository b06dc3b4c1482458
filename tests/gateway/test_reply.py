"""Requests that show an answer: their forms, and what Discord's refusals mean."""

import json
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.core.errors import (
    SurfaceClosed,
    SurfaceError,
    SurfaceForbidden,
    SurfaceGone,
    SurfaceLimited,
    SurfaceRejected,
    SurfaceUnavailable,
)
from bot.core.pictures.orders import ShownPicture
from bot.gateway.reply import attachment_fields, multipart_form, translate_error

PICTURES = (
    ShownPicture(content=b"one", name="picture-1.png", alt="a cat"),
    ShownPicture(content=b"two", name="picture-2.png", alt="a dog"),
)


def refusal(status: int, code: int = 0) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, {"code": code, "message": ""})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal(404, 10008), SurfaceGone),
        (refusal(404, 10003), SurfaceGone),
        (refusal(401), SurfaceUnavailable),
        (refusal(429), SurfaceLimited),
        (refusal(503), SurfaceUnavailable),
        (refusal(403, 50013), SurfaceForbidden),
        (refusal(400, 50083), SurfaceClosed),
        (refusal(403, 160005), SurfaceClosed),
        (refusal(400, 50035), SurfaceRejected),
        (refusal(400, 200000), SurfaceRejected),
        (refusal(400, 240000), SurfaceRejected),
    ],
    ids=[
        "message-gone",
        "channel-gone",
        "token",
        "rate-limit",
        "down",
        "permission",
        "archived",
        "locked",
        "form",
        "automod",
        "link",
    ],
)
def test_refusal_is_translated_by_its_code_and_status(
    error: discord.HTTPException, kind: type[SurfaceError]
) -> None:
    assert type(translate_error(error)) is kind


def test_form_holds_the_body_and_then_each_picture() -> None:
    body, *files = multipart_form({"attachments": attachment_fields(PICTURES)}, PICTURES)

    described = json.loads(body["value"])["attachments"]
    assert [(each["filename"], each["description"]) for each in described] == [
        ("picture-1.png", "a cat"),
        ("picture-2.png", "a dog"),
    ]
    assert [(each["name"], each["value"]) for each in files] == [
        ("files[0]", b"one"),
        ("files[1]", b"two"),
    ]
