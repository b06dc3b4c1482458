"""One pacer for the process: everything that Glimpse writes to Discord asks here first.

The decisions are `core/display/rate_limits.py`'s; this is the queue round them.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.core.display.invalid_requests import BUDGET, UNHURRIED
from bot.core.display.rate_limits import (
    Bucket,
    PacedRequest,
    RateLimits,
    Route,
    Urgency,
    grant_requests,
)
from bot.core.errors import SurfaceError, SurfaceLimited, SurfaceUnavailable

log = logging.getLogger(__name__)

_FORGET_AFTER = 300.0  # seconds that a bucket is remembered after its last window
_MANY_BUCKETS = 2_000


class Slot:
    """A place in the queue, and later the permission to send one request."""

    def __init__(self, want: PacedRequest, granted: asyncio.Future[None], pacer: "Pacer") -> None:
        self.want = want
        self._granted = granted
        self._pacer = pacer
        self._is_unused = False

    def hasten(self, urgency: Urgency) -> None:
        """The same request has become more urgent while it waits."""
        if urgency < self.want.urgency:
            self.want.urgency = urgency
            self._pacer.pump()

    def decline(self) -> None:
        """The permission is not needed after all: another may have it."""
        self._is_unused = True


class Pacer:
    """Grants slots in the order of their urgency. `clock` is monotonic, in seconds.

    `chance` gives numbers from 0 to 1: pauses of an outage are not the same in every process.
    """

    def __init__(
        self, clock: Callable[[], float], chance: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._board = RateLimits()
        self._waiting: dict[PacedRequest, asyncio.Future[None]] = {}
        self._warned = 0  # the log level
        self._timer: asyncio.TimerHandle | None = None
        self._many = _MANY_BUCKETS  # then those of long ago are forgotten

    @contextmanager
    def writing(self, channel_id: int) -> Iterator[None]:
        """An answer is being written in this channel: it will need a token for its final text."""
        writing = self._board.writing
        writing[channel_id] = writing.get(channel_id, 0) + 1
        try:
            yield
        finally:
            writing[channel_id] -= 1
            if not writing[channel_id]:
                del writing[channel_id]

    @property
    def is_held_back(self) -> bool:
        """Discord is down, or takes nothing of ours for a while: one request tries for all."""
        return self._board.outage.is_on

    def queue(self, want: PacedRequest) -> Slot:
        """Stand in the queue; `use` the slot to wait and send."""
        granted = asyncio.get_running_loop().create_future()
        self._waiting[want] = granted
        slot = Slot(want, granted, self)
        self.pump()
        return slot

    @asynccontextmanager
    async def use(self, slot: Slot) -> AsyncIterator[None]:
        """Wait for the permission, send inside the block. Cancellation leaves nothing taken.

        A SurfaceError that leaves the block tells whether Discord is down.
        """
        try:
            await slot._granted
        except asyncio.CancelledError:
            self._leave(slot)
            raise
        try:
            yield
        except BaseException as error:
            # A request that failed or was cancelled may have reached Discord, so it counts as sent.
            self._finish(slot, is_sent=True, has_answered=_has_answered(error))
            raise
        is_sent = not slot._is_unused
        self._finish(slot, is_sent=is_sent, has_answered=True if is_sent else None)

    def _leave(self, slot: Slot) -> None:
        if self._waiting.pop(slot.want, None) is None:  # granted in the same instant
            self._board.finish(slot.want, self._clock(), is_sent=False)
            self._board.outage.note_unknown(slot.want)
        self.pump()

    def _finish(self, slot: Slot, *, is_sent: bool, has_answered: bool | None) -> None:
        """`has_answered`: whether Discord has; None where that is not known."""
        self._board.finish(slot.want, self._clock(), is_sent=is_sent)
        if slot.want.urgency is not Urgency.TYPING:  # it works while messages do not, and reversely
            self._judge(slot.want, has_answered)
        self.pump()

    def _judge(self, request: PacedRequest, has_answered: bool | None) -> None:
        outage, was_on = self._board.outage, self.is_held_back
        if has_answered is None:
            outage.note_unknown(request)
        elif has_answered:
            outage.note_success(request)
        else:
            outage.note_failure(request, self._clock(), self._chance())
        self._log_change(was_on=was_on)

    def _log_change(self, *, was_on: bool) -> None:
        if self.is_held_back != was_on:
            sentence = "Discord takes messages again" if was_on else "Discord takes no messages"
            log.warning(sentence, extra={"waiting": len(self._waiting)})

    def hold_back(self, seconds: float) -> None:
        """Discord's global limit: it takes nothing of ours for so long."""
        was_on = self.is_held_back
        self._board.outage.note_global_limit(self._clock(), seconds, self._chance())
        self._log_change(was_on=was_on)
        self.pump()

    def observe(
        self, route: Route, channel_id: int, *, limit: int, remaining: int, reset_after: float
    ) -> None:
        """Learn from a response's headers; `reset_after` in seconds."""
        buckets = self._board.buckets
        bucket = buckets.setdefault((route, channel_id), Bucket())
        bucket.learn(limit=limit, remaining=remaining, resets_at=self._clock() + reset_after)
        if len(buckets) > self._many:
            self._forget_old()
            self._many = max(_MANY_BUCKETS, 2 * len(buckets))  # not at each of a crowd
        self.pump()

    def note_response(self, status: int, *, is_shared: bool = False) -> None:
        """Count what Discord refuses: too many refusals, and it bans the bot's address."""
        invalid, now = self._board.invalid, self._clock()
        invalid.note(status, now, is_shared=is_shared)
        count = invalid.count(now)
        if count >= BUDGET:
            self._warn(logging.ERROR, "Discord refuses too much; nothing is written", count)
        elif count >= UNHURRIED:
            self._warn(logging.WARNING, "Discord refuses much; writing slows down", count)
        elif count == 0:
            self._warned = 0

    def _warn(self, level: int, sentence: str, count: int) -> None:
        """Once for each level, until a window without refusals."""
        if level > self._warned:
            self._warned = level
            log.log(level, sentence, extra={"refused": count})

    def count_unpaced(self) -> None:
        """A request that did not ask here was sent; the global budget is everybody's."""
        self._board.sent.append(self._clock())

    def _forget_old(self) -> None:
        horizon = self._clock() - _FORGET_AFTER
        old = [
            key
            for key, b in self._board.buckets.items()
            if not b.in_flight and b.resets_at < horizon
        ]
        for key in old:
            del self._board.buckets[key]

    def pump(self) -> None:
        """Grant what may go now and set the timer for what may go later."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._waiting:
            return
        now = self._clock()
        # A cancelled waiter has not left the queue yet when its future is already done.
        asking = [want for want, granted in self._waiting.items() if not granted.done()]
        granted, again = grant_requests(asking, self._board, now)
        for want in granted:
            self._waiting.pop(want).set_result(None)
        if self._waiting and again != float("inf"):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.001, again - now), self.pump)


def _has_answered(error: BaseException) -> bool | None:
    """Whether Discord answered the request that ended so; None where nobody can tell."""
    match error:
        case SurfaceLimited():
            return True
        case SurfaceUnavailable():
            return False
        case SurfaceError():
            return True
        case _:
            return None
