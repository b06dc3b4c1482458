"""The Images API's answers: streams, documents, and what stands in their place."""

import base64
import json
from typing import Any

import pytest

from bot.core.answers.events import (
    Completed,
    Failed,
    Failure,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    StreamEvent,
)
from bot.responses.pictures.images_api_reader import ImagesReader
from bot.responses.stream.errors import redactor
from tests.pictures import quadrants, write

PNG = write(quadrants(8, 8), "PNG")
B64 = base64.b64encode(PNG).decode()
USAGE = {
    "input_tokens": 50,
    "input_tokens_details": {"text_tokens": 20, "image_tokens": 30},
    "output_tokens": 272,
    "total_tokens": 322,
}
COUNTED = PicturesCounted(text_tokens=20, image_tokens=30, output_tokens=272)
MADE = PictureMade(content=PNG, media_type="image/png")
STATE = PictureDelta(index=1, content=PNG, media_type="image/png")
OVER = Completed(usage=None)


def frame(kind: str, **members: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode()


def document(**members: Any) -> bytes:
    return json.dumps({"created": 1, "data": [{"b64_json": B64}], **members}).encode()


def read(*chunks: bytes) -> list[StreamEvent]:
    reader = ImagesReader(redact=redactor("key-123"))
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return [*events, *reader.close()]


def stream(kind: str) -> bytes:
    state = frame(f"{kind}.partial_image", b64_json=B64, partial_image_index=1)
    return state + frame(f"{kind}.completed", b64_json=B64, usage=USAGE)


@pytest.mark.parametrize("kind", ["image_generation", "image_edit"])
def test_stream_gives_states_the_picture_and_what_it_took(kind: str) -> None:
    assert read(stream(kind)) == [STATE, COUNTED, MADE, OVER]


WHOLE = stream("image_generation")


def test_stream_split_at_any_byte_gives_the_same_events() -> None:
    every, events = range(1, len(WHOLE)), [STATE, COUNTED, MADE, OVER]

    assert [at for at in every if read(WHOLE[:at], WHOLE[at:]) != events] == []


def test_document_gives_the_picture_and_what_it_took() -> None:
    assert read(document(usage=USAGE)) == [COUNTED, MADE, OVER]


def test_document_in_pieces_with_blanks_before_it_is_read() -> None:
    body = document()

    assert read(b" \n", body[:10], body[10:]) == [MADE, OVER]


def test_older_model_that_rewrites_the_prompt_says_so() -> None:
    events = read(document(data=[{"b64_json": B64, "revised_prompt": "a large cat"}]))

    assert events[0] == PictureMade(
        content=PNG, media_type="image/png", revised_prompt="a large cat"
    )


def test_address_in_the_place_of_a_picture_is_not_followed() -> None:
    events = read(document(data=[{"url": "http://10.0.0.1/picture.png"}]))

    assert events == [
        Failed(
            failure=Failure.BAD_REQUEST,
            detail="it sends the address of a picture instead of the picture",
        )
    ]


def test_data_url_in_place_of_an_address_is_the_picture() -> None:
    assert read(document(data=[{"url": f"data:image/png;base64,{B64}"}])) == [MADE, OVER]


def test_what_is_no_picture_is_the_servers_failure() -> None:
    (ended,) = read(document(data=[{"b64_json": "bm90aGluZw=="}]))

    assert isinstance(ended, Failed)
    assert ended.failure is Failure.SERVER_ERROR


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Failure.BROKEN_STREAM),
        (frame("image_generation.partial_image", b64_json=B64), Failure.BROKEN_STREAM),
        (b"data: [DONE]\n\n", Failure.BROKEN_STREAM),
        (b"<html><title>Login</title></html>", Failure.NOT_AN_ENDPOINT),
        (b"[1, 2]", Failure.NOT_AN_ENDPOINT),
        (b'{"data": []}', Failure.SERVER_ERROR),
        (
            b'{"error": {"message": "rejected", "code": "moderation_blocked"}}',
            Failure.CONTENT_BLOCKED,
        ),
        (
            frame("error", error={"code": "moderation_blocked", "message": "no"}),
            Failure.CONTENT_BLOCKED,
        ),
        (b'data: {"error": {"message": "Rate limit reached"}}\n\n', Failure.OVERLOADED),
    ],
)
def test_body_without_a_picture_is_a_failure_of_its_kind(body: bytes, failure: Failure) -> None:
    *_, ended = read(body)

    assert isinstance(ended, Failed)
    assert ended.failure is failure


def test_words_of_the_endpoint_are_kept_without_the_key() -> None:
    (ended,) = read(b'{"error": {"message": "wrong key key-123"}}')

    assert isinstance(ended, Failed)
    assert ended.detail == "wrong key (key)"


def test_nothing_is_read_after_the_end() -> None:
    assert read(WHOLE, WHOLE) == [STATE, COUNTED, MADE, OVER]


def test_document_larger_than_any_picture_is_given_up() -> None:
    events = read(b'{"data": "' + bytes(20_000_000), bytes(20_000_000))

    assert [type(event) for event in events] == [Failed]
