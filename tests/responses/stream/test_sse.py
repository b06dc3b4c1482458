"""The cases of the standard, and the liberties that servers take."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.responses.stream.sse import EventTooLarge, SseEvent, SseParser


def parse(*chunks: bytes) -> list[tuple[bytes, bytes]]:
    parser = SseParser()
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return [(event.name, event.data) for event in (*events, *parser.close())]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        pytest.param(b"event: a\ndata: 1\n\n", [(b"a", b"1")], id="usual"),
        pytest.param(b"data: 1\nevent: a\n\n", [(b"a", b"1")], id="data before event"),
        pytest.param(b"data: 1\n\ndata: 2\n\n", [(b"", b"1"), (b"", b"2")], id="no event line"),
        pytest.param(b"data:1\n\n", [(b"", b"1")], id="no space"),
        pytest.param(b"data:  1\n\n", [(b"", b" 1")], id="two spaces: one is text"),
        pytest.param(b"data: 1\ndata: 2\n\n", [(b"", b"1\n2")], id="several data lines"),
        pytest.param(b": ping\n\n:\n\ndata: 1\n\n", [(b"", b"1")], id="comments"),
        pytest.param(
            b"event: a\n\ndata: 1\n\n", [(b"", b"1")], id="a name without data is dropped"
        ),
        pytest.param(b"data\n\n", [(b"", b"")], id="a field without a colon"),
        pytest.param(b"id: 7\nretry: 9\ndata: 1\n\n", [(b"", b"1")], id="other fields"),
        pytest.param(b"event: a\r\ndata: 1\r\n\r\n", [(b"a", b"1")], id="CRLF"),
        pytest.param(b"event: a\rdata: 1\r\r", [(b"a", b"1")], id="CR"),
        pytest.param(b"data: 1\r\ndata: 2\n\r\n", [(b"", b"1\n2")], id="mixed line ends"),
        pytest.param(b"\xef\xbb\xbfdata: 1\n\n", [(b"", b"1")], id="byte order mark"),
        pytest.param(b"data: 1\n", [(b"", b"1")], id="no blank line at the end"),
        pytest.param(b"data: 1", [(b"", b"1")], id="no line end at the end"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_stream_gives_the_events_of_the_standard(
    stream: bytes, events: list[tuple[bytes, bytes]]
) -> None:
    assert parse(stream) == events
    assert parse(*(stream[at : at + 1] for at in range(len(stream)))) == events


LINES = st.sampled_from(
    [
        b"data: {}",
        b"data:x",
        b"data: \xc3\xa9\xe2\x82\xac",
        b"event: e",
        b": c",
        b"",
        b"",
        b"data",
        b"x: y",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@settings(max_examples=60, deadline=None)
@given(
    st.booleans(),
    st.lists(st.tuples(LINES, ENDS), max_size=20),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_events_do_not_depend_on_where_the_stream_is_cut(
    has_mark: bool, lines: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"\xef\xbb\xbf" * has_mark + b"".join(line + end for line, end in lines)
    places = sorted({0, *(min(cut, len(stream)) for cut in cuts), len(stream)})
    pieces = [stream[a:b] for a, b in pairwise(places)]

    assert parse(*pieces) == parse(stream)
    assert parse(*(stream[at : at + 1] for at in range(len(stream)))) == parse(stream)


def test_line_of_megabytes_in_small_chunks_is_one_event() -> None:
    value = b"x" * 3_000_000
    stream = b"data: " + value + b"\n\n"

    events = parse(*(stream[at : at + 65_536] for at in range(0, len(stream), 65_536)))

    assert events == [(b"", value)]


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 50, b"data: " + b"x" * 50 + b"\n"])
def test_event_beyond_the_bound_is_refused(piece: bytes) -> None:
    parser = SseParser(largest=150)

    parser.feed(piece * 2)

    with pytest.raises(EventTooLarge, match="150 bytes"):
        parser.feed(piece)


def test_many_events_together_may_pass_the_bound() -> None:
    parser = SseParser(largest=200)

    assert len(parser.feed(b"data: 1\n\n" * 100)) == 100
    assert parser.feed(b"data: 1\n\n") == [SseEvent(b"", b"1")]


def test_event_of_empty_lines_is_refused_like_any_large_one() -> None:
    """Thirty million of them counted as 32 MB, took ten times as much, and stopped the bot."""
    parser = SseParser(largest=10_000)

    with pytest.raises(EventTooLarge):
        parser.feed(b"data:\n" * 1_000)
