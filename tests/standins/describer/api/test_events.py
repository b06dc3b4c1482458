"""The events and the response object, as the API of OpenAI has them."""

from itertools import pairwise

import aiohttp

from bot.standins.describer.api.server import MODEL_NAME, Describer
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, body, stream, text_of, user

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


async def test_text_of_a_stream_is_the_sum_of_its_deltas(
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


async def test_answer_that_reaches_its_limit_is_incomplete(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("Describe.", scenes.png(scenes.drawing())), max_output_tokens=64)

    response = await ask(session, describer, question)

    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["usage"]["output_tokens"] <= 64
