"""The answer's text, once and whole, whichever events bring it."""

import pytest

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    TextDelta,
)
from bot.responses.stream.answer_text import TextOfRecord
from bot.responses.stream.frames import EventFrame
from tests.responses.stream.frames import REPORTED, delta, end, frame, message, read, text_of


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


def test_damaged_delta_is_made_good_by_the_whole_text() -> None:
    events = read(
        delta("One "),
        b'data: {"type":"response.output_text.delta","delta":\n\n',
        delta("three"),
        frame("response.output_text.done", item_id="m1", output_index=0, text="One two three"),
        end(),
    )

    assert text_of(events) == "One two three"


def test_damaged_delta_without_a_whole_text_loses_only_itself() -> None:
    events = read(delta("One "), b"data: {oops\n\n", delta("three"), end())

    assert text_of(events) == "One three"
    assert events[-1] == Incomplete(usage=REPORTED, reason=IncompleteReason.DAMAGED)


def test_damaged_delta_is_made_good_by_the_last_event() -> None:
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


def test_whole_text_of_a_later_part_repairs_no_earlier_one() -> None:
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


def test_whole_text_of_another_part_keeps_what_was_held_back() -> None:
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


def test_end_of_text_missing_from_the_deltas_is_shown() -> None:
    whole = frame("response.output_text.done", item_id="m1", output_index=0, text="One two")

    assert text_of(read(delta("One "), whole, end())) == "One two"


def test_text_beyond_all_measure_is_cut() -> None:
    events = read(*[delta("x" * 50_000)] * 100, end(), allowed=10**9)

    assert len(text_of(events)) == 4_000_000
    assert events[-1] == Failed(
        failure=Failure.BROKEN_STREAM, detail="an answer of more than 4000000 characters"
    )


def test_items_beyond_all_measure_end_the_answer() -> None:
    frames = (delta("x", index=None, item=f"m{number}") for number in range(20_000))

    *_, ended = read(*frames, allowed=10**9)

    assert ended == Failed(
        failure=Failure.BROKEN_STREAM, detail="an answer in more than 10000 pieces"
    )


def test_part_that_is_told_again_and_again_is_joined_once() -> None:
    """Each of 700 events in one piece of the stream joined 130,000 deltas anew, for two seconds."""
    record, part = TextOfRecord(), EventFrame(output_index=0)
    for letter in "abc":
        record.add(part, letter)

    record.complete(part, "abc")

    assert record._part_text == ["abc"]
    assert record.complete(part, "abcd") == "d"
    assert record.complete(part, "abcde") == "e"
