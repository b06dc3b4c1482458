"""The answers being written: whose turn it is, who may stop them, and how the process ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from bot.core.answers.events import Ending
from bot.core.bounded_map import BoundedMap

_REMEMBERED = 2_000  # message ids, against events that the gateway sends twice


class InFlightAnswer:
    """One answer being written. `signal` is set when it is to end."""

    def __init__(self, message_id: int, *, asker_id: int, signal: asyncio.Event) -> None:
        self.message_id = message_id
        self.asker_id = asker_id
        self.signal = signal
        self.ending: Ending | None = None  # how it is to end, if not by itself
        self._is_forgotten = False
        self._withdraw: Callable[[], None] | None = None

    def interrupt(self, ending: Ending) -> None:
        """End the answer where it stands. The first reason counts."""
        if self.ending is None:
            self.ending = ending
        self.signal.set()

    def forget(self) -> None:
        """Its question was deleted: stop, and take back a reply that says nothing yet."""
        self._is_forgotten = True
        self.interrupt(Ending.STOPPED)
        if self._withdraw is not None:
            self._withdraw()

    def when_forgotten(self, withdraw: Callable[[], None]) -> None:
        """Call `withdraw` once the question is deleted, at once where it is already."""
        self._withdraw = withdraw
        if self._is_forgotten:
            withdraw()


class InFlight:
    """All answers of this process."""

    def __init__(self) -> None:
        self.is_closing = False
        self._entries: dict[int, InFlightAnswer] = {}
        self._seen: BoundedMap[int, bool] = BoundedMap(_REMEMBERED)
        self._deleted: BoundedMap[int, bool] = BoundedMap(_REMEMBERED)
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._entries)

    def is_new(self, message_id: int) -> bool:
        """Whether this message id comes for the first time. Discord may send an event again."""
        if self.was_seen(message_id):
            return False
        self.note_seen(message_id)
        return True

    def was_seen(self, message_id: int) -> bool:
        """Whether the message is a question, or a part of one, that was taken already."""
        return message_id in self._seen

    def note_seen(self, message_id: int) -> None:
        """The message is taken: should its event come (again), it is no question of its own."""
        self._seen[message_id] = True

    def forget_question(self, message_id: int) -> None:
        """The question was deleted. Its answer may not have begun, so the id is remembered."""
        self._deleted[message_id] = True
        entry = self.find(message_id)
        if entry is not None:
            entry.forget()

    @contextmanager
    def entry(
        self, message_id: int, *, asker_id: int, signal: asyncio.Event
    ) -> Iterator[InFlightAnswer]:
        entry = InFlightAnswer(message_id, asker_id=asker_id, signal=signal)
        self._entries[message_id] = entry
        self._empty.clear()
        if message_id in self._deleted:
            entry.forget()
        try:
            yield entry
        finally:
            # An event that came late may have begun the same answer a second time, in vain.
            if self._entries.get(message_id) is entry:
                del self._entries[message_id]
            if not self._entries:
                self._empty.set()

    def find(self, message_id: int) -> InFlightAnswer | None:
        return self._entries.get(message_id)

    async def drain(self, *, grace: float, after: float) -> None:
        """Take nothing new, let answers finish for `grace` seconds, then interrupt the rest.

        Interrupted answers have `after` seconds to mark their replies and settle.
        """
        self.is_closing = True
        if await self._all_done(grace):
            return
        for entry in tuple(self._entries.values()):
            entry.interrupt(Ending.INTERRUPTED)
        await self._all_done(after)

    async def _all_done(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True


# Whether another living process writes the answer to this message.
WrittenElsewhere = Callable[[int], Awaitable[bool]]


async def _nowhere(_question_id: int) -> bool:
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopper:
    """Who pressed or typed. `may_moderate`: by Discord's permissions in that channel."""

    id: int
    may_moderate: bool


class StopOutcome(StrEnum):
    STOPPED = "stopped"
    NOT_YOURS = "not-yours"
    OVER = "over"  # the answer is no longer being written
    ELSEWHERE = "elsewhere"  # another process writes it, and says so


class Stopping:
    """Stop: the asker and moderators may end an answer while it is being written."""

    def __init__(
        self, in_flight: InFlight, is_written_elsewhere: WrittenElsewhere = _nowhere
    ) -> None:
        self._in_flight = in_flight
        self._is_written_elsewhere = is_written_elsewhere

    async def stop(self, question_id: int, person: Stopper) -> StopOutcome:
        """End the answer where it stands; what was shown stays."""
        entry = self._in_flight.find(question_id)
        if entry is None:
            is_elsewhere = await self._is_written_elsewhere(question_id)
            return StopOutcome.ELSEWHERE if is_elsewhere else StopOutcome.OVER
        if person.id != entry.asker_id and not person.may_moderate:
            return StopOutcome.NOT_YOURS
        entry.interrupt(Ending.STOPPED)
        return StopOutcome.STOPPED


class ConversationQueue:
    """One conversation answers one question at a time; conversations do not wait for each other."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait until it is this question's turn. `asyncio.Lock` is fair: first come, first served."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
