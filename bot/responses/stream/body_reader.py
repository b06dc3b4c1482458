"""The body of an answer: a stream of events, or one JSON document where `stream` was not heeded.

The first byte tells them apart more reliably than the content type: no event stream begins with a
brace, and no JSON without one.
"""

from typing import Final, Protocol

from bot.core.answers.events import (
    Ended,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    StreamEvent,
    TextDelta,
    Thinking,
)
from bot.core.models.output_bound import OutputBound
from bot.responses.stream.endings import Written, end_by_finish_reason, find_ending
from bot.responses.stream.errors import Redact, fail, words_of, words_of_body
from bot.responses.stream.frames import WholeAnswer, read_answer, read_any
from bot.responses.stream.made_pictures import MadePictures
from bot.responses.stream.output import join_pieces, read_output
from bot.responses.stream.parser import AnswerParser
from bot.responses.stream.sse import LARGEST_EVENT
from bot.responses.stream.tool_items import Searches, calls_in, citations_in
from bot.responses.stream.usage import read_usage

_BLANK: Final = b" \t\r\n"


class EventReader(Protocol):
    """Reads a body as it comes; the last event that it gives is an `Ended`."""

    has_ended: bool

    @property
    def is_near_end(self) -> bool:
        """Whether every piece is to be read at once: the end is near, or there is no stream."""
        ...

    def feed(self, chunk: bytes) -> list[StreamEvent]: ...

    def close(self) -> list[StreamEvent]: ...


class BodyReader:
    """Bytes in, `StreamEvent`s out, until the first that ends the answer.

    Output beyond what was allowed ends it, too: not every endpoint keeps to the limit.
    """

    def __init__(
        self, *, limit: int, allowed: int, redact: Redact, largest: int = LARGEST_EVENT
    ) -> None:
        """`limit` is the `max_output_tokens` that was sent, `allowed` what should have been.

        `largest`: bytes that one event, or a document, may have.
        """
        self._limit = limit
        self._bound = OutputBound(allowed)
        self._redact = redact
        self._largest = largest
        self._stream = AnswerParser(limit=limit, redact=redact, largest=largest)
        self._is_stream = False
        self._document = bytearray()
        self.has_ended = False

    @property
    def is_near_end(self) -> bool:
        """Whether the endpoint has begun to repeat the whole text, or sends no stream at all."""
        return not self._is_stream or self._stream.has_whole_text

    def feed(self, chunk: bytes) -> list[StreamEvent]:
        if self.has_ended:
            return []
        if not self._is_stream:
            return self._begin(chunk)
        events = self._keep_within(self._stream.feed(chunk))
        self.has_ended = self._stream.has_ended or self._bound.is_passed
        return events

    def close(self) -> list[StreamEvent]:
        """The body is over."""
        if self.has_ended:
            return []
        self.has_ended = True
        if self._is_stream:
            return self._keep_within(self._stream.close())
        document = bytes(self._document).strip(_BLANK)
        return self._keep_within(read_document(document, limit=self._limit, redact=self._redact))

    def _keep_within(self, events: list[StreamEvent]) -> list[StreamEvent]:
        """Cut the events where the bound is passed, inside a text if need be."""
        kept: list[StreamEvent] = []
        for event in events:
            match event:
                case TextDelta(text=text):
                    kept += _as_delta(self._bound.take(text))
                case Thinking(tokens=tokens):
                    self._bound.count(tokens)
                    kept.append(event)
                case _:
                    kept.append(event)
            if self._bound.is_passed:
                usage = events[-1].usage if isinstance(events[-1], Ended) else None
                return [*kept, Incomplete(usage=usage, reason=IncompleteReason.LIMIT)]
        return kept

    def _begin(self, chunk: bytes) -> list[StreamEvent]:
        if not self._document:
            chunk = chunk.lstrip(_BLANK)
        if not chunk:
            return []
        self._document += chunk
        if self._document[:1] not in b'{[<"':
            self._is_stream = True
            self._document.clear()
            return self.feed(chunk)
        if len(self._document) > self._largest:
            self.has_ended = True
            return [_break(f"a document of more than {self._largest} bytes")]
        return []


def read_document(body: bytes, *, limit: int, redact: Redact) -> list[StreamEvent]:
    """Read a whole answer: a response object, a chat completion, or an error in the place of one."""
    if not body:
        return [_break("the answer is empty")]
    if not body.startswith(b"{"):
        return [_no_answer(words_of_body(body).message, redact)]
    answer = read_answer(body)
    if answer is None:
        return [_break("the answer is no valid JSON")]
    return _read_answer(answer, body, limit, redact)


def _read_answer(answer: WholeAnswer, body: bytes, limit: int, redact: Redact) -> list[StreamEvent]:
    if answer.choices:
        return _read_chat(answer, limit, redact)
    if answer.output:
        return _read_response(answer, limit, redact)
    if answer.error:
        return [fail(words_of(read_any(body)), redact=redact)]
    return [_no_answer(body[:200].decode("utf-8", "replace"), redact)]


def _read_response(answer: WholeAnswer, limit: int, redact: Redact) -> list[StreamEvent]:
    output = read_any(answer.output)
    pieces = read_output(output)
    written = Written(is_refusal=any(piece.is_refusal for piece in pieces), limit=limit)
    ending = find_ending(answer, written, named="completed", redact=redact)
    searched, called = Searches().end_others(output), calls_in(output)
    told: tuple[StreamEvent, ...] = (*searched, *called, *citations_in(pieces))
    pictures = MadePictures().read_end(answer)
    return [*told, *_as_delta(join_pieces(pieces)), *pictures, ending]


def _read_chat(answer: WholeAnswer, limit: int, redact: Redact) -> list[StreamEvent]:
    choices = read_any(answer.choices)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return [_break("a chat completion without a message")]
    content, refusal = message.get("content"), message.get("refusal")
    text = join_pieces(read_output([{"content": content}]))
    written = Written(is_refusal=bool(refusal), limit=limit)
    reason = choice.get("finish_reason") or "stop"
    usage = read_usage(answer.usage)
    ending = end_by_finish_reason(str(reason), usage, written, redact=redact)
    return [*_as_delta(text or (refusal if isinstance(refusal, str) else "")), ending]


def _as_delta(text: str) -> list[StreamEvent]:
    return [TextDelta(text=text)] if text else []


def _no_answer(seen: str, redact: Redact) -> Failed:
    return Failed(failure=Failure.NOT_AN_ENDPOINT, detail=redact(f"no answer but: {seen}"))


def _break(detail: str) -> Failed:
    return Failed(failure=Failure.BROKEN_STREAM, detail=detail)
