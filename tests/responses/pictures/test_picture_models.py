"""The models that make pictures, over real sockets, against the scripted endpoint."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.core.answers.events import (
    Began,
    Completed,
    Failed,
    Failure,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    StreamEvent,
    TextDelta,
    Thinking,
    Usage,
)
from bot.core.models.tokens import ModelCard
from bot.core.pictures.orders import GivenPicture, PictureCard, PictureRequest
from bot.core.secrets import Secret
from bot.responses.endpoint import EndpointSettings
from bot.responses.pictures.picture_models import ImagesPainter, ToolPainter, make_painter
from bot.responses.pictures.settings import PaintingSettings
from tests.pictures import photo, quadrants, write
from tests.scripted_endpoint import ScriptedEndpoint
from tests.scripted_pictures import PictureScript, Wanted

KEY = "key-0123456789"
PNG = write(quadrants(), "PNG")
JPEG = write(photo(40, 30), "JPEG")
GIVEN = (
    GivenPicture(content=PNG, media_type="image/png", name="a.png"),
    GivenPicture(content=JPEG, media_type="image/jpeg", name="b.jpg"),
)
COUNTED = PicturesCounted(text_tokens=20, image_tokens=30, output_tokens=1_000)


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


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with (
        ScriptedEndpoint(keys=frozenset({KEY})) as endpoint,
        aiohttp.ClientSession() as session,
    ):
        yield Studio(endpoint=endpoint, session=session)


def kinds(events: list[StreamEvent]) -> list[type]:
    return [type(event) for event in events]


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


async def test_tool_is_told_what_was_chosen_and_nothing_that_was_not(studio: Studio) -> None:
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


async def test_what_a_server_repeats_of_a_prompt_stays_out_of_the_log(studio: Studio) -> None:
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
