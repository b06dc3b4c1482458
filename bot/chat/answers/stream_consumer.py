"""What the model says, turned into what is shown, counted and asked of us."""

from collections.abc import Callable

from bot.chat.answers.admission import Admission
from bot.chat.display.live_reply import LiveReply
from bot.core import wording
from bot.core.answers.citations import Source, Weaver
from bot.core.answers.events import (
    Began,
    Called,
    Cited,
    Completed,
    Ended,
    Failed,
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
from bot.core.models.tools import Call

BETWEEN_ROUNDS = "\n\n"


class Hearing:
    """One answer, over all rounds in which the model asks for functions. `clock` is monotonic."""

    def __init__(
        self,
        reply: LiveReply,
        admission: Admission,
        clock: Callable[[], float],
        *,
        search_price: int,  # micro-dollars for each search of the web
    ) -> None:
        self.ended: Ended | None = None
        self.calls: list[Call] = []  # of this round
        self.first_text_at: float | None = None
        self._reply = reply
        self._admission = admission
        self._clock = clock
        self._search_price = search_price
        self._weaver = Weaver()
        self._cited_before = 0  # how many of the sources are of earlier rounds
        self._may_cite = False
        self._is_between = False

    @property
    def sources(self) -> list[Source]:
        return self._weaver.sources

    def begin_round(self, *, may_cite: bool) -> None:
        """The model is asked (again). `may_cite`: links wait a moment for their citations."""
        self.ended = None
        self.calls = []
        self._weaver = Weaver(self._weaver.sources)
        self._cited_before = len(self.sources)
        self._may_cite = may_cite
        self._is_between = bool(self._admission.text)

    def hear(self, event: StreamEvent) -> None:  # noqa: C901 - a table
        match event:
            case Began():
                self._admission.begin_attempt(event)
                self._void()
                self._reply.wait("")
            case TextDelta(text=text):
                self._write(self._weaver.add(text) if self._may_cite else text)
            case Thinking(headline=headline):
                if headline:
                    self._reply.wait(headline)
            case Searching():
                self._note_search(event)
            case Cited():
                self._write(self._weaver.cite(event))
            case Called(call=call):
                self.calls.append(call)
            case Completed() | Incomplete() | Refused() | Failed():
                self.stop()
                self.ended = event
                self._admission.reported = event.usage
            case PictureDelta() | PictureMade() | PicturesCounted():
                return  # nobody has asked for pictures here

    def stop(self) -> None:
        """Nothing more will be heard: give what was held back for its citation."""
        self._write(self._weaver.finish())

    def _void(self) -> None:
        """Forget what an attempt has said that failed before its first text."""
        self.calls = []
        self._weaver = Weaver(self.sources[: self._cited_before])

    def _note_search(self, searching: Searching) -> None:
        self._reply.wait(wording.searching(searching.query, searching.url))
        if searching.is_over and not searching.url:  # opening a page that was found is not billed
            self._admission.extra_microusd += self._search_price

    def _write(self, text: str) -> None:
        if not text:
            return
        if self.first_text_at is None:
            self.first_text_at = self._clock()
        if self._is_between:
            text, self._is_between = BETWEEN_ROUNDS + text, False
        self._admission.text += text
        self._reply.add(text)
