"""Properties that hold for any bytes that an endpoint may send."""

import random
from collections.abc import Iterable

from bot.core.answers.events import (
    Completed,
    Ended,
    Failed,
    Incomplete,
    Refused,
    StreamEvent,
    TextDelta,
)
from bot.responses.request.redaction import without_echoes
from bot.responses.retry_policy import read_advice, read_retry_after
from bot.responses.stream.answer_text import LONGEST_ANSWER
from bot.responses.stream.body_reader import BodyReader
from bot.responses.stream.errors import LONGEST_DETAIL, fail, redactor, words_of_body

KEY = "sk-fuzz-0123456789abcdef"
_PROMPT = "what people have written must not reach a log"
_SHORT = 400  # bytes of a body that is read byte by byte too
_redact = redactor(KEY)
_SIGNS_OF_AN_END = (b"response.completed", b"finish_reason", b"output", b"choices", b"\\u")


def check(data: bytes) -> None:
    """The first byte says what the rest is: an answer, or the body of a refusal."""
    head, body = data[0] if data else 0, data[1:]
    if head % 4 < 3:
        check_answer(body, limit=(1000, 16, 5)[head % 4], seed=head)
    else:
        check_refusal(400 + head % 200, body, body[:40].decode("latin-1"))


def check_answer(body: bytes, *, limit: int = 1000, seed: int = 0) -> None:
    """Read a body whole, in pieces and byte by byte; raises where something does not hold."""
    whole = read([body], limit=limit)
    check_events(whole, body)
    assert read(_pieces(body, seed), limit=limit) == whole, "the events depend on the pieces"
    if len(body) < _SHORT:
        bytewise = (body[at : at + 1] for at in range(len(body)))
        assert read(bytewise, limit=limit) == whole, "the events depend on the pieces"


def check_events(events: list[StreamEvent], body: bytes) -> None:
    *before, ended = events
    assert isinstance(ended, Ended), "an answer without an ending"
    assert not any(isinstance(event, Ended) for event in before), "an ending too early"
    texts = [event.text for event in before if isinstance(event, TextDelta)]
    assert all(texts), "an empty piece of text"
    assert sum(map(len, texts)) <= LONGEST_ANSWER
    "".join(texts).encode()  # no half of a surrogate pair
    _check_ending(ended)
    if isinstance(ended, Completed | Refused):
        assert any(sign in body for sign in _SIGNS_OF_AN_END), "complete, and nothing said so"


def check_refusal(status: int, body: bytes, header: str) -> None:
    """Read an error's body and the headers that go with it."""
    words = words_of_body(body)
    failed = fail(words, status=status, redact=_redact)
    _check_ending(failed)
    assert failed.status == status
    assert _PROMPT not in without_echoes(words.message, [_PROMPT])
    for name in ("Retry-After", "retry-after-ms"):
        wait = read_retry_after({name: header, "Date": "Sat, 28 Nov 2026 00:00:00 GMT"})
        assert wait is None or 0 <= wait < float("inf")
    read_advice({"x-should-retry": header})


def read(pieces: Iterable[bytes], *, limit: int = 1000) -> list[StreamEvent]:
    reader = BodyReader(allowed=1_000, limit=limit, redact=_redact)
    events: list[StreamEvent] = []
    for piece in pieces:
        events += reader.feed(piece)
        if reader.has_ended:
            return events
    return [*events, *reader.close()]


def _check_ending(ended: Ended) -> None:
    detail = ended.detail if isinstance(ended, Failed | Incomplete) else ""
    assert len(detail) <= LONGEST_DETAIL
    assert "\n" not in detail
    assert KEY not in detail
    usage = ended.usage
    assert usage is None or min(usage.input_tokens, usage.output_tokens) >= 0


def _pieces(body: bytes, seed: int) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    pieces = []
    at = 0
    while at < len(body):
        size = chance.choice((1, 2, 3, 7, 64, 1000))
        pieces.append(body[at : at + size])
        at += size
    return pieces
