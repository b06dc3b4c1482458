"""The dialects, each by the frames that it is known to send."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    Refused,
    StreamEvent,
    TextDelta,
    Thinking,
)
from tests.responses.stream.frames import REPORTED, delta, end, frame, message, read, text_of


def test_deltas_come_one_by_one_and_end_with_the_usage() -> None:
    events = read(delta("Hel"), delta("lo"), end())

    assert events == [TextDelta(text="Hel"), TextDelta(text="lo"), Completed(usage=REPORTED)]


def test_nothing_is_read_after_the_ending() -> None:
    assert read(delta("A"), end(), delta("B"), end("failed"))[-1] == Completed(usage=REPORTED)


def test_refusal_is_shown_and_ends_as_refused() -> None:
    events = read(
        frame("response.refusal.delta", item_id="m1", delta="I can't."),
        frame("response.refusal.done", item_id="m1", refusal="I can't."),
        end(),
    )

    assert events == [TextDelta(text="I can't."), Refused(usage=REPORTED)]


def test_refusal_that_only_the_end_tells_of_is_seen() -> None:
    refusal = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}

    assert read(end(output=[refusal])) == [TextDelta(text="No."), Refused(usage=REPORTED)]


@pytest.mark.parametrize(
    ("ending", "failure", "detail"),
    [
        pytest.param(
            frame("error", code="rate_limit_exceeded", message="Slow."),
            Failure.OVERLOADED,
            "Slow.",
            id="flat",
        ),
        pytest.param(
            frame("error", error={"code": "insufficient_quota", "message": "Pay."}),
            Failure.OUT_OF_BALANCE,
            "Pay.",
            id="nested",
        ),
        pytest.param(
            b'data: {"error":{"code":502,"message":"Bad key-123\\n gateway"}}\n\n',
            Failure.SERVER_ERROR,
            "Bad (key) gateway",
            id="bare, with the key in it",
        ),
        pytest.param(
            b'data: {"error":"Model is busy."}\n\n',
            Failure.SERVER_ERROR,
            "Model is busy.",
            id="bare, a string",
        ),
        pytest.param(
            end("failed", error={"code": "server_error", "message": "Oops."}, usage=None),
            Failure.SERVER_ERROR,
            "Oops.",
            id="failed",
        ),
        pytest.param(
            end(status="failed", usage=None),
            Failure.SERVER_ERROR,
            "the endpoint says `failed`",
            id="failed under the name completed",
        ),
        pytest.param(
            end("cancelled", usage=None),
            Failure.SERVER_ERROR,
            "the endpoint says `cancelled`",
            id="cancelled",
        ),
        pytest.param(
            b"data: [DONE]\n\n",
            Failure.BROKEN_STREAM,
            "the stream is done, without an ending",
            id="DONE is no ending",
        ),
        pytest.param(
            b"", Failure.BROKEN_STREAM, "the stream ended without an ending", id="end of the stream"
        ),
    ],
)
def test_failure_in_the_stream_is_named(ending: bytes, failure: Failure, detail: str) -> None:
    assert read(delta("x"), ending)[-1] == Failed(failure=failure, detail=detail)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"", id="nothing more"),
        pytest.param(b"data: [DONE]\n\n", id="only DONE"),
        pytest.param(b'event: response.completed\ndata: {"type":"response.com', id="half an event"),
        pytest.param(b"event: response.completed\ndata: \n\n", id="an empty event"),
    ],
)
def test_whole_text_without_a_last_event_counts_as_cut(rest: bytes) -> None:
    whole = frame("response.output_text.done", item_id="m1", output_index=0, text="Hi")
    item = frame("response.output_item.done", output_index=0, item=message("Hi"))

    events = read(delta("Hi"), whole, item, rest)

    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.BROKEN_STREAM


def test_error_event_in_plain_words_is_told() -> None:
    events = read(b"event: error\ndata: insufficient_quota\n\n")

    assert events == [Failed(failure=Failure.OUT_OF_BALANCE, detail="insufficient_quota")]


CHAT = b'data: {"choices":[{"delta":%s,"finish_reason":%s}]}\n\n'


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (b'"stop"', Completed(usage=REPORTED)),
        (b'"length"', Incomplete(usage=REPORTED, reason=IncompleteReason.LIMIT)),
        (b'"content_filter"', Incomplete(usage=REPORTED, reason=IncompleteReason.CONTENT_FILTER)),
        (
            b'"network_error"',
            Incomplete(usage=REPORTED, reason=IncompleteReason.OTHER, detail="network_error"),
        ),
        (
            b'"error"',
            Failed(
                failure=Failure.SERVER_ERROR, detail="the endpoint says `error`", usage=REPORTED
            ),
        ),
    ],
)
def test_chat_completions_in_the_place_of_responses_are_read(
    reason: bytes, expected: StreamEvent
) -> None:
    events = read(
        CHAT % (b'{"role":"assistant","content":""}', b"null"),
        CHAT % (b'{"reasoning_content":"hm"}', b"null"),
        CHAT % (b'{"content":"Hi"}', b"null"),
        CHAT % (b"{}", reason),
        b'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}\n\n',
        b"data: [DONE]\n\n",
    )

    assert events == [Thinking(tokens=1), TextDelta(text="Hi"), expected]


@pytest.mark.parametrize("last", [b"data: [DONE]\n\n", b""], ids=["done", "end of the stream"])
def test_chat_completions_that_stop_without_a_reason_are_cut(last: bytes) -> None:
    events = read(CHAT % (b'{"content":"Hi"}', b"null"), last)

    assert text_of(events) == "Hi"
    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.BROKEN_STREAM


def test_type_of_a_frame_counts_before_its_events_name() -> None:
    misnamed = delta("Hi").replace(b"event: response.output_text.delta", b"event: error")

    assert read(misnamed, end()) == [TextDelta(text="Hi"), Completed(usage=REPORTED)]


def test_unknown_kinds_and_members_are_passed_over() -> None:
    events = read(
        frame("response.shell_call_command.delta", delta="rm"),
        frame("response.audio.delta", delta="AAAA", output_index=0),
        frame("vendor.thing", text="secret", response={"status": "failed"}),
        delta("Hi").replace(
            b'"delta"', b'"obfuscation": "x1", "logprobs": [], "model": 7, "delta"'
        ),
        end(service_tier="flex", content_filters=[{"blocked": False}]),
    )

    assert events == [TextDelta(text="Hi"), Completed(usage=REPORTED)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


MEMBERS = [
    "delta",
    "text",
    "item",
    "part",
    "response",
    "error",
    "output_index",
    "item_id",
    "choices",
]


KINDS = [
    "response.output_text.delta",
    "response.output_text.done",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.done",
    "response.refusal.delta",
    "response.reasoning_summary_text.delta",
    "response.completed",
    "error",
    "",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(MEMBERS), JSON)),
        max_size=6,
    )
)
def test_frames_of_any_form_never_raise_and_always_end(
    frames: list[tuple[str, dict[str, Any]]],
) -> None:
    events = read(*(frame(kind, **members) for kind, members in frames))

    assert isinstance(events[-1], Completed | Refused | Incomplete | Failed)
    assert all(event.text for event in events if isinstance(event, TextDelta))
