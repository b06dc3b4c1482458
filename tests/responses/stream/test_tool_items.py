"""Searches, citations and calls, by the frames that endpoints are known to send."""

import json
from typing import Any

import pytest

from bot.core.answers.events import Cited, FunctionCalled, Searching, StreamEvent, TextDelta
from bot.core.models.tools import FunctionCall
from tests.responses.stream.frames import delta, end, frame, message, read

URL = "https://a.example/x"


def annotation(start: int | None, end: int | None, url: str = URL) -> dict[str, Any]:
    cited = {"type": "url_citation", "start_index": start, "end_index": end, "url": url}
    return {key: value for key, value in {**cited, "title": "X"}.items() if value is not None}


def annotated(note: dict[str, Any], item: str = "m1", part: int = 0, index: int = 0) -> bytes:
    return frame(
        "response.output_text.annotation.added",
        item_id=item,
        output_index=index,
        content_index=part,
        annotation_index=0,
        annotation=note,
    )


def done(item: dict[str, Any]) -> bytes:
    return frame("response.output_item.done", output_index=0, item=item)


def only(kind: type[StreamEvent], events: list[StreamEvent]) -> list[StreamEvent]:
    return [event for event in events if isinstance(event, kind)]


def test_citation_is_placed_in_all_of_the_visible_text() -> None:
    events = read(
        delta("☂️ one"),
        annotated(annotation(0, 2)),
        delta("two", index=1, item="m2"),
        annotated(annotation(1, 3), item="m2", index=1),
        end(),
    )

    base = len("☂️ one\n\n")
    assert only(Cited, events) == [
        Cited(url=URL, title="X", start=0, end=2),
        Cited(url=URL, title="X", start=base + 1, end=base + 3),
    ]


def test_citation_that_the_last_events_repeat_is_given_once() -> None:
    part = {"type": "output_text", "text": "one", "annotations": [annotation(0, 3)]}
    events = read(
        delta("one"),
        annotated(annotation(0, 3)),
        frame(
            "response.content_part.done", output_index=0, content_index=0, item_id="m1", part=part
        ),
        end(),
    )

    assert only(Cited, events) == [Cited(url=URL, title="X", start=0, end=3)]


def test_citation_without_event_is_read_from_the_part() -> None:
    part = {"type": "output_text", "text": "one", "annotations": [annotation(0, 3)]}
    events = read(
        delta("one"),
        frame(
            "response.content_part.done", output_index=0, content_index=0, item_id="m1", part=part
        ),
        end(),
    )

    assert only(Cited, events) == [Cited(url=URL, title="X", start=0, end=3)]


def test_citations_of_a_whole_document_come_before_its_text() -> None:
    content = [{"type": "output_text", "text": "one", "annotations": [annotation(0, 3)]}]
    body = {"object": "response", "status": "completed", "output": [message(content=content)]}

    events = read(json.dumps(body).encode())

    assert events[:2] == [Cited(url=URL, title="X", start=0, end=3), TextDelta(text="one")]


@pytest.mark.parametrize(
    ("note", "cited"),
    [
        (annotation(None, None), [Cited(url=URL, title="X")]),  # xAI names no place
        (annotation(5, 5), [Cited(url=URL, title="X")]),
        ({"type": "file_citation", "file_id": "f"}, []),
        ({"type": "url_citation"}, []),
        ({"type": "url_citation", "url": 7}, []),
    ],
    ids=["no place", "empty place", "a file", "no address", "no text"],
)
def test_odd_citation_is_read_as_far_as_it_goes(note: Any, cited: list[Cited]) -> None:
    assert only(Cited, read(delta("one"), annotated(note), end())) == cited


@pytest.mark.parametrize("note", [None, 7, "x", []])
def test_citation_that_is_none_is_ignored(note: Any) -> None:
    assert only(Cited, read(delta("one"), annotated(note), end())) == []


def test_search_is_told_with_its_words_and_its_end() -> None:
    added = {"type": "web_search_call", "id": "ws1", "status": "in_progress"}
    action = {"type": "search", "query": "rain", "sources": []}
    events = read(
        frame("response.output_item.added", output_index=0, item=added),
        frame("response.web_search_call.searching", item_id="ws1", output_index=0),
        frame("response.web_search_call.completed", item_id="ws1", output_index=0),
        done({**added, "status": "completed", "action": action}),
        end(),
    )

    assert only(Searching, events) == [
        Searching(),
        Searching(),
        Searching(query="rain", is_over=True),
    ]


@pytest.mark.parametrize(
    ("item", "searching"),
    [
        ({"action": {"type": "open_page", "url": URL}}, Searching(url=URL, is_over=True)),
        (
            {"action": {"type": "find_in_page", "pattern": "sun", "url": URL}},
            Searching(query="sun", url=URL, is_over=True),
        ),
        ({"arguments": '{"query":"what is xAI"}'}, Searching(query="what is xAI", is_over=True)),
        ({"arguments": "{oops"}, Searching(is_over=True)),
        ({}, Searching(is_over=True)),
    ],
    ids=["page", "on a page", "as arguments", "no JSON", "nothing"],
)
def test_search_is_understood_in_every_dialect(item: dict[str, Any], searching: Searching) -> None:
    events = read(done({"type": "web_search_call", "id": "ws1", **item}), end())

    assert only(Searching, events) == [searching]


SEARCHED = {"type": "web_search_call", "id": "ws1", "action": {"type": "search", "query": "rain"}}
OPENED = {"type": "web_search_call", "id": "ws2", "action": {"type": "open_page", "url": URL}}
OVER = [Searching(query="rain", is_over=True), Searching(url=URL, is_over=True)]


@pytest.mark.parametrize(
    "body",
    [
        (
            json.dumps(
                {"status": "completed", "output": [SEARCHED, OPENED, message("so")]}
            ).encode(),
        ),
        (delta("so"), end(output=[SEARCHED, OPENED, message("so")])),
        (done(SEARCHED), delta("so"), end(output=[SEARCHED, OPENED, message("so")])),
        (done(SEARCHED), done(OPENED), delta("so"), end(output=[SEARCHED, OPENED])),
    ],
    ids=["a document", "only in the last event", "one of them there", "repeated there"],
)
def test_search_is_over_once_wherever_the_endpoint_reports_it(
    body: tuple[bytes, ...],
) -> None:
    assert only(Searching, read(*body)) == OVER


CALL = {"type": "function_call", "id": "fc1", "call_id": "c1", "name": "f", "arguments": '{"a":1}'}
CALLED = FunctionCalled(call=FunctionCall(id="c1", name="f", arguments='{"a":1}'))


def test_call_is_given_once_though_the_last_event_repeats_it() -> None:
    assert only(FunctionCalled, read(done(CALL), end(output=[CALL]))) == [CALLED]


def test_call_without_event_is_read_from_the_last_one() -> None:
    assert only(FunctionCalled, read(end(output=[CALL]))) == [CALLED]


def test_call_in_a_whole_document_is_read() -> None:
    body = {"object": "response", "status": "completed", "output": [CALL]}

    assert only(FunctionCalled, read(json.dumps(body).encode())) == [CALLED]


@pytest.mark.parametrize(
    ("change", "called"),
    [
        (
            {"call_id": None},
            [FunctionCalled(call=FunctionCall(id="fc1", name="f", arguments='{"a":1}'))],
        ),
        (
            {"arguments": None},
            [FunctionCalled(call=FunctionCall(id="c1", name="f", arguments="{}"))],
        ),
        ({"name": None}, []),
        ({"call_id": 7, "id": None}, []),
    ],
    ids=["no call id", "no arguments", "no name", "no id at all"],
)
def test_incomplete_call_is_read_if_it_can_be_answered(
    change: dict[str, Any], called: list[FunctionCalled]
) -> None:
    assert only(FunctionCalled, read(done({**CALL, **change}), end())) == called
