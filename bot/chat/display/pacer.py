"""One pacer for the process: everything that Glimpse writes to Discord asks here first.

The decisions are `core/display/rate_limits.py`'s; this is the queue round them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.core.display.rate_limits import (
    Bucket,
    PacedRequest,
    RateLimits,
    Route,
    Urgency,
    grant_requests,
)

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
    """Grants slots in the order of their urgency. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._board = RateLimits()
        self._waiting: dict[PacedRequest, asyncio.Future[None]] = {}
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

    def queue(self, want: PacedRequest) -> Slot:
        """Stand in the queue; `use` the slot to wait and send."""
        granted = asyncio.get_running_loop().create_future()
        self._waiting[want] = granted
        slot = Slot(want, granted, self)
        self.pump()
        return slot

    @asynccontextmanager
    async def use(self, slot: Slot) -> AsyncIterator[None]:
        """Wait for the permission, send inside the block. Cancellation leaves nothing taken."""
        try:
            await slot._granted
        except asyncio.CancelledError:
            self._leave(slot)
            raise
        is_left_well = False
        try:
            yield
            is_left_well = True
        finally:
            self._finish(slot, is_sent=not (slot._is_unused and is_left_well))

    def _leave(self, slot: Slot) -> None:
        if self._waiting.pop(slot.want, None) is None:  # granted in the same instant
            self._board.finish(slot.want, self._clock(), is_sent=False)
        self.pump()

    def _finish(self, slot: Slot, *, is_sent: bool) -> None:
        """A request that failed or was cancelled may have reached Discord, so it counts as sent."""
        self._board.finish(slot.want, self._clock(), is_sent=is_sent)
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
