"""The message in which pictures appear: a quiet line first, their states as they come, then the end.

Calls for a picture never wait for this: the newest state wins, and the last one always goes out.
There is one request in flight, ever. Edits that carry pictures are megabytes, so they keep a
distance that reading needs anyhow.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.chat.display.live_reply import OnCreated, note_nothing
from bot.chat.display.pacer import Pacer, Slot
from bot.chat.ports import ReplySurface
from bot.core import wording
from bot.core.display.rate_limits import PacedRequest, Route, Urgency
from bot.core.errors import SurfaceError, SurfaceUnavailable
from bot.core.pictures.orders import ShownPicture

log = logging.getLogger(__name__)

CALM = 2.5  # seconds between two changes on the way
RETRY_PAUSE = 1.0  # seconds, doubled at each attempt
LONGEST_PAUSE = 30.0  # seconds

Key = tuple[int, int]  # the call, and the picture's number within it


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    """The message as it stands, or should."""

    text: str
    pictures: tuple[ShownPicture, ...] = ()
    has_stop: bool = True


class PictureReply:
    """Shows one order's pictures on one surface. `clock` is monotonic, in seconds.

    `on_created(message_id)` is awaited once the message has appeared, before anything else is sent.
    """

    def __init__(
        self,
        surface: ReplySurface,
        pacer: Pacer,
        clock: Callable[[], float],
        *,
        on_created: OnCreated | None = None,
    ) -> None:
        self.is_there = False  # the first text has appeared, or is on its way
        self.appeared = asyncio.Event()
        self.message_ids: tuple[int, ...] = ()
        self._surface = surface
        self._pacer = pacer
        self._clock = clock
        self.on_created = on_created or note_nothing
        self._text = ""
        self._pictures: dict[Key, ShownPicture] = {}
        self._has_ended = False
        self._is_withdrawn = False
        self._shown: _View | None = None
        self._may_differ = False  # pictures whose edit failed may have appeared all the same
        self._shown_at = float("-inf")
        self._changed = asyncio.Event()
        self._slot: Slot | None = None
        self._failures = 0  # in a row

    @property
    def pictures(self) -> tuple[ShownPicture, ...]:
        """Those that the message is to show by now, in their order."""
        return tuple(self._pictures[key] for key in sorted(self._pictures))

    def adopt(self, message_ids: Sequence[int]) -> None:
        """This message is there from an earlier attempt: what comes replaces what it says."""
        if message_ids:
            self.message_ids = tuple(message_ids[:1])
            self._shown = _View(text="")
            self.is_there = True
            self.appeared.set()

    def say(self, text: str) -> None:
        """Set the text that stands in the message until the end."""
        if not self._has_ended:
            self._text = text
            self._changed.set()

    def put(self, key: Key, picture: ShownPicture) -> None:
        """Show a picture, in place of its earlier state."""
        if not self._has_ended:
            self._pictures[key] = picture
            if self._slot is not None:
                self._slot.hasten(Urgency.EDIT)
            self._changed.set()

    def drop(self, key: Key) -> None:
        """Take away a state that no picture came of."""
        if not self._has_ended and self._pictures.pop(key, None) is not None:
            self._changed.set()

    def withdraw(self) -> None:
        """Take back the message, and show nothing; where pictures stand in it, it stays."""
        if self._shown is not None and self._shown.pictures:
            return
        self._is_withdrawn = self._has_ended = True
        self._changed.set()

    def end(self, text: str) -> None:
        """Nothing more will come. `show` returns once all of it is visible. The first end counts."""
        if self._has_ended:
            return
        self._text = text
        self._has_ended = True
        if self._slot is not None:
            self._slot.hasten(Urgency.FINAL_TEXT)
        self._changed.set()

    def end_as_before(self, texts: Sequence[str], pictures: Sequence[ShownPicture]) -> None:
        """End with the text and the pictures that an earlier attempt had for its message."""
        self._pictures = {(0, number): picture for number, picture in enumerate(pictures)}
        self.end("\n".join(texts))

    def give_up(self) -> None:
        """Say that Discord does not accept the rest, with the pictures that it has accepted."""
        shown = self._shown.pictures if self._shown is not None else ()
        self._pictures = {(0, number): picture for number, picture in enumerate(shown)}
        sentence = wording.not_acceptable(has_text=bool(shown))
        self._text = wording.small_print(sentence) if shown else sentence
        self._has_ended = True
        self._changed.set()

    def end_with(self, sentence: str, *, footer: str = "") -> None:
        """End with a sentence of the bot's own; in small print where pictures stand below it."""
        first = wording.small_print(sentence) if self._pictures else sentence
        self.end("\n".join(line for line in (first, footer) if line))

    async def show(self) -> None:
        """Show everything until the end. Raises SurfaceError where Discord does not let us."""
        with self._pacer.writing(self._surface.channel_id):
            while True:
                self._changed.clear()
                wanted = self._wanted()
                if wanted is None or (wanted == self._shown and not self._may_differ):
                    if self._has_ended:
                        await self._take_back()
                        return
                    await self._changed.wait()
                elif not await self._is_too_soon():
                    await self._send_paced()

    def _wanted(self) -> _View | None:
        if not self._text or self._is_withdrawn:
            return None
        return _View(text=self._text, pictures=self.pictures, has_stop=not self._has_ended)

    async def _take_back(self) -> None:
        """Delete the message of a withdrawn reply. Where Discord does not let us, it stays."""
        while self._is_withdrawn and self.message_ids:
            message_id, *rest = self.message_ids
            self.message_ids = tuple(rest)
            with suppress(SurfaceError):
                await self._surface.delete(message_id)

    async def _is_too_soon(self) -> bool:
        """Keep the distance between changes, unless the end comes; whether it had to be kept."""
        left = self._shown_at + CALM - self._clock()
        if self._has_ended or left <= 0:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                while not self._has_ended:
                    self._changed.clear()
                    await self._changed.wait()
        return True

    async def _send_paced(self) -> None:
        """Wait for the permission to send, then send what is newest by then."""
        is_new = not self.message_ids
        want = PacedRequest(
            route=Route.CREATE if is_new else Route.EDIT,
            channel_id=self._surface.channel_id,
            urgency=self._urgency(is_new=is_new),
            since=self._clock(),
            shown_at=self._shown_at,
        )
        self._slot = self._pacer.queue(want)
        try:
            async with self._pacer.use(self._slot):
                await self._send()
        except SurfaceUnavailable:
            await self._pause()
        finally:
            self._slot = None
        if is_new and self.message_ids:
            await self.on_created(self.message_ids[0])
            self.appeared.set()

    def _urgency(self, *, is_new: bool) -> Urgency:
        if is_new:
            return Urgency.FIRST_TEXT
        if self._has_ended:
            return Urgency.FINAL_TEXT
        shown = self._shown.pictures if self._shown is not None else ()
        wanted = self._wanted()
        has_news = wanted is not None and wanted.pictures != shown
        return Urgency.EDIT if has_news else Urgency.STATUS

    async def _send(self) -> None:
        wanted, shown = self._wanted(), self._shown
        if wanted is None:
            return
        if shown is None:
            self.is_there = True
            wanted = _View(text=wanted.text, has_stop=wanted.has_stop)  # pictures follow
            self.message_ids = (
                await self._surface.create(0, wanted.text, has_stop=wanted.has_stop),
            )
        elif wanted.pictures == shown.pictures and not self._may_differ:
            await self._surface.edit(self.message_ids[0], wanted.text, has_stop=wanted.has_stop)
        else:
            self._may_differ = True
            await self._surface.show_pictures(
                self.message_ids[0], wanted.text, wanted.pictures, has_stop=wanted.has_stop
            )
            self._may_differ = False
        self._shown, self._shown_at = wanted, self._clock()
        self._failures = 0

    async def _pause(self) -> None:
        """Discord is unavailable: states gather meanwhile, and the end waits for as long as it takes."""
        self._failures += 1
        log.warning("Discord did not take a picture", extra={"attempt": self._failures})
        await asyncio.sleep(min(LONGEST_PAUSE, RETRY_PAUSE * 2 ** min(10, self._failures - 1)))
