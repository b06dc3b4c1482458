"""A whole document in the place of a stream of events."""

import json
from typing import Any

import pytest

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
    StreamEvent,
    TextDelta,
)
from tests.responses.stream.frames import REPORTED, USAGE, message, read, text_of


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            {
                "object": "response",
                "status": "completed",
                "output": [message("Hi")],
                "usage": USAGE,
            },
            [TextDelta(text="Hi"), Completed(usage=REPORTED)],
            id="response",
        ),
        pytest.param(
            {
                "object": "response",
                "output": "Hi",
                "usage": {"prompt_tokens": 7, "completion_tokens": 5},
            },
            [TextDelta(text="Hi"), Completed(usage=REPORTED)],
            id="output as a string",
        ),
        pytest.param(
            {
                "object": "chat.completion",
                "choices": [{"message": {"content": "Hi"}, "finish_reason": "length"}],
            },
            [TextDelta(text="Hi"), Incomplete(usage=None, reason=IncompleteReason.LIMIT)],
            id="chat completion",
        ),
        pytest.param(
            {
                "choices": [
                    {"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}
                ]
            },
            [TextDelta(text="No."), Refused(usage=None)],
            id="chat refusal",
        ),
        pytest.param(
            {"error": {"message": "Invalid signature", "type": "401"}},
            [Failed(failure=Failure.KEY_REJECTED, detail="Invalid signature")],
            id="error",
        ),
        pytest.param(
            {"object": "response", "status": "queued", "output": []},
            [Incomplete(usage=None, reason=IncompleteReason.OTHER, detail="queued")],
            id="put off",
        ),
        pytest.param(
            {"choices": [{"message": {"content": "Hi"}}]},
            [TextDelta(text="Hi"), Completed(usage=None)],
            id="chat completion without a reason",
        ),
        pytest.param(
            {"status": "success"},
            [
                Failed(
                    failure=Failure.NOT_AN_ENDPOINT, detail='no answer but: {"status": "success"}'
                )
            ],
            id="nonsense",
        ),
    ],
)
def test_document_in_the_place_of_a_stream_is_read(
    document: dict[str, Any], expected: list[StreamEvent]
) -> None:
    body = json.dumps(document).encode()

    assert read(body) == expected
    assert read(b" \r\n", *(body[at : at + 1] for at in range(len(body)))) == expected


def test_large_document_is_read() -> None:
    body = json.dumps({"output": [message("x" * 3_000_000)], "usage": USAGE}).encode()

    events = read(*(body[at : at + 65_536] for at in range(0, len(body), 65_536)), allowed=10**9)

    assert len(text_of(events)) == 3_000_000


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Failure.BROKEN_STREAM),
        (b"{malformed json: <<<chaos>>>", Failure.BROKEN_STREAM),
        (b"<html><title>Welcome</title></html>", Failure.NOT_AN_ENDPOINT),
        (b'"text"', Failure.NOT_AN_ENDPOINT),
        (b"[]", Failure.NOT_AN_ENDPOINT),
        (b"Hello", Failure.BROKEN_STREAM),
    ],
)
def test_body_that_is_no_answer_is_a_failure(body: bytes, failure: Failure) -> None:
    (failed,) = read(body)

    assert isinstance(failed, Failed)
    assert failed.failure is failure
