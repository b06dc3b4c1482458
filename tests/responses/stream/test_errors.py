"""Endpoints' refusals, in their own words, and what they mean."""

import pytest

from bot.core.answers.events import Failed, Failure
from bot.responses.stream.errors import (
    LONGEST_WORDS,
    fail,
    is_worth_retrying,
    redactor,
    words_of,
    words_of_body,
)

KEY = "sk-live-0123456789"


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (401, '{"error":"Unauthorized"}', Failure.KEY_REJECTED),
        (400, '{"error":{"message":"No connected db.","type":"no_db_connection"}}', Failure.KEY_REJECTED),
        (200, '{"error":{"message":"Invalid signature","type":"401"}}', Failure.KEY_REJECTED),
        (402, '{"error":{"code":402,"message":"Add credits"}}', Failure.OUT_OF_BALANCE),
        (403, '{"error":{"message":"Insufficient balance","code":403}}', Failure.OUT_OF_BALANCE),
        (429, '{"error":{"message":"x","code":"insufficient_quota"}}', Failure.OUT_OF_BALANCE),
        (403, '{"error":{"message":"Country not supported"}}', Failure.FORBIDDEN),
        (403, '{"error":{"code":403,"message":"Input was flagged, requires moderation"}}', Failure.CONTENT_BLOCKED),
        (404, '{"error":{"message":"The model `x` does not exist.","code":404}}', Failure.MODEL_UNKNOWN),
        (404, "{\"error\":{\"message\":\"model 'x' not found, try pulling it first\"}}", Failure.MODEL_UNKNOWN),
        (400, '{"error":{"code":"model_not_found","message":"x"}}', Failure.MODEL_UNKNOWN),
        (404, "<html><head><title>404 Not Found</title></head></html>", Failure.NOT_AN_ENDPOINT),
        (405, "", Failure.NOT_AN_ENDPOINT),
        (400, '{"error":{"type":"exceed_context_size_error","message":"request (9 tokens) exceeds"}}', Failure.CONTEXT_TOO_LONG),
        (400, '{"error":{"code":"context_length_exceeded","message":"x"}}', Failure.CONTEXT_TOO_LONG),
        (500, '{"error":{"message":"image input is not supported - hint: mmproj"}}', Failure.IMAGE_REJECTED),
        (400, '{"error":{"code":"invalid_image_format","message":"x"}}', Failure.IMAGE_REJECTED),
        (400, "{\"error\":\"'url' field must be a base64 encoded image\"}", Failure.IMAGE_REJECTED),
        (400, '{"error":{"message":"x","param":"input[0].content[1].image_url"}}', Failure.IMAGE_REJECTED),
        (413, "<html>Request Entity Too Large</html>", Failure.IMAGE_REJECTED),
        (400, '{"error":{"code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}', Failure.CONTENT_BLOCKED),
        (503, '{"error":{"message":"Your request violates our content policy"}}', Failure.CONTENT_BLOCKED),
        (400, '{"error":{"code":"unsupported_parameter","message":"x","param":"store"}}', Failure.PARAMETER_UNSUPPORTED),
        (422, '{"detail":[{"loc":["body","store"],"msg":"Extra inputs are not permitted"}]}', Failure.PARAMETER_UNSUPPORTED),
        (429, '{"error":{"message":"Rate limit reached"}}', Failure.OVERLOADED),
        (503, '{"error":{"message":"Loading model","type":"unavailable_error"}}', Failure.OVERLOADED),
        (529, "", Failure.OVERLOADED),
        (500, 'data: {"error": {"message": "Error processing", "code": "500"}}\n\ndata: [DONE]\n\n', Failure.SERVER_ERROR),
        (500, "Internal Server Error", Failure.SERVER_ERROR),
        (502, "<html><title>Bad gateway</title></html>", Failure.SERVER_ERROR),
        (524, "<html></html>", Failure.TIMED_OUT),
        (408, "", Failure.TIMED_OUT),
        (400, '{"error":{"message":"Invalid"}}', Failure.BAD_REQUEST),
        (418, "\xff\x00", Failure.BAD_REQUEST),
    ],
)  # fmt: skip
def test_refusal_is_named(status: int, body: str, failure: Failure) -> None:
    failed = fail(words_of_body(body.encode("latin-1")), status=status, redact=redactor(KEY))

    assert failed.failure is failure
    assert failed.status == status


def test_upstreams_message_is_found_inside_a_gateways_error() -> None:
    body = rb'{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"Too big\"}}"}}}'

    assert words_of_body(body).message == "Too big"


def test_detail_is_one_short_line_without_any_key() -> None:
    text = f"Incorrect key {KEY}\n or sk-other-98765432 in 'Bearer abc.def' " + "x" * 400

    detail = fail(words_of_body(text.encode()), status=401, redact=redactor(KEY)).detail

    assert detail.startswith("Incorrect key (key) or (key) in 'Bearer (key) x")
    assert len(detail) == 300


def test_key_cut_by_the_end_is_not_shown_in_part() -> None:
    text = "y" * 295 + " " + KEY

    assert "sk-" not in redactor(KEY)(text)


@pytest.mark.parametrize(
    ("failure", "detail", "answer"),
    [
        (Failure.OVERLOADED, "", True),
        (Failure.SERVER_ERROR, "Oops", True),
        (Failure.UNREACHABLE, "", True),
        (Failure.SERVER_ERROR, "'X' object has no attribute: AttributeError", False),
        (Failure.IMAGE_REJECTED, "image input is not supported", False),
        (Failure.OUT_OF_BALANCE, "", False),
        (Failure.KEY_REJECTED, "", False),
    ],
)
def test_only_what_may_pass_is_worth_retrying(failure: Failure, detail: str, answer: bool) -> None:
    assert is_worth_retrying(Failed(failure=failure, detail=detail)) is answer


@pytest.mark.parametrize("name", ["code", "type", "param"])
def test_enormous_code_is_cut_before_it_is_looked_through(name: str) -> None:
    """Three megabytes of it stopped the bot for five seconds."""
    words = words_of({"error": {name: "model image invalid " * 150_000}})

    assert len(words.evidence) < 1_000


def test_enormous_words_are_cut_without_halving_a_key() -> None:
    words = f"{'x ' * ((LONGEST_WORDS - 6) // 2)}{KEY} and more"

    shown = redactor(KEY)(" " * LONGEST_WORDS + words)
    late = redactor(KEY)(words.replace("x ", "  "))

    assert KEY[:6] not in shown + late


def test_list_of_complaints_is_read_from_its_beginning() -> None:
    words = words_of({"detail": ["first", *["next"] * 100_000]})

    assert words.message.startswith("['first', 'next'")
    assert len(words.message) < 1_000
