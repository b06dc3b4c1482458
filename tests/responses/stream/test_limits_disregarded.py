"""Endpoints that disregard `max_output_tokens`: the answer ends at what was allowed."""

import json

import pytest

from bot.core.answers.events import Incomplete, IncompleteReason, StreamEvent, Thinking
from bot.core.models.output_bound import with_margin
from bot.core.models.tokens import estimate_text
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import redactor
from tests.responses.stream.frames import REPORTED, USAGE, delta, end, frame, message, read, text_of

ALLOWED = 100
MOST = with_margin(ALLOWED)
CUT = Incomplete(usage=None, reason=IncompleteReason.LIMIT)
THOUGHT = "I think and think. "
WHOLE = frame("response.output_item.done", item={"type": "function_call", "arguments": "x" * 99})


def unseen(events: list[StreamEvent]) -> int:
    return sum(event.tokens for event in events if isinstance(event, Thinking))


def chat(**members: str) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': members}]})}\n\n".encode()


def test_endless_text_ends_at_what_was_allowed() -> None:
    """74,935 deltas were read against 19,720 allowed."""
    reader = BodyReader(limit=ALLOWED, allowed=ALLOWED, redact=redactor(""))
    events: list[StreamEvent] = []

    while not reader.has_ended:
        events += reader.feed(delta("and so on "))

    assert events[-1] == CUT
    assert MOST - 1 <= estimate_text(text_of(events)) <= MOST
    assert reader.feed(delta("more")) == []
    assert reader.close() == []


def test_delta_of_a_megabyte_is_cut_inside() -> None:
    events = read(delta("word " * 200_000), allowed=ALLOWED)

    assert events[-1] == CUT
    assert MOST - 1 <= estimate_text(text_of(events)) <= MOST


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(frame("response.reasoning_text.delta", delta=THOUGHT), id="thinking"),
        pytest.param(frame("response.reasoning_summary_text.delta", delta=THOUGHT), id="summary"),
        pytest.param(frame("response.reasoning_text.done", text=THOUGHT), id="whole thoughts"),
        pytest.param(chat(reasoning_content=THOUGHT), id="chat's thinking"),
        pytest.param(
            frame("response.function_call_arguments.delta", delta=THOUGHT), id="arguments"
        ),
        pytest.param(WHOLE, id="whole arguments"),
    ],
)
def test_endless_output_that_nobody_sees_ends_too(piece: bytes) -> None:
    events = read(*[piece] * 1_000, allowed=ALLOWED)

    assert events[-1] == CUT
    assert unseen(events) < MOST + 50


def test_comment_without_end_is_ended() -> None:
    comment = {"type": "message", "id": "c1", "phase": "commentary", "content": []}
    begun = frame("response.output_item.added", output_index=0, item=comment)

    events = read(begun, *[delta(THOUGHT, item="c1")] * 1_000, allowed=ALLOWED)

    assert text_of(events) == ""
    assert events[-1] == CUT


def test_thoughts_under_two_names_count_once() -> None:
    both = [chat(reasoning=THOUGHT), chat(reasoning_content=THOUGHT)]

    assert unseen(read(*both)) == estimate_text(THOUGHT)


def test_arguments_that_are_repeated_whole_count_once() -> None:
    pieces = [frame("response.function_call_arguments.delta", delta="x" * 33)] * 3

    assert unseen(read(*pieces, WHOLE)) == estimate_text("x" * 99)


def test_document_beyond_its_limit_keeps_its_report() -> None:
    body = json.dumps({"output": [message("word " * 9_000)], "usage": USAGE}).encode()

    events = read(body, allowed=ALLOWED)

    assert events[-1] == Incomplete(usage=REPORTED, reason=IncompleteReason.LIMIT)
    assert estimate_text(text_of(events)) <= MOST


def test_limit_that_was_not_sent_holds_all_the_same() -> None:
    """Where the endpoint had refused the parameter, there was no limit at all."""
    events = read(*[delta("and so on ")] * 1_000, end(), limit=10**9, allowed=ALLOWED)

    assert events[-1] == CUT
