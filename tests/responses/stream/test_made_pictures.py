"""Pictures in an answer of the Responses API: their states, the whole, and what they took."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.answers.events import (
    Completed,
    Failed,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import redactor
from bot.responses.stream.made_pictures import LARGEST_PICTURE, decode_picture
from bot.responses.stream.sse import LARGEST_WITH_PICTURE
from tests.pictures import quadrants, write

PNG = write(quadrants(8, 8), "PNG")
JPEG = write(quadrants(8, 8), "JPEG")
WEBP = write(quadrants(8, 8), "WEBP")
KIND = "response.image_generation_call"
USAGE = {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}
COUNTED = {
    "input_tokens": 50,
    "input_tokens_details": {"text_tokens": 20, "image_tokens": 30},
    "output_tokens": 272,
}


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def frame(kind: str, **members: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode()


def partial(content: bytes, index: int | None = 0) -> bytes:
    members = {"partial_image_b64": encoded(content), "partial_image_index": index}
    return frame(f"{KIND}.partial_image", item_id="ig", output_index=0, **members)


def item(content: bytes = PNG, **members: Any) -> dict[str, Any]:
    made = {"type": "image_generation_call", "id": "ig", "status": "completed"}
    return {**made, "result": encoded(content), **members}


def done(content: bytes = PNG, **members: Any) -> bytes:
    return frame("response.output_item.done", output_index=0, item=item(content, **members))


def end(**members: Any) -> bytes:
    response = {"status": "completed", "usage": USAGE, "output": [], **members}
    return frame("response.completed", response=response)


def read(*chunks: bytes) -> list[StreamEvent]:
    reader = BodyReader(
        limit=1_000, allowed=1_000, redact=redactor(""), largest=LARGEST_WITH_PICTURE
    )
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return [*events, *reader.close()]


REPORTED = Completed(usage=Usage(input_tokens=7, output_tokens=5))
WHOLE = (
    partial(JPEG, 0)
    + partial(WEBP, 1)
    + done(revised_prompt="a small cat")
    + end(output=[item()], tool_usage={"image_gen": COUNTED})
)
EVENTS = [
    PictureDelta(index=0, content=JPEG, media_type="image/jpeg"),
    PictureDelta(index=1, content=WEBP, media_type="image/webp"),
    PictureMade(content=PNG, media_type="image/png", revised_prompt="a small cat"),
    PicturesCounted(text_tokens=20, image_tokens=30, output_tokens=272),
    REPORTED,
]


def test_states_and_picture_come_in_order_with_their_tokens() -> None:
    assert read(WHOLE) == EVENTS


def test_stream_split_at_any_byte_gives_the_same_pictures() -> None:
    every = range(1, len(WHOLE))

    assert [at for at in every if read(WHOLE[:at], WHOLE[at:]) != EVENTS] == []


def test_event_of_megabytes_is_read_in_socket_sized_pieces() -> None:
    large = PNG + bytes(6_000_000)
    body = partial(large) + done(large) + end(output=[item(large)])
    pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]

    events = read(*pieces)

    assert events == [
        PictureDelta(index=0, content=large, media_type="image/png"),
        PictureMade(content=large, media_type="image/png"),
        REPORTED,
    ]


def test_picture_that_only_the_last_event_brings_is_given() -> None:
    assert read(end(output=[item()])) == [
        PictureMade(content=PNG, media_type="image/png"),
        REPORTED,
    ]


def test_two_pictures_of_one_answer_are_both_made() -> None:
    events = read(done(), done(JPEG, id="ig2"), end(output=[item(), item(JPEG, id="ig2")]))

    assert [event.content for event in events if isinstance(event, PictureMade)] == [PNG, JPEG]


def test_document_in_place_of_a_stream_gives_its_pictures() -> None:
    body = {"object": "response", "status": "completed", "usage": USAGE, "output": [item()]}

    assert read(json.dumps(body).encode()) == [
        PictureMade(content=PNG, media_type="image/png"),
        REPORTED,
    ]


def test_words_beside_a_picture_are_text() -> None:
    words = {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "Here!"}]}
    said = frame("response.output_item.done", output_index=1, item=words)

    events = read(done(), said, end())

    assert [type(event) for event in events] == [PictureMade, TextDelta, Completed]


def test_stream_cut_after_the_picture_keeps_it() -> None:
    events = read(done())

    assert [type(event) for event in events] == [PictureMade, Failed]


def test_prompt_of_another_vendor_counts_as_the_revised_one() -> None:
    events = read(done(prompt="a boat"), end())

    assert events[0] == PictureMade(content=PNG, media_type="image/png", revised_prompt="a boat")


@pytest.mark.parametrize("index", [None, -1, "2", True])
def test_state_without_a_usable_number_counts_as_the_first(index: Any) -> None:
    events = read(partial(PNG, index), end())

    assert events[0] == PictureDelta(index=0, content=PNG, media_type="image/png")


@pytest.mark.parametrize(
    "result",
    [
        None,
        "",
        "https://example.com/picture.png",
        "ZmFrZUltYWdlQmFzZTY0RGF0YQ==",  # base64 of words
        encoded(PNG)[:50] + "..." + encoded(PNG)[50:],  # shortened by whoever recorded it
        encoded(b"GIF89a"),
        encoded(b"<svg/>"),
        ["a", "list"],
        7,
    ],
)
def test_result_that_is_no_picture_makes_none(result: Any) -> None:
    assert read(done(result=result), end()) == [REPORTED]


def test_data_url_is_a_picture_too() -> None:
    assert decode_picture(f"data:image/png;base64,{encoded(JPEG)}") == (JPEG, "image/jpeg")


def test_picture_larger_than_any_event_is_not_decoded() -> None:
    assert decode_picture("A" * (LARGEST_PICTURE * 4 // 3 + 101)) is None


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=8,
    )
)
def test_anything_in_the_place_of_a_picture_does_no_harm(value: Any) -> None:
    state = frame(f"{KIND}.partial_image", partial_image_b64=value, partial_image_index=value)
    made = frame("response.output_item.done", item={"type": "image_generation_call", "id": value})

    events = read(state, made, end(tool_usage=value, output=value))

    assert isinstance(events[-1], Completed)
