"""Whatever bytes an endpoint sends: no error but our own, one ending, bounded memory."""

import gc
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.answers.events import Failed, Failure
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import redactor
from bot.responses.stream.sse import EventTooLarge, SseParser
from fuzz.properties import check, check_answer, check_refusal
from fuzz.seeds import seeds

pytestmark = pytest.mark.proof

SEEDS = list(seeds())
MEGABYTE = 1024 * 1024

# Frames with every member that is known, in any form.

TYPES = [
    "response.created",
    "response.output_text.delta",
    "response.output_text.done",
    "response.refusal.delta",
    "response.refusal.done",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_item.added",
    "response.output_item.done",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.output_text.annotation.added",
    "response.function_call_arguments.done",
    "response.web_search_call.searching",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "response.cancelled",
    "error",
    "",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "completed",
            "incomplete",
            "commentary",
            "message",
            "function_call",
            "**A title**",
            "\ud83d",
            "\ude00",
        ]
    )
)
PLACES: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 1, None, "0", -1, 2**40, 0.5, True, [], "m1", "m2"]
)


def tree(*names: str) -> st.SearchStrategy[Any]:
    """Values of any form, objects preferably with these members."""
    return st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=4)
        ),
        max_leaves=8,
    )


PARTS = tree("type", "text", "refusal", "annotations")
ITEMS = tree("type", "id", "role", "phase", "status", "content", "text", "action", "query", "url")
CALLS = tree("type", "id", "call_id", "name", "arguments")
CITATIONS = tree("type", "url", "title", "start_index", "end_index", "url_citation")
RESPONSES = tree(
    "status", "error", "incomplete_details", "reason", "usage", "output", "content", "type"
)
USAGES = tree("input_tokens", "output_tokens", "prompt_tokens", "output_tokens_details")
CHOICES = st.lists(tree("delta", "message", "content", "finish_reason", "refusal"), max_size=2)
ERRORS = tree("message", "code", "type", "param", "metadata", "raw", "error")
FRAMES = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | SCALARS},
    optional={
        "delta": SCALARS | PARTS,
        "text": SCALARS | PARTS,
        "refusal": SCALARS,
        "item_id": PLACES,
        "output_index": PLACES,
        "content_index": PLACES,
        "part": PARTS,
        "item": ITEMS | CALLS,
        "annotation": CITATIONS,
        "response": RESPONSES,
        "usage": USAGES,
        "choices": CHOICES | SCALARS,
        "error": ERRORS,
    },
)


def stream(frames: list[dict[str, Any]]) -> bytes:
    return b"".join(f"data: {json.dumps(frame)}\n\n".encode() for frame in frames)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 255))
@example(b"data: [DONE]\n\n", 0)
def test_any_bytes_are_read_to_one_ending(body: bytes, head: int) -> None:
    check(bytes([head]) + body)


@settings(max_examples=100, deadline=None)
@given(st.lists(FRAMES, max_size=6))
def test_frames_of_any_form_are_read_to_one_ending(
    frames: list[dict[str, Any]],
) -> None:
    check_answer(stream(frames))


@settings(max_examples=80, deadline=None)
@given(RESPONSES | st.fixed_dictionaries({"choices": CHOICES, "usage": USAGES}) | ERRORS)
def test_documents_of_any_form_are_read_to_one_ending(document: Any) -> None:
    check_answer(json.dumps(document).encode())


@settings(max_examples=60, deadline=None)
@given(ERRORS | st.fixed_dictionaries({"error": ERRORS}), st.integers(400, 599), st.text())
def test_refusals_of_any_form_are_named(body: Any, status: int, header: str) -> None:
    check_refusal(status, json.dumps(body).encode(), header)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 40),
        st.sampled_from([b"", b"\n", b"\n\n", b"\r", b'"', b"{", b"}", b"\\", b"\xff", b"null"]),
    ),
    max_size=6,
)


def edited(body: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Cut pieces out, and put others in."""
    for place, length, instead in edits:
        at = place % (len(body) + 1)
        body = body[:at] + instead + body[at + length :]
    return body


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(SEEDS), EDITS)
def test_damaged_streams_are_read_to_one_ending(
    seed: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    check_answer(edited(seed, edits))


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_what_the_fuzzer_begins_with_holds(seed: bytes) -> None:
    check_answer(seed)


@pytest.mark.parametrize("depth", [100, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("member", [b"delta", b"response", b"part", b"unknown", b"error"])
def test_nesting_without_end_is_read_to_one_ending(
    member: bytes, opening: bytes, closing: bytes, depth: int
) -> None:
    nested = opening * depth + b"1" + closing * depth
    event = b'{"type":"response.content_part.done","%s":%s}' % (member, nested)

    check_answer(b"data: %s\n\n" % event)
    check_answer(event)
    check_refusal(500, event, "")


# Memory


def held_by(pieces: Iterable[bytes]) -> tuple[int, BodyReader]:
    """Bytes of memory that a reader has come to hold at most, and the reader."""
    reader = BodyReader(limit=1000, allowed=1000, redact=redactor(""))
    gc.collect()
    tracemalloc.start()
    for piece in pieces:
        reader.feed(piece)
        if reader.has_ended:
            break
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, reader


def frame(kind: str, **members: object) -> bytes:
    return f"data: {json.dumps({'type': kind, **members})}\n\n".encode()


def endless(kind: str) -> Iterator[bytes]:
    """A stream that goes on and on, of events that differ."""
    for number in count():
        match kind:
            case "hidden items":
                item = {"id": f"m{number}", "phase": "commentary"}
                yield frame("response.output_item.added", item=item)
            case "items with text":
                yield frame("response.output_text.delta", item_id=f"m{number}", delta="x")
            case "parts with text":
                yield frame(
                    "response.output_text.delta", item_id="m", content_index=number, delta="x"
                )
            case "summaries":
                yield frame("response.reasoning_summary_text.delta", delta="x" * 100)
            case "unknown events":
                yield frame(f"response.unknown_{number}", thing=number)
            case _:
                yield f"event: {number}\nid: {number}\n\n: comment\n".encode()


@pytest.mark.parametrize(
    ("kind", "events", "most"),
    [
        ("hidden items", 40_000, 2.2 * MEGABYTE),
        ("items with text", 40_000, 2.2 * MEGABYTE),
        ("parts with text", 40_000, 2.2 * MEGABYTE),
        ("summaries", 5_000, 0.1 * MEGABYTE),
        ("unknown events", 5_000, 0.1 * MEGABYTE),
        ("names and comments", 5_000, 0.1 * MEGABYTE),
    ],
)
def test_stream_without_end_does_not_fill_the_memory(kind: str, events: int, most: float) -> None:
    peak, _ = held_by(islice(endless(kind), events))

    assert peak < most


def test_deltas_held_back_are_bounded_like_those_shown() -> None:
    delta = frame("response.output_text.delta", delta="x" * 10_000)

    peak, reader = held_by([b"data: {oops\n\n", *[delta] * 1_000])

    assert reader.has_ended
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize("piece", [b"xy", b"data:\n", b"\r", b'{"'], ids=repr)
def test_event_in_smallest_pieces_takes_a_few_times_its_size(
    piece: bytes,
) -> None:
    size = MEGABYTE // 8
    pieces = [piece] * (size // len(piece))

    peak, _ = held_by([b"data: ", *pieces])

    assert peak < 5 * size


def test_empty_lines_of_data_count_towards_the_bound() -> None:
    parser = SseParser(largest=1_000)

    with pytest.raises(EventTooLarge):
        parser.feed(b"data:\n" * 1_001)


def test_document_without_end_is_given_up() -> None:
    reader = BodyReader(limit=1000, allowed=1000, redact=redactor(""))
    piece = b'{"a":"' + b"x" * MEGABYTE

    events = [event for _ in range(40) for event in reader.feed(piece)]

    assert isinstance(events[0], Failed)
    assert events[0].failure is Failure.BROKEN_STREAM
    assert len(events) == 1
