"""The consumer of a model's stream: what is shown of it, what is counted, what is asked of us."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.core import wording
from bot.core.answers.citations import CitationInserter, Source
from bot.core.answers.events import (
    Began,
    Cited,
    Completed,
    Ended,
    Failed,
    Failure,
    FunctionCalled,
    Incomplete,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    Refused,
    Searching,
    StreamEvent,
    TextDelta,
    Thinking,
)
from bot.core.endings.usage_meter import UsageMeter
from bot.core.models.tools import FunctionCall

BETWEEN_ROUNDS = "\n\n"
_NO_END = Failed(failure=Failure.BROKEN_STREAM, detail="nothing was said of its end")


class Display(Protocol):
    """Where the text of an answer grows."""

    def add(self, text: str) -> None: ...

    def wait(self, activity: str = "") -> None:
        """Something goes on that gives no text yet."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumed:
    """Everything that came of a stream besides its text."""

    ended: Ended  # as the stream said last, or as it was ended from outside
    sources: tuple[Source, ...] = ()
    first_text_at: float | None = None  # monotonic, seconds; None: no text came


class StreamConsumer:
    """One answer, over all rounds in which the model asks for functions. `clock` is monotonic."""

    def __init__(
        self,
        display: Display,
        meter: UsageMeter,
        clock: Callable[[], float],
        *,
        search_price: int = 0,  # micro-dollars for each search of the web
    ) -> None:
        self.ended: Ended | None = None
        self.calls: list[FunctionCall] = []  # of this round
        self._first_text_at: float | None = None
        self._display = display
        self._meter = meter
        self._clock = clock
        self._search_price = search_price
        self._inserter = CitationInserter()
        self._cited_before = 0  # sources of earlier rounds
        self._may_cite = False
        self._is_between = False  # rounds: text that follows is a paragraph of its own

    @property
    def result(self) -> Consumed:
        """Valid once `stop` was called."""
        return Consumed(
            ended=_NO_END if self.ended is None else self.ended,
            sources=tuple(self._inserter.sources),
            first_text_at=self._first_text_at,
        )

    def begin_round(self, *, may_cite: bool = False) -> None:
        """The model is asked (again). `may_cite`: links wait a moment for their citations."""
        self.ended = _NO_END
        self.calls = []
        self._inserter = CitationInserter(self._inserter.sources)
        self._cited_before = len(self._inserter.sources)
        self._may_cite = may_cite
        self._is_between = bool(self._meter.text)

    def consume(self, event: StreamEvent) -> None:  # noqa: C901 - a table
        match event:
            case TextDelta(text=text):
                self._write(self._inserter.add(text) if self._may_cite else text)
            case Began():
                self._meter.begin(event)
                self._begin_again()
            case Thinking(headline=headline, tokens=tokens):
                self._meter.think(tokens)
                if headline:
                    self._display.wait(headline)
            case Searching():
                self._note_search(event)
            case Cited():
                self._write(self._inserter.cite(event))
            case FunctionCalled(call=call):
                self.calls.append(call)
            case Completed() | Incomplete() | Refused() | Failed():
                self.stop()
                self.end(event)
                self._meter.report(event.usage)
            case PictureDelta() | PictureMade() | PicturesCounted():
                return  # nobody has asked for pictures here

    def end(self, ended: Ended) -> None:
        """The answer has ended like this, by its stream or by what limits it."""
        self.ended = ended

    def stop(self) -> None:
        """Nothing more will come: give what was held back for its citation."""
        self._write(self._inserter.finish())

    def _begin_again(self) -> None:
        """Forget what an attempt has said that failed before its first text."""
        self.calls = []
        self._inserter = CitationInserter(self._inserter.sources[: self._cited_before])
        self._display.wait("")

    def _note_search(self, searching: Searching) -> None:
        self._display.wait(wording.searching(searching.query, searching.url))
        if searching.is_over and not searching.url:  # opening a page that was found is not billed
            self._meter.add_cost(self._search_price)

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._first_text_at is None:
            self._first_text_at = self._clock()
        if self._is_between:
            text, self._is_between = BETWEEN_ROUNDS + text, False
        self._meter.write(text)
        self._display.add(text)
