"""Frames that are no JSON, or not of the known form."""

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
