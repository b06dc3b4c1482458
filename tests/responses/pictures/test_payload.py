"""The body of a request for a picture, as the endpoint gets it."""

from bot.core.answers.events import (
    Completed,
    PictureMade,
    PicturesCounted,
)
from bot.core.pictures.orders import GivenPicture, PictureRequest
from tests.pictures import photo, quadrants, write
from tests.responses.pictures.painters import Studio, kinds

PNG = write(quadrants(), "PNG")


JPEG = write(photo(40, 30), "JPEG")


GIVEN = (
    GivenPicture(content=PNG, media_type="image/png", name="a.png"),
    GivenPicture(content=JPEG, media_type="image/jpeg", name="b.jpg"),
)


async def test_tool_is_told_only_what_was_chosen(studio: Studio) -> None:
    request = PictureRequest(prompt="a cat", size="1024x1536", quality="low", given=GIVEN)

    await studio.paint(studio.painter(by_tool=True), request=request)
    await studio.paint(studio.painter(by_tool=True, is_named=False, partials=0))

    first, second = studio.wanted
    assert first.fields["tools"] == [
        {
            "type": "image_generation",
            "model": "gpt-image-2",
            "size": "1024x1536",
            "quality": "low",
            "partial_images": 2,
        }
    ]
    assert first.fields["tool_choice"] == {"type": "image_generation"}
    assert first.fields["store"] is False
    assert first.pictures == (PNG, JPEG)
    assert second.fields["tools"] == [{"type": "image_generation"}]


async def test_given_pictures_are_sent_as_an_edits_form(studio: Studio) -> None:
    request = PictureRequest(prompt="as a watercolour\nin blue — 猫", quality="high", given=GIVEN)

    events = await studio.paint(studio.painter(by_tool=False), request=request)

    assert PictureMade in kinds(events)
    (wanted,) = studio.wanted
    assert wanted.path == "/v1/images/edits"
    assert wanted.pictures == (PNG, JPEG)
    assert wanted.fields == {
        "model": "gpt-image-2",
        "prompt": "as a watercolour\nin blue — 猫",
        "quality": "high",
        "stream": True,
        "partial_images": 2,
    }


async def test_older_model_is_asked_for_base64_without_a_stream(studio: Studio) -> None:
    events = await studio.paint(studio.painter(by_tool=False, model="dall-e-3"))

    assert kinds(events) == [PicturesCounted, PictureMade, Completed]
    (wanted,) = studio.wanted
    assert wanted.fields == {"model": "dall-e-3", "prompt": "a cat", "response_format": "b64_json"}
