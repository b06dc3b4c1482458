"""Recovery after a process that died: what it owed is given, or its end is said.

Its attempts are settled at the operator's expense, half replies are marked, answers that were paid
for are shown, and questions without a word are answered now, or told that it is too late.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.chat.bursts import LeftQuestion
from bot.chat.collaborators import Collaborators
from bot.chat.lost_attempts import settle_lost
from bot.chat.message_handler import MessageHandler
from bot.chat.ports import EarlierQuestion, ReplySurface
from bot.chat.settings import AnswerSettings
from bot.core import wording
from bot.core.conversation.missed import add_follow_ups
from bot.core.conversation.recovery import Account, EarlierReply, Step, choose_step
from bot.core.errors import (
    SurfaceClosed,
    SurfaceError,
    SurfaceForbidden,
    SurfaceUnavailable,
)
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import Trigger
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion, QuestionState
from bot.store.processes import leases
from bot.store.quota.reservations import OpenReservation

log = logging.getLogger(__name__)

T = TypeVar("T")

_AT_ONCE = 8  # questions that are taken up side by side
_RETRY_PAUSE = 1.0  # seconds, doubled at each attempt
_LONGEST_PAUSE = 30.0  # seconds


class EarlierReplies(Protocol):
    """Replies of an earlier run, as Discord has them. All raise SurfaceError."""

    async def find(self, question: EarlierQuestion) -> tuple[EarlierReply, ...]:
        """Find what stands there of the answer, noted or not, in the order of its pages."""
        ...

    async def mark(self, question: EarlierQuestion, reply: EarlierReply, mark: str) -> None:
        """Show the reply with `mark` below it, without buttons."""
        ...

    async def tell(self, question: EarlierQuestion, sentence: str) -> None:
        """Say a sentence where the question stands, which perhaps can't be read."""
        ...

    async def remove(self, question: EarlierQuestion, reply: EarlierReply) -> None:
        """Take away a message in which nothing but a status stands."""
        ...


class EarlierQuestions(Protocol):
    """Questions of an earlier run, as Discord has them. All raise SurfaceError."""

    async def wait_until_ready(self) -> None:
        """Wait until Discord has told which servers and channels there are."""
        ...

    async def fetch(
        self, question: EarlierQuestion
    ) -> tuple[Sequence[IncomingMessage], ReplySurface] | None:
        """Fetch its messages as they are now, and where it is answered; None: it was deleted."""
        ...

    async def read_later(self, question: EarlierQuestion) -> Sequence[IncomingMessage]:
        """Read what was posted after it, in order: the next hundred messages."""
        ...

    async def repeat(self, question: EarlierQuestion) -> None:
        """Let a command be carried out anew; return when all of its answer is visible."""
        ...


async def find_left(
    using: Collaborators, *, owner: str, at_start: bool = False
) -> list[KeptQuestion]:
    """Find the questions that processes have left which do not live; `owner` is this one.

    `at_start`: before the first answer of this run, so that what carries its name was left by an
    earlier one. Raises StoreError.
    """
    async with using.database.reading() as connection:
        unfinished = await questions.find_unfinished(connection)
        held = await using.ledger.open_reservations(connection, owner=owner, now=using.clock())
        living = await leases.living_owners(connection, using.clock())
    known = {question.message_id for question in unfinished}
    unknown = [_from_reservation(each) for each in held if each.message_id not in known]
    alive = living - {owner} if at_start else living | {owner}
    return [each for each in (*unfinished, *unknown) if each.owner not in alive]


def _from_reservation(held: OpenReservation) -> KeptQuestion:
    """A question of a version that kept nothing but the reservation."""
    reply = held.reply_message_id
    return KeptQuestion(
        message_id=held.message_id,
        place=held.place,
        user_id=held.user_id,
        owner=held.owner,
        taken_at=held.created_at,
        message_ids=(held.message_id,),
        reply_ids=() if reply is None else (reply,),
    )


class Recovery:
    """Goes on where dead processes stopped."""

    def __init__(
        self,
        using: Collaborators,
        handler: MessageHandler,
        settings: AnswerSettings,
        *,
        replies: EarlierReplies,
        asked: EarlierQuestions,
    ) -> None:
        self._using = using
        self._handler = handler
        self._settings = settings
        self._replies = replies
        self._asked = asked

    async def recover(self, left: Sequence[KeptQuestion]) -> None:
        """Take up all of these questions; return when each has its word."""
        if not left:
            return
        log.warning("questions of an earlier run are taken up", extra={"questions": len(left)})
        at_once = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for question in left:
                await at_once.acquire()
                task = tasks.create_task(self._safely(question, self._recover(question)))
                task.add_done_callback(lambda _: at_once.release())

    async def take_up(self, left: LeftQuestion) -> None:
        """Answer a question that this process has taken but did not get live, or tell that it is too
        late; return when all of it is visible.
        """
        await self._safely(left.kept, self._take_up(left))

    async def _safely(self, question: KeptQuestion, work: Awaitable[None]) -> None:
        """One question that can't be taken up must not keep the others from it."""
        try:
            await work
        except SurfaceError as error:
            reason = f"{type(error).__name__}: {error}"
            fields = {"message_id": question.message_id, "reason": reason}
            log.info("a question of an earlier run can't be answered any more", extra=fields)
            is_closed = isinstance(error, SurfaceClosed)  # a word would open the thread again
            may_write = isinstance(error, SurfaceForbidden) and not is_closed
            await self._give_up(question, may_write=may_write)
        except Exception:
            fields = {"message_id": question.message_id}
            log.exception("a question of an earlier run could not be taken up", extra=fields)

    async def _recover(self, question: KeptQuestion) -> None:
        kept = await self._take_over(question)
        if kept is None:
            await self._settle_shown(question)
            return
        replies = await until_available(lambda: self._replies.find(kept))
        async with self._using.database.reading() as connection:
            account, reservation = await self._using.ledger.find_account(
                connection, kept.message_id
            )
        left = LeftQuestion(kept=kept, step=self._choose(kept, replies, account), replies=replies)
        await settle_lost(left, reservation, self._using)
        match left.step:
            case Step.FINISH | Step.DROP:
                await self._finish(kept)
            case Step.MARK:
                await self._mark(left)
            case Step.ANSWER:
                await self._take_up(left, may_have_grown=True)
            case Step.SHOW | Step.TELL:
                await self._take_up(left)

    async def _take_over(self, question: KeptQuestion) -> KeptQuestion | None:
        """None: another process was faster."""
        owner = self._settings.owner
        async with self._using.database.transaction() as tx:
            await questions.take(tx, question)  # where only its reservation was kept
            if not await questions.take_over(tx, question, by=owner):
                return None
        return replace(question, owner=owner, attempts=question.attempts + 1)

    async def _settle_shown(self, question: KeptQuestion) -> None:
        """An answer that was visible before the database took its charge is charged by estimate.

        Nothing is done where another process was faster: it settles by itself.
        """
        using = self._using
        async with using.database.reading() as connection:
            is_done = await questions.is_done(connection, question.message_id)
            _, reservation = await using.ledger.find_account(connection, question.message_id)
        if not is_done or reservation is None:
            return
        try:
            replies = await until_available(lambda: self._replies.find(question))
        except SurfaceError:
            replies = ()
        left = LeftQuestion(kept=question, step=Step.FINISH, replies=tuple(replies))
        await settle_lost(left, reservation, self._using)

    def _choose(
        self, kept: KeptQuestion, replies: Sequence[EarlierReply], account: Account
    ) -> Step:
        return choose_step(
            replies,
            is_owed=kept.state is QuestionState.OWED,
            is_deleted=_is_deleted(kept, replies),
            account=account,
            deaths=kept.attempts - 1,
            age=self._using.clock() - kept.taken_at,
            answer_within=timedelta(seconds=self._settings.answer_after_restart),
        )

    async def _mark(self, left: LeftQuestion) -> None:
        mark = wording.interrupted_mark(has_text=True)
        await until_available(lambda: self._replies.mark(left.kept, left.replies[-1], mark))
        await self._finish(left.kept)

    async def _take_up(self, left: LeftQuestion, *, may_have_grown: bool = False) -> None:
        kept = left.kept
        await self._asked.wait_until_ready()
        if kept.command is not None:
            self._handler.expect(left)
            await until_available(lambda: self._asked.repeat(kept))
            return
        found = await until_available(lambda: self._asked.fetch(kept))
        if found is None:
            await self._withdraw(left)
            return
        messages, surface = found
        trigger = await self._handler.find_trigger(messages[0])
        if left.step is Step.TELL and trigger is Trigger.AUTOMATIC_IMAGE:
            await self._withdraw(left)  # nobody has spoken to the bot: as after a gap
            return
        if trigger is not None:
            left = replace(left, is_addressed=trigger.is_addressed)
        if may_have_grown:
            messages = await self._add_halves(kept, messages)
        await self._handler.take_up(left, messages, surface)

    async def _withdraw(self, left: LeftQuestion) -> None:
        """Nothing is said to the question, and what stands there of a reply goes."""
        kept = left.kept
        for reply in left.replies:
            await until_available(lambda reply=reply: self._replies.remove(kept, reply))  # type: ignore[misc]
        await self._finish(kept)

    async def _add_halves(
        self, kept: KeptQuestion, messages: Sequence[IncomingMessage]
    ) -> Sequence[IncomingMessage]:
        """Add what was written on while nobody listened; what is a question by itself stays one."""
        try:
            later = await until_available(lambda: self._asked.read_later(kept))
        except SurfaceError:
            return messages
        halves = [
            each
            for each in later
            if not each.is_system and await self._handler.find_trigger(each) is None
        ]
        return add_follow_ups(messages, halves)

    async def _finish(self, question: KeptQuestion) -> None:
        async with self._using.database.transaction() as tx:
            await questions.finish(tx, question.message_id)

    async def _give_up(self, question: KeptQuestion, *, may_write: bool) -> None:
        """The question can't be read any more, or nothing can be written there."""
        using = self._using
        if may_write:
            with suppress(SurfaceError):
                await self._replies.tell(
                    question, wording.interrupted(has_text=bool(question.reply_ids))
                )
        async with using.database.reading() as connection:
            _, reservation = await using.ledger.find_account(connection, question.message_id)
        await settle_lost(LeftQuestion(kept=question, step=Step.MARK), reservation, using)
        await self._finish(question)


def _is_deleted(kept: KeptQuestion, replies: Iterable[EarlierReply]) -> bool:
    """Whether a message of the reply is gone. Those to a command may be seen by its user alone, and
    then nobody else finds them.
    """
    found = {reply.message_id for reply in replies}
    return kept.command is None and not found.issuperset(kept.reply_ids)


async def until_available(call: Callable[[], Awaitable[T]]) -> T:
    """Call until Discord can be asked. Raises the SurfaceErrors that waiting does not mend."""
    pause = _RETRY_PAUSE
    while True:
        try:
            return await call()
        except SurfaceUnavailable:
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause)
