"""The bot's own client against the describer."""

from typing import Any

import aiohttp
import pytest

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    TextDelta,
)
from bot.core.conversation.turns import Image, ModelRequest, Role, Turn
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.standins.describer.api.server import MODEL_NAME, Describer, DescriberSettings
from bot.standins.describer.worker.text_reader import is_reader_installed
from tests.standins.describer import scenes
from tests.standins.describer.client import picture_part


def question_of_the_bot(content: bytes, text: str = "Describe this picture.") -> ModelRequest:
    image = Image(hash="h", media_type="image/png", width=900, height=420, name="window.png")
    turn = Turn(role=Role.USER, text=text, images=(image,), author_name="ada")
    return ModelRequest(
        instructions="You are Glimpse.",
        turns=(turn,),
        max_output_tokens=2_000,
        image_bytes={"h": content},
    )


async def answer_to_the_bot(
    describer: Describer, session: aiohttp.ClientSession, request: ModelRequest
) -> tuple[str, Any]:
    settings = EndpointSettings(base_url=describer.base_url, model=MODEL_NAME, gulp=0)
    model = ResponsesModel(settings, session, random=lambda: 0.0)
    async with model.stream(request) as answer:
        events = [event async for event in answer]
    return "".join(event.text for event in events if isinstance(event, TextDelta)), events[-1]


async def test_bots_own_client_reads_the_answer_and_its_usage(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    request = question_of_the_bot(scenes.png(scenes.error_window(is_dark=True)))

    text, ended = await answer_to_the_bot(describer, session, request)

    assert text.startswith("This picture has flat colours")
    assert "is an extra that is not installed" in text
    assert isinstance(ended, Completed)
    assert ended.usage is not None
    assert ended.usage.input_tokens > 29 * 14 * 1.2
    assert ended.usage.reasoning_tokens > 0


async def test_bots_own_client_understands_limits_and_refusals(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    from dataclasses import replace

    picture = scenes.png(scenes.drawing())
    short = replace(question_of_the_bot(picture), max_output_tokens=50)

    _, cut = await answer_to_the_bot(describer, session, short)
    _, refused = await answer_to_the_bot(describer, session, question_of_the_bot(b"no picture"))

    assert isinstance(cut, Incomplete)
    assert cut.reason is IncompleteReason.LIMIT
    assert isinstance(refused, Failed)
    assert refused.failure is Failure.IMAGE_REJECTED


@pytest.mark.skipif(
    not is_reader_installed(), reason="left out: the extra `offline` is not installed"
)
async def test_text_is_read_through_the_bots_own_client(session: aiohttp.ClientSession) -> None:
    async with Describer(DescriberSettings(words_per_second=0)) as describer:
        request = question_of_the_bot(scenes.png(scenes.terminal()), "what's the error here?")
        text, ended = await answer_to_the_bot(describer, session, request)

    assert "`ZeroDivisionError: division by zero`" in text
    assert isinstance(ended, Completed)


def test_data_url_is_what_the_bot_sends() -> None:
    assert picture_part(b"x")["image_url"] == "data:image/png;base64,eA=="
