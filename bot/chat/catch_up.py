"""Catching up: questions that were asked while the bot was away are found, and get their word."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.chat.bursts import LeftQuestion
from bot.chat.collaborators import Collaborators
from bot.chat.message_handler import MessageHandler
from bot.chat.ports import MissedPage
from bot.chat.recovery import Recovery, until_available
from bot.chat.settings import CatchUpSettings
from bot.chat.upkeep.sessions import Gap, Sessions
from bot.core.conversation.missed import Division, MissedQuestion, divide, join_messages
from bot.core.conversation.recovery import Step
from bot.core.errors import StoreError, SurfaceError
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.snowflakes import snowflake_at
from bot.core.messages.triggers import Trigger
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion

log = logging.getLogger(__name__)

_AT_ONCE = 8  # questions that are answered side by side; live ones wait for none of them
_FETCHES = 2  # requests to fetch a question: the message, and who wrote it
_PATIENCE = 600.0  # seconds for one channel, while Discord has trouble
_RETRY_PAUSE = 5.0  # seconds, while the database can't be used
_DIRECT_SINCE = timedelta(days=30)  # direct messages that were used later are looked at
_KNOWN_SINCE = timedelta(days=1)  # on top of what is looked back: clocks differ


class MissedMessages(Protocol):
    """Messages that were posted while the bot was away, as Discord has them now."""

    def find_moved(self, server_ids: Iterable[int], *, after: int) -> Sequence[int]:
        """Find the channels and active threads with messages after that one, the latest first;
        only those in which the bot may read and write.
        """
        ...

    async def read(self, channel_id: int, *, after: int, before: int | None) -> MissedPage:
        """Read the newest messages between the two. Raises SurfaceError."""
        ...


@dataclass(kw_only=True, slots=True)
class _Counts:
    """One look back, for the log."""

    channels: int = 0
    messages: int = 0
    answered: int = 0
    told: int = 0
    channels_left_out: int = 0  # beyond `max_channels`
    channels_cut: int = 0  # in which there may be more than `max_messages`


class CatchUp:
    """Looks back whenever a session begins anew."""

    def __init__(
        self,
        using: Collaborators,
        handler: MessageHandler,
        recovery: Recovery,
        *,
        settings: CatchUpSettings,
        sessions: Sessions,
        channels: MissedMessages,
    ) -> None:
        self._using = using
        self._handler = handler
        self._recovery = recovery
        self._settings = settings
        self._sessions = sessions
        self._channels = channels
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._pacing = asyncio.Lock()

    async def run(self) -> None:
        """Look into one gap after the other, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                for left in await self.look_back(await self._sessions.next_gap()):
                    tasks.create_task(self._take_up(left))

    async def look_back(self, gap: Gap) -> Sequence[LeftQuestion]:
        """Find and take what was missed; returns what is to get a word. Waits while the database or
        Discord can't be used.
        """
        while True:
            try:
                taken = await self._look_back(gap)
            except StoreError as error:
                log.warning("looking back has to wait", extra={"reason": str(error)})
                await asyncio.sleep(_RETRY_PAUSE)
            else:
                self._sessions.close(gap)
                return taken

    async def _look_back(self, gap: Gap) -> Sequence[LeftQuestion]:
        watermark = await self._sessions.find_watermark(gap.shard_id)
        if not self._settings.max_age:
            return ()
        oldest = self._using.clock() - timedelta(seconds=self._settings.max_age)
        after = max(watermark, snowflake_at(oldest))
        counts, taken = _Counts(), list[LeftQuestion]()
        for channel_id in await self._find_channels(gap, after, counts):
            taken += await self._look_safely(channel_id, after, counts)
        fields = {name: getattr(counts, name) for name in counts.__slots__}
        log.info("looked back for missed questions", extra={"shard": gap.shard_id, **fields})
        return _in_turns(taken)

    async def _find_channels(self, gap: Gap, after: int, counts: _Counts) -> Sequence[int]:
        most = self._settings.max_channels
        every = self._channels.find_moved(gap.server_ids, after=after)
        moved = tuple(every[:most])
        counts.channels_left_out += len(every) - len(moved)
        if not gap.has_direct_messages:
            return moved
        since = self._using.clock() - _DIRECT_SINCE
        async with self._using.database.reading() as connection:
            direct = await questions.find_direct_channels(connection, since=since, count=most)
        return (*moved, *direct)

    async def _look_safely(
        self, channel_id: int, after: int, counts: _Counts
    ) -> list[LeftQuestion]:
        """One channel that can't be read must not keep the others from it. Raises StoreError."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._look_at(channel_id, after, counts)
        except StoreError:
            raise
        except (SurfaceError, TimeoutError) as error:
            fields = {"channel_id": channel_id, "reason": type(error).__name__}
            log.info("a channel can't be looked at", extra=fields)
        except Exception as error:  # noqa: BLE001 - its own words may quote what people write
            fields = {"channel_id": channel_id, "reason": type(error).__name__}
            log.error("looking at a channel failed", extra=fields)  # noqa: TRY400
        return []

    async def _look_at(self, channel_id: int, after: int, counts: _Counts) -> list[LeftQuestion]:
        messages, answered = await self._read(channel_id, after, counts)
        unknown = await self._leave_out_known(channel_id, messages)
        missed = [
            each
            for each in join_messages(await self._find_triggers(unknown))
            if answered.isdisjoint(message.id for message in each.messages)
        ]
        division = divide(
            missed,
            now=self._using.clock(),
            answer_within=timedelta(seconds=self._settings.answer_within),
        )
        counts.channels += 1
        counts.messages += len(messages)
        return await self._take(division, counts)

    async def _read(
        self, channel_id: int, after: int, counts: _Counts
    ) -> tuple[list[IncomingMessage], frozenset[int]]:
        """Read from the newest message backwards: it is the newest that somebody still waits for.

        Returns them in the order in which they were written.
        """
        messages, answered = list[IncomingMessage](), frozenset[int]()
        before: int | None = None
        while len(messages) < self._settings.max_messages:
            await self._wait_for(requests=1)
            page = await until_available(
                lambda before=before: self._channels.read(  # type: ignore[misc]
                    channel_id, after=after, before=before
                )
            )
            messages += page.messages
            answered |= page.answered
            before = page.earlier
            if before is None:
                break
        newest = messages[: self._settings.max_messages]
        counts.channels_cut += before is not None or len(newest) < len(messages)
        return sorted(newest, key=lambda message: message.id), answered

    async def _leave_out_known(
        self, channel_id: int, messages: Sequence[IncomingMessage]
    ) -> list[IncomingMessage]:
        """What was taken by any process was not missed."""
        if not messages:
            return []
        since = messages[0].sent_at - _KNOWN_SINCE
        async with self._using.database.reading() as connection:
            known = await questions.find_known(connection, channel_id, since=since)
        return [each for each in messages if each.id not in known]

    async def _find_triggers(
        self, messages: Iterable[IncomingMessage]
    ) -> list[tuple[IncomingMessage, Trigger | None]]:
        """In a thread, whatever comes after the first question is one, too: it will be answered.

        What reached this process live was not missed, but may be the other half of what was.
        """
        found, takes_part = list[tuple[IncomingMessage, Trigger | None]](), False
        for message in messages:
            if message.author.is_bot or message.is_system:
                continue
            trigger = await self._handler.find_trigger(message)
            if self._sessions.was_received(message.id):
                if trigger is None and not self._handler.was_taken(message.id):
                    found.append((message, None))
                continue
            if trigger is None and takes_part:
                trigger = Trigger.THREAD
            takes_part = message.place.is_thread and (takes_part or trigger is not None)
            found.append((message, trigger))
        return found

    async def _take(self, division: Division, counts: _Counts) -> list[LeftQuestion]:
        """Take them all, so that neither another process nor the next look finds them again."""
        if division == Division():
            return []
        taken = list[LeftQuestion]()
        async with self._using.database.transaction() as tx:
            for step, each in _steps(division):
                kept = self._keep(each)
                if await questions.take(tx, kept):
                    is_addressed = each.trigger.is_addressed
                    taken.append(LeftQuestion(kept=kept, step=step, is_addressed=is_addressed))
            for each in division.passed:
                if await questions.take(tx, self._keep(each)):
                    await questions.finish(tx, each.messages[0].id)
        counts.answered += sum(left.step is Step.ANSWER for left in taken)
        counts.told += sum(left.step is Step.TELL for left in taken)
        return taken

    def _keep(self, missed: MissedQuestion) -> KeptQuestion:
        """As old as it is: should this process die, the next one judges it by that."""
        first = missed.messages[0]
        return KeptQuestion(
            message_id=first.id,
            place=first.place,
            user_id=first.author.id,
            owner=self._settings.owner,
            taken_at=first.sent_at,
            message_ids=tuple(message.id for message in missed.messages),
        )

    async def _take_up(self, left: LeftQuestion) -> None:
        async with self._at_once:
            await self._wait_for(requests=_FETCHES)
            if not self._handler.is_closing:  # or else the next start takes it up
                await self._recovery.take_up(left)

    async def _wait_for(self, *, requests: int) -> None:
        """Wait until so many may be sent. Discord limits all of a bot's requests together, and most
        are for who asks now.
        """
        async with self._pacing:
            await asyncio.sleep(requests / self._settings.requests_per_second)


def _in_turns(left: Iterable[LeftQuestion]) -> list[LeftQuestion]:
    """One of each channel, then the next of each: Discord takes few messages at once in one channel,
    and the others need not wait for it.
    """
    counts = Counter[int]()
    turns = list[tuple[int, LeftQuestion]]()
    for each in left:
        counts[each.kept.place.channel_id] += 1
        turns.append((counts[each.kept.place.channel_id], each))
    return [each for _, each in sorted(turns, key=lambda turn: (turn[0], turn[1].kept.message_id))]


def _steps(division: Division) -> Iterable[tuple[Step, MissedQuestion]]:
    yield from ((Step.ANSWER, each) for each in division.answered)
    yield from ((Step.TELL, each) for each in division.told)
