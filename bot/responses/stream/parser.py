"""An endpoint's answer: bytes in, `StreamEvent`s out, whatever the dialect. No I/O.

The kind of a frame is its `type`; the event's name counts only where that is missing. Indices and
sequence numbers are optional, so the order of arrival is the truth. The first event that ends the
answer is the last one; `[DONE]` and the end of the stream are no endings.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from bot.core.answers.events import (
    Cited,
    Ended,
    Failed,
    Failure,
    FunctionCalled,
    Searching,
    StreamEvent,
    TextDelta,
    Thinking,
    Usage,
)
from bot.responses.stream.answer_text import AnswerTooLarge, TextOfRecord
from bot.responses.stream.endings import Written, end_by_finish_reason, find_ending
from bot.responses.stream.errors import ErrorWords, Redact, fail, redactor, words_of
from bot.responses.stream.frames import EventFrame, WholeAnswer, read_answer, read_any, read_frame
from bot.responses.stream.made_pictures import MadePictures
from bot.responses.stream.output import is_comment, join_pieces, read_item, read_output, read_part
from bot.responses.stream.sse import LARGEST_EVENT, EventTooLarge, SseEvent, SseParser
from bot.responses.stream.tool_items import (
    MOST_CITED,
    Searches,
    calls_in,
    citations_in,
    read_call,
    read_citation,
    read_citations,
    read_search,
)
from bot.responses.stream.unseen import ARGUMENT_DELTAS, UnseenOutput
from bot.responses.stream.usage import read_usage

_DONE: Final = b"[DONE]"
_THINKING: Final = Thinking()
_SEARCHING: Final = Searching()
_MOST_CALLED: Final = 32
_MOST_MEMBERS: Final = 32  # of a chat completion's delta
_ENDINGS: Final = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}


class AnswerParser:
    """Reads one answer that comes as a stream of events."""

    def __init__(
        self, *, limit: int, redact: Redact | None = None, largest: int = LARGEST_EVENT
    ) -> None:
        """`limit` is the `max_output_tokens` that was sent; `largest` are bytes of one event."""
        self.has_ended = False
        self.has_whole_text = False  # the endpoint has begun to repeat the text: the end is near
        self._limit = limit
        self._redact = redact or redactor("")
        self._sse = SseParser(largest=largest)
        self._text = TextOfRecord()
        self._unseen = UnseenOutput()
        self._pictures = MadePictures()
        self._searches = Searches()
        self._is_refusal = False
        self._cited: set[Cited] = set()
        self._called: set[str] = set()  # ids of calls
        self._finish_reason = ""  # of chat completions
        self._usage: Usage | None = None  # of chat completions

    def feed(self, chunk: bytes) -> list[StreamEvent]:
        events: list[StreamEvent] = []
        try:
            self._read(self._sse.feed(chunk), events)
        except (EventTooLarge, AnswerTooLarge) as error:
            events.append(self._break(str(error)))
        return events

    def close(self) -> list[StreamEvent]:
        """The stream is over: say how the answer ended, or that it is cut."""
        events: list[StreamEvent] = []
        if self.has_ended:
            return events
        try:
            self._read(self._sse.close(), events)
        except AnswerTooLarge as error:
            events.append(self._break(str(error)))
        if not self.has_ended:
            events.extend(self._end_without_word("the stream ended without an ending"))
        return events

    def _read(self, frames: list[SseEvent], events: list[StreamEvent]) -> None:
        for name, data in frames:
            if self.has_ended:
                break
            frame = read_frame(data)
            if frame is None:
                events.extend(self._read_odd(name, data))
            elif frame.type == "response.output_text.delta" and type(frame.delta) is str:
                text = self._text.add(frame, frame.delta)
                events.extend(_as_delta(text) or self._hide(frame.delta))
            else:
                events.extend(self._read_frame(frame, name, data))

    def _read_frame(self, frame: EventFrame, name: bytes, data: bytes) -> Iterator[StreamEvent]:
        kind = frame.type or ("" if frame.choices else name.decode("utf-8", "replace"))
        if kind in _ENDINGS:
            yield from self._end(frame, _ENDINGS[kind])
        elif kind == "error" or (not kind.startswith("response.") and read_any(frame.error)):
            yield from self._fail(words_of(read_any(data)))
        elif frame.choices and not kind:
            yield from self._read_chat(frame)
        elif kind.startswith("response.reasoning"):
            yield self._unseen.read_reasoning(kind, frame)
        elif read := _KINDS.get(kind):
            yield from read(self, frame)
        elif kind.startswith("response.web_search_call.") and not kind.endswith("completed"):
            yield _SEARCHING
        elif kind.endswith((".in_progress", ".searching")) and kind.count(".") > 1:
            yield _THINKING  # another tool of the endpoint's own is at work

    def _read_odd(self, name: bytes, data: bytes) -> Iterator[StreamEvent]:
        if data.strip() == _DONE:
            yield from self._end_without_word("the stream is done, without an ending")
        elif name == b"error":
            yield from self._fail(ErrorWords(message=data.decode("utf-8", "replace")))
        elif data.startswith(b"{"):
            self._text.distrust()

    def _read_delta(self, frame: EventFrame) -> Iterator[StreamEvent]:
        if isinstance(frame.delta, str):
            yield from _as_delta(self._text.add(frame, frame.delta)) or self._hide(frame.delta)
        elif frame.delta is not None:
            self._text.distrust()

    def _hide(self, text: str) -> tuple[Thinking, ...]:
        """Count a delta of a comment; what is only held back will be shown, and counted then."""
        return (self._unseen.hide(text),) if text and not self._text.is_doubtful else ()

    def _read_arguments(self, frame: EventFrame) -> Iterator[StreamEvent]:
        yield self._unseen.read_arguments(frame)

    def _read_refusal(self, frame: EventFrame) -> Iterator[StreamEvent]:
        self._is_refusal = True
        yield from self._read_delta(frame)

    def _read_whole_refusal(self, frame: EventFrame) -> Iterator[StreamEvent]:
        self._is_refusal = True
        if isinstance(frame.refusal, str):
            yield from _as_delta(self._text.complete(frame, frame.refusal))

    def _read_whole_text(self, frame: EventFrame) -> Iterator[StreamEvent]:
        self.has_whole_text = True
        if isinstance(frame.text, str):
            yield from _as_delta(self._text.complete(frame, frame.text))

    def _read_whole_part(self, frame: EventFrame) -> Iterator[StreamEvent]:
        part = read_any(frame.part)
        text, is_refusal = read_part(part)
        self._is_refusal |= is_refusal
        if text:
            yield from _as_delta(self._text.complete(frame, text))
            yield from self._cite(read_citations(part, base=self._text.base_of(frame)))

    def _read_annotation(self, frame: EventFrame) -> Iterator[StreamEvent]:
        cited = read_citation(read_any(frame.annotation), base=self._text.base_of(frame))
        yield from self._cite(() if cited is None else (cited,))

    def _cite(self, citations: Iterable[Cited]) -> Iterator[Cited]:
        """Give each citation once: the events at the end repeat them."""
        for cited in islice(citations, 2 * MOST_CITED):
            if cited not in self._cited and len(self._cited) < MOST_CITED:
                self._cited.add(cited)
                yield cited

    def _read_new_item(self, frame: EventFrame) -> Iterator[StreamEvent]:
        item = read_any(frame.item)
        if is_comment(item):
            names = (frame.output_index, frame.item_id, item.get("id"))
            self._text.hide(name for name in names if isinstance(name, str | int))
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "web_search_call":
            yield read_search(item, is_over=False)
        elif kind == "reasoning":
            yield _THINKING

    def _read_partial_picture(self, frame: EventFrame) -> Iterator[StreamEvent]:
        yield from self._pictures.read_partial(frame)

    def _read_whole_item(self, frame: EventFrame) -> Iterator[StreamEvent]:
        item = read_any(frame.item)
        kind = item.get("type") if isinstance(item, dict) else None
        yield from self._pictures.read_item(item)
        if kind == "web_search_call":
            yield self._searches.end(item)
        elif kind == "function_call":
            called = read_call(item)
            yield self._unseen.read_whole_arguments(item.get("arguments"))
            yield from self._call(() if called is None else (called,))
        else:
            yield from self._read_message(frame, item)

    def _call(self, calls: Iterable[FunctionCalled]) -> Iterator[FunctionCalled]:
        """Give each call once: the last event repeats it."""
        for called in calls:
            if called.call.id not in self._called and len(self._called) < _MOST_CALLED:
                self._called.add(called.call.id)
                yield called

    def _read_message(self, frame: EventFrame, item: Any) -> Iterator[StreamEvent]:
        pieces = read_item(item)
        if pieces:
            self._is_refusal |= any(piece.is_refusal for piece in pieces)
            text = self._text.complete_item(frame, pieces[0].item_id, join_pieces(pieces))
            yield from _as_delta(text)

    def _end(self, frame: EventFrame, named: str) -> Iterator[StreamEvent]:
        answer = read_answer(frame.response) or WholeAnswer()
        output = read_any(answer.output)
        yield from self._searches.end_others(output)
        yield from self._call(calls_in(output))
        if self._text.is_doubtful or not self._text.has_text:
            yield from self._read_whole_output(output)
        yield from _as_delta(self._text.finish())
        yield from self._pictures.read_end(answer)
        yield self._close(find_ending(answer, self._written, named=named, redact=self._redact))

    def _read_whole_output(self, output: Any) -> Iterator[StreamEvent]:
        """The last place where the text may stand, if no delta, or not every one, has come."""
        pieces = read_output(output)
        self._is_refusal |= any(piece.is_refusal for piece in pieces)
        if pieces and self._text.has_text:
            yield from _as_delta(self._text.repair(pieces[-1].text))
        elif pieces:
            yield from self._cite(citations_in(pieces))
            yield from _as_delta(self._text.take_all(join_pieces(pieces)))

    def _read_chat(self, frame: EventFrame) -> Iterator[StreamEvent]:
        self.has_whole_text = True  # or never: chat completions end without repeating the text
        reported = read_any(frame.usage)
        self._usage = self._usage if reported is None else read_usage(reported)
        choices = read_any(frame.choices)
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        delta = choice.get("delta")
        members = delta.items() if isinstance(delta, dict) else ()
        for name, text in islice(members, _MOST_MEMBERS):
            yield from self._read_chat_text(name, text) if isinstance(text, str) else ()
        if isinstance(choice.get("finish_reason"), str):
            self._finish_reason = choice["finish_reason"]

    def _read_chat_text(self, name: str, text: str) -> Iterator[StreamEvent]:
        self._is_refusal |= bool(text) and name == "refusal"
        if name in ("content", "refusal"):
            yield from _as_delta(self._text.add(_CHAT, text))
        elif text and name.startswith("reasoning"):
            yield self._unseen.read_chat(name, text)

    def _end_without_word(self, detail: str) -> Iterator[StreamEvent]:
        yield from _as_delta(self._text.finish())
        if self._finish_reason:
            ending = end_by_finish_reason(
                self._finish_reason, self._usage, self._written, redact=self._redact
            )
            yield self._close(ending)
        else:
            yield self._break(detail)

    def _fail(self, words: ErrorWords) -> Iterator[StreamEvent]:
        yield from _as_delta(self._text.finish())
        yield self._close(fail(words, redact=self._redact, usage=self._usage))

    def _break(self, detail: str) -> Ended:
        return self._close(Failed(failure=Failure.BROKEN_STREAM, detail=detail, usage=self._usage))

    def _close(self, ending: Ended) -> Ended:
        self.has_ended = True
        return ending

    @property
    def _written(self) -> Written:
        return Written(
            is_refusal=self._is_refusal, limit=self._limit, is_damaged=self._text.is_damaged
        )


def _as_delta(text: str) -> tuple[TextDelta, ...]:
    return (TextDelta(text=text),) if text else ()


_CHAT: Final = EventFrame(item_id="chat")  # all text of chat completions is one part
_KINDS: Final[dict[str, Callable[[AnswerParser, EventFrame], Iterator[StreamEvent]]]] = {
    "response.output_text.delta": AnswerParser._read_delta,
    "response.output_text.done": AnswerParser._read_whole_text,
    "response.refusal.delta": AnswerParser._read_refusal,
    "response.refusal.done": AnswerParser._read_whole_refusal,
    "response.content_part.done": AnswerParser._read_whole_part,
    "response.output_text.annotation.added": AnswerParser._read_annotation,
    "response.output_item.added": AnswerParser._read_new_item,
    "response.output_item.done": AnswerParser._read_whole_item,
    "response.image_generation_call.partial_image": AnswerParser._read_partial_picture,
    **dict.fromkeys(ARGUMENT_DELTAS, AnswerParser._read_arguments),
}
