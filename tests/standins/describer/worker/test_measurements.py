"""Measures, and files that are refused before they are decoded."""

import aiohttp

from bot.standins.describer.api.server import Describer
from bot.standins.describer.worker.measurements import measure_picture
from tests.pictures import png_claiming
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, body, user


async def test_huge_picture_is_refused_by_its_header_without_decoding_it(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("Describe.", png_claiming(60_000, 60_000)))

    error = (await ask(session, describer, question, status=400))["error"]

    assert error["code"] == "image_too_large"
    assert "60000 × 60000" in error["message"]


async def test_picture_cut_in_the_middle_is_refused(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    whole = scenes.png(scenes.document())

    error = (await ask(session, describer, body(user("?", whole[: len(whole) // 2])), status=400))[
        "error"
    ]

    assert error["code"] == "invalid_image"


def test_transparent_picture_is_said_to_be_one() -> None:
    from PIL import Image

    assert measure_picture(scenes.png(Image.new("RGBA", (40, 40), (255, 0, 0, 0)))).has_transparency
    assert not measure_picture(
        scenes.png(Image.new("RGBA", (40, 40), (255, 0, 0, 255)))
    ).has_transparency
