"""Requests that are refused, and with which code."""

from typing import Any

import aiohttp
import pytest

from bot.standins.describer.api.server import MODEL_NAME, Describer
from tests.standins.describer.client import ask, body, user


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
