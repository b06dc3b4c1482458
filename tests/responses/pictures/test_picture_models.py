"""The models that make pictures, over real sockets, against the scripted endpoint."""

from typing import Any

import pytest

from bot.core.answers.events import (
    Began,
    Completed,
    Failed,
    Failure,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    TextDelta,
    Usage,
)
from bot.core.pictures.orders import PictureRequest
from tests.responses.pictures.painters import KEY, Studio, kinds
from tests.scripted_pictures import PictureScript

COUNTED = PicturesCounted(text_tokens=20, image_tokens=30, output_tokens=1_000)


async def test_tool_gives_states_the_picture_and_both_models_tokens(studio: Studio) -> None:
    script = PictureScript(revised="a small cat")

    events = await studio.paint(studio.painter(by_tool=True), script)

    assert kinds(events) == [
        PictureDelta,
        PictureDelta,
        PictureMade,
        PicturesCounted,
        Completed,
    ]
    assert events[2] == PictureMade(
        content=script.draw(), media_type="image/png", revised_prompt="a small cat"
    )
    assert events[3:] == [COUNTED, Completed(usage=Usage(input_tokens=2_000, output_tokens=60))]


async def test_images_api_gives_states_the_picture_and_its_tokens(studio: Studio) -> None:
    script = PictureScript(format="WEBP")

    events = await studio.paint(studio.painter(by_tool=False), script)

    assert kinds(events) == [
        PictureDelta,
        PictureDelta,
        PicturesCounted,
        PictureMade,
        Completed,
    ]
    assert events[3] == PictureMade(content=script.draw(), media_type="image/webp")
    (wanted,) = studio.wanted
    assert wanted.path == "/v1/images/generations"
    assert wanted.authorization == f"Bearer {KEY}"
    assert wanted.fields == {
        "model": "gpt-image-2",
        "prompt": "a cat",
        "stream": True,
        "partial_images": 2,
    }


async def test_parameter_that_is_refused_is_dropped_once_and_remembered(studio: Studio) -> None:
    refusal = PictureScript(
        status=400,
        error="Unknown parameter: 'partial_images'.",
        code="unknown_parameter",
    )
    painter = studio.painter(by_tool=False)

    first = await studio.paint(painter, refusal, PictureScript())
    second = await studio.paint(painter)

    assert first[-1] == second[-1] == Completed(usage=None)
    names = ["partial_images" in wanted.fields for wanted in studio.wanted]
    assert names == [True, False, False]


async def test_document_in_place_of_a_stream_is_a_picture_too(studio: Studio) -> None:
    script = PictureScript(stream=False)

    by_tool = await studio.paint(studio.painter(by_tool=True), script)
    by_api = await studio.paint(studio.painter(by_tool=False), script)

    assert kinds(by_tool) == [PictureMade, PicturesCounted, Completed]
    assert kinds(by_api) == [PicturesCounted, PictureMade, Completed]


@pytest.mark.parametrize("by_tool", [True, False])
async def test_large_picture_arrives_whole(studio: Studio, by_tool: bool) -> None:
    script = PictureScript(noise=7_000_000)

    events = await studio.paint(studio.painter(by_tool=by_tool), script)

    (made,) = [event for event in events if isinstance(event, PictureMade)]
    assert made.content == script.draw()


@pytest.mark.parametrize("by_tool", [True, False])
async def test_picture_that_policy_forbids_is_a_failure_of_that_kind(
    studio: Studio, by_tool: bool
) -> None:
    (ended,) = await studio.paint(studio.painter(by_tool=by_tool), PictureScript(status=400))

    assert isinstance(ended, Failed)
    assert ended.failure is Failure.CONTENT_BLOCKED


async def test_model_that_only_talks_gives_its_words(studio: Studio) -> None:
    script = PictureScript(fault="none", words="I can't draw real people.")

    events = await studio.paint(studio.painter(by_tool=True), script)

    assert events[0] == TextDelta(text="I can't draw real people.")
    assert isinstance(events[-1], Completed)


@pytest.mark.parametrize("by_tool", [True, False])
@pytest.mark.parametrize("fault", ["cut", "eof"])
async def test_connection_that_breaks_after_a_state_is_not_asked_again(
    studio: Studio, fault: Any, by_tool: bool
) -> None:
    events = await studio.paint(studio.painter(by_tool=by_tool), PictureScript(fault=fault))

    assert kinds(events) == [PictureDelta, PictureDelta, Failed]
    assert len(studio.wanted) == 1


async def test_overloaded_endpoint_is_asked_once_more(studio: Studio) -> None:
    busy = PictureScript(status=503, error="overloaded", code=None)

    events = await studio.paint(studio.painter(by_tool=False), busy, busy, busy)

    again, ended = events
    assert isinstance(again, Began)
    assert again.card.name == "gpt-image-2"
    assert isinstance(ended, Failed)
    assert ended.failure is Failure.OVERLOADED
    assert len(studio.wanted) == 2


async def test_echo_of_a_prompt_stays_out_of_the_log(studio: Studio) -> None:
    prompt = "a very private wish that nobody else should read"
    script = PictureScript(status=400, error=f"rejected by the safety system: {prompt}")

    (ended,) = await studio.paint(
        studio.painter(by_tool=False), script, request=PictureRequest(prompt=prompt)
    )

    assert isinstance(ended, Failed)
    assert "private" not in ended.detail


async def test_leaving_in_the_middle_ends_the_call(studio: Studio) -> None:
    studio.endpoint.draw(PictureScript(fault="stall"))

    async with studio.painter(by_tool=False).stream(PictureRequest(prompt="a cat")) as stream:
        first = await anext(aiter(stream))

    assert isinstance(first, PictureDelta)
