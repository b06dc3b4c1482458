"""The answer as it appears: reads the draft, waits for the pacer, shows the newest text.

Reading the stream never waits for this. There is one request in flight for an answer, ever, so an
older text cannot overtake a newer one; the newest text wins; the last text always goes out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from bot.chat.display.pacer import Pacer, Slot
from bot.chat.ports import ReplySurface
from bot.core import wording
from bot.core.display.draft import Draft, Page
from bot.core.display.next_request import (
    PageRequest,
    ShownPage,
    accepted_pages,
    find_next_request,
)
from bot.core.display.rate_limits import PacedRequest, Route, Urgency
from bot.core.display.status import Status
from bot.core.errors import SurfaceError, SurfaceUnavailable

log = logging.getLogger(__name__)

TYPING_EVERY = 8.0  # seconds; Discord shows it for ten
LOOK_AGAIN = 1.0  # seconds until a stream that had nothing new is asked again
RETRY_PAUSE = 1.0  # seconds, doubled at each attempt
LONGEST_PAUSE = 30.0  # seconds
_UNKNOWN = "?"  # a status that no answer has


OnCreated = Callable[[int], Awaitable[None]]


class AnsweredQuestion(Protocol):
    """The question that a reply answers: it may grow until the first text is on its way.

    `bot/chat/bursts.py` has the real one.
    """

    @property
    def is_superseded(self) -> bool:
        """Whether the draft answers only a part of it, and is about to be begun anew."""
        ...

    def close(self) -> None:
        """The first text is on its way."""
        ...

    def note_shown(self) -> None:
        """The first text has appeared."""
        ...


class LiveReply:
    """Shows one answer on one surface. `clock` is monotonic, in seconds.

    `on_created(message_id)` is awaited after each page has appeared, before anything else is sent.
    """

    def __init__(
        self,
        surface: ReplySurface,
        pacer: Pacer,
        clock: Callable[[], float],
        *,
        question: AnsweredQuestion | None = None,
        on_created: OnCreated | None = None,
    ) -> None:
        self.draft = Draft()
        self.hurry: Callable[[], None] = _nothing_to_hurry  # of the stream that is being read
        self._question = question
        self._surface = surface
        self._pacer = pacer
        self._clock = clock
        self.on_created = on_created or note_nothing
        self._shown: list[ShownPage] = []
        self._has_ended = False
        self._is_withdrawn = False
        self._accepted: list[Page] | None = None  # the pages, where Discord does not take the rest
        self._changed = asyncio.Event()
        self._unseen_since: float | None = None
        self._edits = 0
        self._shown_at = float("-inf")
        self._failures = 0  # in a row
        self._slot: Slot | None = None
        self._status = Status()
        self.is_visible = False  # the first text has appeared, or is on its way

    @property
    def message_ids(self) -> tuple[int, ...]:
        return tuple(shown.message_id for shown in self._shown)

    @property
    def is_there(self) -> bool:
        """Whether anything has appeared: text, or the status that stands for it."""
        return self.is_visible or bool(self._shown)

    def add(self, text: str) -> None:
        self.draft.add(text)
        self._status.note_text(self._clock())
        if self._unseen_since is None:
            self._unseen_since = self._clock()
        if self._slot is not None and not self.is_visible:
            self._slot.hasten(Urgency.FIRST_TEXT)
        self._changed.set()

    def wait(self, activity: str = "") -> None:
        """Somebody waits for the answer: a silence is given a status, with the latest activity."""
        self._status.begin(self._clock())
        self._status.note_activity(activity)
        self._changed.set()

    def restart(self) -> None:
        """Forget a draft of which nothing is visible: the question has grown."""
        self.draft = Draft()
        self._unseen_since = None
        self._status.restart()
        self._changed.set()

    def adopt(self, message_ids: Sequence[int]) -> None:
        """These messages are there from an earlier attempt: what comes replaces what they say."""
        self._shown = [
            ShownPage(message_id=each, text="", status=_UNKNOWN, has_stop=True)
            for each in message_ids
        ]

    def withdraw(self) -> None:
        """Take back the status, and show nothing; where text is visible already, it stays."""
        if self.is_visible:
            return
        self._is_withdrawn = self._has_ended = True
        self._changed.set()

    def give_up(self) -> None:
        """Say that Discord does not accept the rest, below what it has accepted."""
        self._accepted = accepted_pages(
            self._shown,
            alone=wording.not_acceptable(has_text=False),
            below=wording.small_print(wording.not_acceptable(has_text=True)),
        )
        self._has_ended = True
        self._changed.set()

    def end(self, footer: str) -> None:
        """No more text will come. `show` returns once all of it is visible. The first end counts."""
        if self._has_ended:
            return
        self.draft.finish(footer)
        self.end_as(self.draft)

    def end_as(self, draft: Draft) -> None:
        """End with that draft, which is finished. The first end counts."""
        if self._has_ended:
            return
        self.draft = draft
        self._has_ended = True
        if self._unseen_since is None:
            self._unseen_since = self._clock()
        if self._slot is not None:
            self._slot.hasten(Urgency.FINAL_TEXT)
        self._changed.set()

    def end_as_before(self, texts: Sequence[str]) -> None:
        """End with the texts that an earlier attempt had for its messages."""
        self.end_as(Draft.of_pages(texts))

    def end_with(self, sentence: str, *, footer: str = "") -> None:
        """End with a sentence of the bot's own: as the text, or below what is there already."""
        if self._has_ended:
            return
        if not self.draft.is_blank:
            self.end("\n".join(line for line in (wording.small_print(sentence), footer) if line))
            return
        self.draft = Draft()  # white space alone is nothing that Discord would show
        self.draft.add(sentence)
        self.end(footer)

    async def show(self) -> None:
        """Show everything until the end. Raises SurfaceError where Discord does not let us."""
        with self._pacer.writing(self._surface.channel_id):
            while True:
                self._changed.clear()
                step = self._next_step()
                if step is not None:
                    await self._send_paced(step.route, step.urgency)
                elif self._has_ended:
                    await self._take_back()
                    return
                # Nothing new is known, but the stream may hold text back until it is asked.
                elif not self.is_visible or not await self._send_paced(Route.EDIT, Urgency.EDIT):
                    await self._wait_for_text()

    def _next_step(self) -> PageRequest | None:
        if self._is_withdrawn:
            return None
        now = self._status.at(self._clock())
        is_superseded = self._question is not None and self._question.is_superseded
        pages = self.draft.pages() if self._accepted is None else self._accepted
        return find_next_request(
            () if is_superseded else pages,
            self._shown,
            has_ended=self._has_ended,
            status="" if now is None else wording.status(now[0], seconds=now[1]),
        )

    async def _take_back(self) -> None:
        """Delete what a withdrawn reply has shown. Where Discord does not let us, it stays."""
        while self._is_withdrawn and self._shown:
            with suppress(SurfaceError):
                await self._surface.delete(self._shown.pop().message_id)

    async def _wait_for_text(self) -> None:
        """Wait for a change; once text is visible, only so long that the stream is asked again."""
        limits = [
            self._status.seconds_to_change(self._clock()),
            LOOK_AGAIN if self.is_visible else None,
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(min((at for at in limits if at is not None), default=None)):
                await self._changed.wait()

    async def _ask_stream(self) -> None:
        """Let what has arrived, but was not read yet, come in: a few turns of the event loop."""
        self.hurry()
        for _ in range(4):
            await asyncio.sleep(0)

    async def _send_paced(self, route: Route, urgency: Urgency) -> bool:
        """Wait for the permission to send, then send what is newest by then; False: nothing is."""
        want = PacedRequest(
            route=route,
            channel_id=self._surface.channel_id,
            urgency=urgency,
            since=self._clock() if self._unseen_since is None else self._unseen_since,
            edits_so_far=self._edits,
            shown_at=self._shown_at,
        )
        self._slot = self._pacer.queue(want)
        pages_before = len(self._shown)
        is_sent = False
        try:
            async with self._pacer.use(self._slot):
                is_sent = await self._send_newest(self._slot)
        except SurfaceUnavailable:
            await self._pause()
        finally:
            self._slot = None
        for shown in self._shown[pages_before:]:
            await self.on_created(shown.message_id)
        return is_sent

    async def _send_newest(self, slot: Slot) -> bool:
        if self._shown and not self._has_ended:
            await self._ask_stream()
        step = self._next_step()
        if step is None or step.route is not slot.want.route:
            slot.decline()
            return False
        arrived, self._unseen_since = self._unseen_since, None
        try:
            await self._send(step)
        except BaseException:
            self._unseen_since = arrived
            raise
        self._failures = 0
        return True

    async def _send(self, step: PageRequest) -> None:
        if step.text and not self.is_visible:
            self.is_visible = True
            if self._question is not None:
                self._question.close()  # with no wait since it was last asked
        if step.route is Route.CREATE:
            message_id = await self._surface.create(step.page, step.content, has_stop=step.has_stop)
        else:
            message_id = self._shown[step.page].message_id
            await self._surface.edit(message_id, step.content, has_stop=step.has_stop)
            self._edits += 1
        if self._question is not None and step.text:
            self._question.note_shown()
        self._shown_at = self._clock()
        shown = ShownPage(
            message_id=message_id, text=step.text, status=step.status, has_stop=step.has_stop
        )
        self._shown[step.page : step.page + 1] = [shown]

    async def _pause(self) -> None:
        """Discord is unavailable: text gathers meanwhile. What is whole waits for as long as it
        takes; should the process end before that, the next one shows it.
        """
        self._failures += 1
        log.warning("Discord did not take a text", extra={"attempt": self._failures})
        await asyncio.sleep(min(LONGEST_PAUSE, RETRY_PAUSE * 2 ** min(10, self._failures - 1)))


class Appearing(Protocol):
    """A reply, as far as typing is concerned: it ends once anything is there."""

    @property
    def is_there(self) -> bool: ...


async def show_typing(
    reply: Appearing, surface: ReplySurface, pacer: Pacer, clock: Callable[[], float]
) -> None:
    """Show "is typing" until something appears. A sign of life is not worth an error."""
    while not reply.is_there:
        want = PacedRequest(
            route=Route.TYPING,
            channel_id=surface.channel_id,
            urgency=Urgency.TYPING,
            since=clock(),
        )
        slot = pacer.queue(want)
        try:
            async with pacer.use(slot):
                if reply.is_there:
                    slot.decline()
                else:
                    await surface.typing()
        except SurfaceError:
            return
        await asyncio.sleep(TYPING_EVERY)


def _nothing_to_hurry() -> None:
    """No stream is being read."""


async def note_nothing(_message_id: int) -> None:
    """Nobody wants to know where the reply appears: it is not an admitted answer's."""
