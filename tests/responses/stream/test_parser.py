"""The dialects, each by the frames that it is known to send."""

import json
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
    Usage,
)
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import redactor

USAGE = {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}
REPORTED = Usage(input_tokens=7, output_tokens=5)


def frame(kind: str, *, named: bool = True, **members: Any) -> bytes:
    head = f"event: {kind}\n" if named else ""
    return f"{head}data: {json.dumps({'type': kind, **members})}\n\n".encode()


def delta(text: str, index: int | None = 0, item: str = "m1", part: int = 0) -> bytes:
    return frame(
        "response.output_text.delta",
        item_id=item,
        output_index=index,
        content_index=part,
        delta=text,
    )


def end(kind: str = "completed", **members: Any) -> bytes:
    response = {"status": kind, "usage": USAGE, "output": [], **members}
    return frame(f"response.{kind}", response=response)


def message(*texts: str, **members: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text} for text in texts]
    return {"type": "message", "id": "m1", "role": "assistant", "content": content, **members}


def read(*frames: bytes, limit: int = 1000) -> list[StreamEvent]:
    reader = BodyReader(limit=limit, redact=redactor("key-123"))
    events = [event for chunk in frames for event in reader.feed(chunk)]
    return [*events, *reader.close()]


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_deltas_are_shown_as_they_come_and_the_end_says_what_was_used() -> None:
    events = read(delta("Hel"), delta("lo"), end())

    assert events == [TextDelta(text="Hel"), TextDelta(text="lo"), Completed(usage=REPORTED)]


def test_nothing_is_read_after_the_ending() -> None:
    assert read(delta("A"), end(), delta("B"), end("failed"))[-1] == Completed(usage=REPORTED)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(
            (frame("response.output_text.done", item_id="m1", text="Hi"),), id="text done"
        ),
        pytest.param(
            (
                frame(
                    "response.content_part.done",
                    item_id="m1",
                    part={"type": "output_text", "text": "Hi"},
                ),
            ),
            id="part done",
        ),
        pytest.param((frame("response.output_item.done", item=message("Hi")),), id="item done"),
        pytest.param((end(output=[message("Hi")]),), id="completed"),
        pytest.param((end(output="Hi"),), id="completed with a plain string"),
        pytest.param(
            (
                delta("Hi"),
                frame("response.output_text.done", item_id="m1", output_index=0, text="Hi"),
                frame("response.output_item.done", output_index=0, item=message("Hi")),
                end(output=[message("Hi")]),
            ),
            id="every repetition",
        ),
        pytest.param(
            (
                delta("Hi", item="a"),
                frame("response.output_text.done", item_id="b", output_index=0, text="Hi"),
                frame("response.output_item.done", output_index=0, item=message("Hi", id="c")),
            ),
            id="ids that change",
        ),
        pytest.param(
            (
                frame("response.output_text.delta", item_id="m1", delta="Hi"),
                frame("response.output_item.done", output_index=3, item=message("Hi")),
            ),
            id="deltas without indices",
        ),
        pytest.param(
            (
                frame("response.output_text.delta", delta="Hi"),
                frame("response.output_text.done", text="Hi"),
                frame("response.output_item.done", item=message("Hi")),
            ),
            id="no names at all",
        ),
        pytest.param(
            (frame("response.output_text.delta", named=False, delta="Hi"),), id="no event line"
        ),
        pytest.param(
            (b'event: response.output_text.delta\ndata: {"delta":"Hi"}\n\n',), id="no type"
        ),
    ],
)
def test_text_is_shown_once_whichever_events_bring_it(frames: tuple[bytes, ...]) -> None:
    assert text_of(read(*frames, end())) == "Hi"


def test_messages_are_parted_by_a_blank_line_and_parts_are_not() -> None:
    events = read(delta("A"), delta("B", part=1), delta("C", index=2, item="m2"), end())

    assert text_of(events) == "AB\n\nC"


def test_commentary_is_not_shown() -> None:
    comment = message(phase="commentary", id="c1")
    events = read(
        frame("response.output_item.added", output_index=0, item=comment),
        delta("Let me look.", item="c1"),
        frame("response.output_text.done", output_index=0, item_id="c1", text="Let me look."),
        frame(
            "response.output_item.done",
            output_index=0,
            item=message("Let me look.", phase="commentary"),
        ),
        delta("A cat.", index=1),
        end(),
    )

    assert text_of(events) == "A cat."


def test_reasoning_is_never_shown_but_its_headlines_are_told() -> None:
    summary = "response.reasoning_summary_text.delta"
    events = read(
        frame("response.output_item.added", item={"type": "reasoning", "id": "r1"}),
        frame(summary, delta="**Looking "),
        frame(summary, delta="closely**\n\nSecret thoughts"),
        frame("response.reasoning_text.delta", delta="more secrets"),
        frame("response.content_part.done", part={"type": "reasoning_text", "text": "secrets"}),
        delta("A cat."),
        end(),
    )

    assert text_of(events) == "A cat."
    assert [e.headline for e in events if isinstance(e, Thinking)] == [
        "",
        "",
        "Looking closely",
        "",
    ]


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


def test_damaged_delta_is_made_good_by_the_whole_text() -> None:
    events = read(
        delta("One "),
        b'data: {"type":"response.output_text.delta","delta":\n\n',
        delta("three"),
        frame("response.output_text.done", item_id="m1", output_index=0, text="One two three"),
        end(),
    )

    assert text_of(events) == "One two three"


def test_damaged_delta_without_a_whole_text_loses_only_itself_and_is_told() -> None:
    events = read(delta("One "), b"data: {oops\n\n", delta("three"), end())

    assert text_of(events) == "One three"
    assert events[-1] == Incomplete(usage=REPORTED, reason=IncompleteReason.DAMAGED)


def test_damaged_delta_is_made_good_by_the_last_event_where_nothing_else_repeats_the_text() -> None:
    damaged = (delta("One "), b"data: {oops\n\n", delta("three"))

    events = read(*damaged, end(output=[message("One two three")]))

    assert text_of(events) == "One two three"
    assert events[-1] == Completed(usage=REPORTED)


def test_damaged_only_delta_is_made_good_by_the_last_event() -> None:
    events = read(b"data: {oops\n\n", delta("two"), end(output=[message("One two")]))

    assert events == [TextDelta(text="One two"), Completed(usage=REPORTED)]


def test_delta_of_another_type_counts_as_lost() -> None:
    odd = frame("response.output_text.delta", item_id="m1", delta={"text": "two "})
    whole = frame("response.output_text.done", item_id="m1", output_index=0, text="One two three")

    assert text_of(read(delta("One "), odd, delta("three"), whole, end())) == "One two three"
    assert read(delta("One "), odd, end())[-1] == Incomplete(
        usage=REPORTED, reason=IncompleteReason.DAMAGED
    )


def test_whole_text_of_a_later_part_does_not_make_good_an_earlier_one() -> None:
    events = read(
        delta("One "),
        b"data: {oops\n\n",
        delta("three"),
        delta("four", part=1),
        frame(
            "response.output_text.done", item_id="m1", output_index=0, content_index=1, text="four"
        ),
        end(),
    )

    assert text_of(events) == "One threefour"
    assert isinstance(events[-1], Incomplete)


def test_whole_text_of_a_part_without_deltas_does_not_drop_what_was_held_back() -> None:
    events = read(
        delta("One "),
        b"data: {oops\n\n",
        delta("three"),
        frame(
            "response.output_text.done", item_id="m2", output_index=1, content_index=0, text="four"
        ),
        end(),
    )

    assert text_of(events) == "One three\n\nfour"
    assert isinstance(events[-1], Incomplete)


def test_end_of_the_text_that_no_delta_brought_is_shown_too() -> None:
    whole = frame("response.output_text.done", item_id="m1", output_index=0, text="One two")

    assert text_of(read(delta("One "), whole, end())) == "One two"


def test_members_of_unexpected_types_do_not_lose_the_text() -> None:
    odd = frame("response.output_text.delta", output_index="0", item_id=[1], delta="Hi")

    assert text_of(read(odd, end())) == "Hi"


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
def test_response_that_is_missing_in_the_last_event_leaves_the_events_name(ending: bytes) -> None:
    assert read(delta("x"), ending) == [TextDelta(text="x"), Completed(usage=None)]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"", id="nothing more"),
        pytest.param(b"data: [DONE]\n\n", id="only DONE"),
        pytest.param(b'event: response.completed\ndata: {"type":"response.com', id="half an event"),
        pytest.param(b"event: response.completed\ndata: \n\n", id="an empty event"),
    ],
)
def test_whole_text_without_a_last_event_is_cut_all_the_same(rest: bytes) -> None:
    whole = frame("response.output_text.done", item_id="m1", output_index=0, text="Hi")
    item = frame("response.output_item.done", output_index=0, item=message("Hi"))

    events = read(delta("Hi"), whole, item, rest)

    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.BROKEN_STREAM


def test_error_in_a_completed_response_is_a_failure() -> None:
    events = read(delta("x"), end(error={"code": "server_error", "message": "Oops."}))

    assert events[-1] == Failed(failure=Failure.SERVER_ERROR, detail="Oops.", usage=REPORTED)


def test_error_event_in_plain_words_is_told() -> None:
    events = read(b"event: error\ndata: insufficient_quota\n\n")

    assert events == [Failed(failure=Failure.OUT_OF_BALANCE, detail="insufficient_quota")]


def test_text_beyond_all_measure_is_cut() -> None:
    events = read(*[delta("x" * 50_000)] * 100, end())

    assert len(text_of(events)) == 4_000_000
    assert events[-1] == Failed(
        failure=Failure.BROKEN_STREAM, detail="an answer of more than 4000000 characters"
    )


def test_items_beyond_all_measure_end_the_answer() -> None:
    frames = (delta("x", index=None, item=f"m{number}") for number in range(20_000))

    *_, ended = read(*frames)

    assert ended == Failed(
        failure=Failure.BROKEN_STREAM, detail="an answer in more than 10000 pieces"
    )


def test_frames_that_are_no_json_are_passed_over() -> None:
    assert text_of(read(delta("A"), b"data: ping\n\n", delta("B"), b"data: 7\n\n", end())) == "AB"


def test_invalid_utf8_and_halved_emoji_do_not_break_the_answer() -> None:
    events = read(
        b'data: {"type":"response.output_text.delta","delta":"a\\ud83d"}\n\n',
        b'data: {"type":"response.output_text.delta","delta":"\\ude00b"}\n\n',
        b'data: {"type":"response.output_text.delta","delta":"\xff"}\n\n',
        end(),
    )

    assert text_of(events) == "a😀b\ufffd"


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

    assert events == [Thinking(), TextDelta(text="Hi"), expected]


@pytest.mark.parametrize("last", [b"data: [DONE]\n\n", b""], ids=["done", "end of the stream"])
def test_chat_completions_that_stop_without_a_reason_are_cut(last: bytes) -> None:
    events = read(CHAT % (b'{"content":"Hi"}', b"null"), last)

    assert text_of(events) == "Hi"
    assert isinstance(events[-1], Failed)
    assert events[-1].failure is Failure.BROKEN_STREAM


def test_type_of_a_frame_counts_and_not_the_name_of_its_event() -> None:
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

    events = read(*(body[at : at + 65_536] for at in range(0, len(body), 65_536)))

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
