"""Frames that are no JSON, or not of the known form."""

import pytest

from bot.responses.stream.frames import MOST_VALUES, read_answer, read_any, read_frame
from tests.responses.stream.frames import delta, end, frame, read, text_of


def test_members_of_unexpected_types_do_not_lose_the_text() -> None:
    odd = frame("response.output_text.delta", output_index="0", item_id=[1], delta="Hi")

    assert text_of(read(odd, end())) == "Hi"


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


@pytest.mark.parametrize(
    "value", [b"1,", b"[],", b'{"a":{}},'], ids=["numbers", "lists", "objects"]
)
def test_json_of_too_many_values_is_not_read(value: bytes) -> None:
    """A last event with 1.2 million objects stopped the bot for four seconds."""
    many = b"[" + value * MOST_VALUES + b"0]"

    assert read_any(many) is None
    assert read_answer(b'{"output":' + many + b"}") is None
    assert read_frame(b'{"item":' + many + b"}") is None


def test_long_text_with_many_commas_is_read() -> None:
    answer = "1,2;" * (MOST_VALUES - 10)

    assert read_any(f'["{answer}"]'.encode()) == [answer]


def test_enormous_frame_with_invalid_utf8_is_not_mended() -> None:
    """31 MB of it stopped the bot for a second."""
    broken = b'{"type":"x","delta":"' + b"\xff" * 2**20 + b'"}'

    assert read_frame(broken) is None
