"""The Responses API as the describer speaks it: events, endings, usage, refusals."""

import json
from itertools import pairwise
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
from bot.core.models.tokens import PatchRule, image_tokens
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.standins.describer.api.server import MODEL_NAME, Describer, DescriberSettings
from bot.standins.describer.api.tokens import image_tokens as describers_image_tokens
from bot.standins.describer.worker.text_reader import is_reader_installed
from tests.pictures import png_claiming
from tests.standins.describer import scenes
from tests.standins.describer.conftest import assistant, body, picture_part, user

# Required of a response object by OpenAI's description of the API.
REQUIRED = {
    "id",
    "object",
    "created_at",
    "error",
    "incomplete_details",
    "instructions",
    "model",
    "tools",
    "output",
    "parallel_tool_calls",
    "metadata",
    "tool_choice",
    "temperature",
    "top_p",
}


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


async def test_stream_has_the_events_in_the_order_of_the_api(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("Describe this.", scenes.png(scenes.drawing())), stream=True)

    events = await stream(session, describer, question)

    kinds = [event["type"].removeprefix("response.") for event in events]
    assert [kind for kind, following in pairwise([*kinds, ""]) if kind != following] == [
        *("created", "in_progress"),
        *("output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta"),
        *("reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done"),
        *("output_item.added", "content_part.added", "output_text.delta", "output_text.done"),
        *("content_part.done", "output_item.done", "completed"),
    ]
    states = [event["response"] for event in events if "response" in event]
    assert all(state.keys() >= REQUIRED for state in states)
    assert [state["status"] for state in states] == ["in_progress", "in_progress", "completed"]
    assert states[0]["usage"] is None


async def test_whole_text_of_a_stream_is_the_sum_of_its_deltas(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("Describe this.", scenes.png(scenes.blank())), stream=True)

    events = await stream(session, describer, question)

    deltas = [each for each in events if each["type"] == "response.output_text.delta"]
    text = "".join(each["delta"] for each in deltas)
    done = next(each for each in events if each["type"] == "response.output_text.done")
    assert done["text"] == text == text_of(events[-1]["response"])
    assert {each["item_id"] for each in deltas} == {done["item_id"]}
    assert {each["output_index"] for each in deltas} == {1}


async def test_every_answer_says_who_speaks_and_how_to_ask_a_real_model(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    picture = user("Describe this.", scenes.png(scenes.icon()))
    questions = (body(picture), body(picture, assistant("…"), user("How big?")), body(user("Hi")))

    texts = [text_of(await ask(session, describer, question)) for question in questions]

    assert all("built-in describer" in text for text in texts)
    assert all('base_url = "http://localhost:11434/v1"' in text for text in texts)


async def test_answer_without_streaming_is_one_response_object(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    response = await ask(session, describer, body(user("Hello"), metadata={"a": "b"}))

    assert response.keys() >= REQUIRED
    assert (response["object"], response["status"]) == ("response", "completed")
    assert response["model"] == MODEL_NAME
    assert response["metadata"] == {"a": "b"}
    assert "Post a picture" in text_of(response)


async def test_usage_counts_pictures_by_patches_and_adds_up(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    picture = scenes.png(scenes.blank(size=(1024, 1024)))
    without = (await ask(session, describer, body(user("Describe."))))["usage"]

    usage = (await ask(session, describer, body(user("Describe.", picture))))["usage"]

    assert usage["input_tokens"] - without["input_tokens"] == 1229  # 1,024 patches × 1.2
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert 0 < usage["output_tokens_details"]["reasoning_tokens"] < usage["output_tokens"]


@pytest.mark.parametrize(
    "size", [(1, 1), (33, 32), (900, 420), (1800, 2400), (4000, 3000), (20_000, 20), (5000, 64)]
)
def test_picture_costs_what_the_documented_rule_says(size: tuple[int, int]) -> None:
    rule = PatchRule(budget=1536, multiplier=1.2)

    assert describers_image_tokens(*size) == image_tokens(*size, rule)


async def test_answer_that_reaches_its_limit_is_incomplete(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("Describe.", scenes.png(scenes.drawing())), max_output_tokens=64)

    response = await ask(session, describer, question)

    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["usage"]["output_tokens"] <= 64


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("data:image/png;base64,####", "invalid_base64_image"),
        ("data:image/png;base64,", "empty_image_file"),
        ("data:image/png;base64,aGVsbG8gd29ybGQ=", "invalid_image"),  # "hello world"
        ("data:text/html;base64,aGVsbG8=", "unsupported_image_media_type"),
        ("https://example.org/cat.png", "invalid_image_url"),
    ],
)
async def test_damaged_picture_is_refused_as_openai_refuses_it(
    describer: Describer, session: aiohttp.ClientSession, url: str, code: str
) -> None:
    item = user("Describe.")
    item["content"].append({"type": "input_image", "image_url": url})

    error = (await ask(session, describer, body(item, stream=True), status=400))["error"]

    assert error["type"] == "invalid_request_error"
    assert error["code"] == code
    assert error["param"] == "input[0].content[1].image_url"


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


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ([], "invalid_type"),
        ({"input": "Hello"}, "missing_required_parameter"),
        ({"model": MODEL_NAME}, "missing_required_parameter"),
        (body(user("Hi"), max_output_tokens=15), "integer_below_min_value"),
        (body(user("Hi"), previous_response_id="resp_1"), "previous_response_not_found"),
        (body(user("Hi"), text={"format": {"type": "json_object"}}), "unsupported_value"),
        (body({"role": "robot", "content": "Hi"}), "invalid_value"),
        (body({"role": "user", "content": [{"type": "input_file"}]}), "invalid_value"),
        (
            body({"role": "user", "content": [{"type": "input_image"}]}),
            "missing_required_parameter",
        ),
    ],
)
async def test_request_that_makes_no_sense_is_refused(
    describer: Describer, session: aiohttp.ClientSession, question: Any, code: str
) -> None:
    error = (await ask(session, describer, question, status=400))["error"]

    assert error["code"] == code


async def test_refusals_of_the_http_server_are_objects_of_the_api_too(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{describer.base_url}/nothing") as answer:
        missing = (answer.status, await answer.json())
    async with session.post(f"{describer.base_url}/responses", data=b"model=x") as answer:
        form = (answer.status, await answer.json())

    assert missing[0] == 404
    assert missing[1]["error"]["type"] == "invalid_request_error"
    assert form[0] == 400
    assert form[1]["error"]["code"] == "unsupported_content_type"


async def test_models_name_the_describer(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{describer.base_url}/models") as answer:
        listed = await answer.json()
    async with session.get(f"{describer.base_url}/models/gpt-5") as answer:
        unknown = (answer.status, (await answer.json())["error"]["code"])

    assert [model["id"] for model in listed["data"]] == [MODEL_NAME]
    assert unknown == (404, "model_not_found")


# As the bot asks


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


async def test_words_come_at_the_pace_of_a_reader(session: aiohttp.ClientSession) -> None:
    settings = DescriberSettings(words_per_second=400)
    async with Describer(settings) as describer:
        events = await stream(session, describer, body(user("Hello"), stream=True))

    deltas = [each["delta"] for each in events if each["type"] == "response.output_text.delta"]
    assert len(deltas) > 1
    assert all(len(delta.split()) <= 24 for delta in deltas)


def test_data_url_is_what_the_bot_sends() -> None:
    assert picture_part(b"x")["image_url"] == "data:image/png;base64,eA=="
