"""The ending of an answer, by what the response object says."""

import pytest

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    StreamEvent,
    TextDelta,
    Usage,
)
from tests.responses.stream.frames import REPORTED, USAGE, delta, end, frame, read


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        pytest.param(
            end("incomplete", incomplete_details={"reason": "max_output_tokens"}),
            Incomplete(usage=REPORTED, reason=IncompleteReason.LIMIT),
            id="OpenAI's limit",
        ),
        pytest.param(
            end(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            Incomplete(usage=REPORTED, reason=IncompleteReason.LIMIT),
            id="vLLM's limit under the name completed",
        ),
        pytest.param(
            end("incomplete", incomplete_details={"reason": "content_filter"}),
            Incomplete(usage=REPORTED, reason=IncompleteReason.CONTENT_FILTER),
            id="filter",
        ),
        pytest.param(
            end("incomplete", incomplete_details=None),
            Incomplete(usage=REPORTED, reason=IncompleteReason.OTHER),
            id="no reason",
        ),
        pytest.param(end(status="complete"), Completed(usage=REPORTED), id="a status of its own"),
        pytest.param(end(usage=None), Completed(usage=None), id="usage of null"),
        pytest.param(
            frame("response.completed", response={"status": "completed", "output": []}),
            Completed(usage=None),
            id="no usage",
        ),
        pytest.param(
            end(usage={"input_tokens": 2**62, "output_tokens": 2**62}),
            Completed(usage=None),
            id="more than the ledger can hold",
        ),
        pytest.param(frame("response.completed"), Completed(usage=None), id="no response at all"),
        pytest.param(
            end(usage={"prompt_tokens": None, "completion_tokens": 5, "total_tokens": 12}),
            Completed(usage=REPORTED),
            id="a part of null",
        ),
        pytest.param(
            end(usage={**USAGE, "input_tokens_details": None, "output_tokens_details": None}),
            Completed(usage=REPORTED),
            id="details of null",
        ),
        pytest.param(
            end(usage={"input_tokens": 0, "output_tokens": 0}),
            Completed(usage=None),
            id="all zeros",
        ),
        pytest.param(
            end(usage={"prompt_tokens": 7, "completion_tokens": 5}),
            Completed(usage=REPORTED),
            id="chat's names",
        ),
        pytest.param(
            end(
                usage=USAGE
                | {
                    "input_tokens_details": {"cached_tokens": 3},
                    "output_tokens_details": {"reasoning_tokens": 2},
                    "cost": 0.1,
                }
            ),
            Completed(
                usage=Usage(input_tokens=7, output_tokens=5, cached_tokens=3, reasoning_tokens=2)
            ),
            id="details",
        ),
    ],
)
def test_ending_is_what_the_response_says(ending: bytes, expected: StreamEvent) -> None:
    assert read(delta("x"), ending)[-1] == expected


def test_completed_at_the_limit_is_incomplete() -> None:
    assert read(delta("x"), end(), limit=5)[-1] == Incomplete(
        usage=REPORTED, reason=IncompleteReason.LIMIT
    )


@pytest.mark.parametrize(
    ("ending", "detail"),
    [
        pytest.param(end(status="in_progress"), "in_progress", id="still at work"),
        pytest.param(end(status="queued"), "queued", id="not begun"),
        pytest.param(end(status="paused_for_review"), "paused_for_review", id="a word unknown"),
        pytest.param(
            end(incomplete_details={"reason": "steered"}), "steered", id="completed for a reason"
        ),
        pytest.param(
            end("incomplete", incomplete_details={"reason": "max_messages"}),
            "max_messages",
            id="a reason without a name here",
        ),
    ],
)
def test_answer_that_is_not_said_to_be_complete_is_not(ending: bytes, detail: str) -> None:
    assert read(delta("x"), ending)[-1] == Incomplete(
        usage=REPORTED, reason=IncompleteReason.OTHER, detail=detail
    )


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(frame("response.completed", response=None), id="no response"),
        pytest.param(frame("response.completed"), id="no member at all"),
        pytest.param(frame("response.completed", response={}), id="an empty one"),
    ],
)
def test_missing_response_leaves_the_last_events_name(ending: bytes) -> None:
    assert read(delta("x"), ending) == [TextDelta(text="x"), Completed(usage=None)]


def test_error_in_a_completed_response_is_a_failure() -> None:
    events = read(delta("x"), end(error={"code": "server_error", "message": "Oops."}))

    assert events[-1] == Failed(failure=Failure.SERVER_ERROR, detail="Oops.", usage=REPORTED)
