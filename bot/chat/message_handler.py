"""The handler of messages: is it a question, whose turn is it, and who answers it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from bot.chat.answers.admission import admit_to_ledger
from bot.chat.answers.conversation import find_conversation, find_root
from bot.chat.answers.delivery import (
    DiscordAnswer,
    ShownAnswer,
    finish_question,
    forget,
    has_message,
    keep,
    remember,
    reporting_errors,
    showing,
)
from bot.chat.answers.run import OutcomeT, PlanT, run_answer
from bot.chat.answers.text_answer import TextAnswer
from bot.chat.bursts import Bursts, LeftQuestion, Question
from bot.chat.collaborators import Collaborators
from bot.chat.earlier_answers import show_earlier_answer
from bot.chat.in_flight import ConversationQueue, InFlight, InFlightAnswer
from bot.chat.moderation.account import Account
from bot.chat.pictures.picture_answer import PictureAnswer
from bot.chat.pictures.picture_requests import PictureRequests
from bot.chat.ports import ReplySurface
from bot.chat.settings import AnswerSettings
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.bounded_map import BoundedMap
from bot.core.conversation.recovery import Step
from bot.core.conversation.turns import conversation_key
from bot.core.errors import StoreError
from bot.core.messages.incoming_message import IncomingMessage, RepliedTo
from bot.core.messages.triggers import BARE_MENTION_WAIT, Trigger, find_trigger, is_bare
from bot.core.pictures.orders import Menu, PictureOrder

log = logging.getLogger(__name__)

_THREADS_KEPT = 10_000  # the database knows the others


class MessageHandler:
    """Takes every message; answers those that are questions to the bot."""

    def __init__(
        self,
        using: Collaborators,
        settings: AnswerSettings,
        in_flight: InFlight,
        *,
        bot_id: int = 0,
        pictures: PictureRequests | None = None,
    ) -> None:
        self.bot_id = bot_id  # known once Discord has said who we are
        self._using = using
        self._settings = settings
        self._in_flight = in_flight
        self._pictures = pictures
        self._account = Account(using)
        self._bursts = Bursts()
        self._turns = ConversationQueue()
        # Threads known to hold an answer of ours.
        self._own_threads: BoundedMap[str, bool] = BoundedMap(_THREADS_KEPT)
        self._expected: dict[int, LeftQuestion] = {}  # commands, by their ids
        self._queues: dict[ShownAnswer, str] = {}  # of answers being written, or waiting

    @property
    def menu(self) -> Menu | None:
        """The pictures that may be ordered; None: the operator has none made."""
        return None if self._pictures is None else self._pictures.settings.menu

    @property
    def is_closing(self) -> bool:
        """Whether the bot takes nothing new any more."""
        return self._in_flight.is_closing

    async def handle(self, message: IncomingMessage, surface: ReplySurface) -> None:
        """Answer `message` on `surface` if it is a question; return when all of it is visible."""
        if message.author.is_bot or message.is_system or self._in_flight.was_seen(message.id):
            return
        if self._bursts.add_to_question(message):
            self._in_flight.note_seen(message.id)
            return
        missed = self._bursts.find_missed(message)
        if missed is not None:
            message = _as_reply(message, missed)
        trigger = await self.find_trigger(message) if missed is None else Trigger.REPLY
        if trigger is None:
            self._bursts.remember(message)
            return
        if not self._in_flight.is_new(message.id):
            return
        question = self._bursts.open(message)
        question.is_addressed = trigger.is_addressed
        await self._take_turn(question, surface)

    async def take_up(
        self, left: LeftQuestion, messages: Sequence[IncomingMessage], surface: ReplySurface
    ) -> None:
        """Go on with a question that was left, and is taken; return when all of it is visible.

        `messages` are those of the question, the one that is answered first.
        """
        for message in messages:
            self._in_flight.note_seen(message.id)
        question = Question(messages[0])
        question.messages = tuple(messages)
        question.left, question.is_addressed = left, left.is_addressed
        if left.step is Step.ANSWER:
            self._bursts.reopen(question)
        await self._take_turn(question, surface)

    def was_taken(self, message_id: int) -> bool:
        """Whether the message is a question, or a part of one, that this process has taken."""
        return self._in_flight.was_seen(message_id)

    def expect(self, left: LeftQuestion) -> None:
        """A command that a dead process has left is about to come again."""
        self._expected[left.kept.message_id] = left

    def forget_message(self, message_id: int) -> None:
        """A message was deleted: a question is not answered any more, nor a deleted answer written."""
        self._bursts.forget(message_id)
        self._in_flight.forget_question(message_id)
        for answer in tuple(self._queues):
            entry = self._in_flight.find(answer.question.id)
            if entry is not None and message_id in answer.reply.message_ids:
                entry.interrupt(Ending.STOPPED)

    def leave_channel(self, channel_id: int) -> None:
        """Nobody reads there any more: end what is being written."""
        for answer in tuple(self._queues):
            entry = self._in_flight.find(answer.question.id)
            if entry is not None and answer.question.merged.place.channel_id == channel_id:
                entry.interrupt(Ending.UNDELIVERABLE)

    async def imagine(
        self,
        order: PictureOrder,
        message: IncomingMessage,
        surface: ReplySurface,
        *,
        command: str | None = None,
    ) -> None:
        """Make the pictures of a command, as if `message` had asked for them; return when all of
        it is visible. `command` describes it for a process that has to go on with it.
        """
        pictures, left = self._pictures, self._expected.pop(message.id, None)
        if pictures is None or (left is None and not self._in_flight.is_new(message.id)):
            return
        question = Question(message)
        question.command, question.left = command, left
        with self._in_flight.entry(
            question.id, asker_id=message.author.id, signal=question.signal
        ) as entry:
            answer = PictureAnswer(
                question, order, surface, entry=entry, requests=pictures, is_command=True
            )
            await self._deliver(answer, surface, entry)

    async def _take_turn(self, question: Question, surface: ReplySurface) -> None:
        asker_id = question.messages[0].author.id
        with self._in_flight.entry(question.id, asker_id=asker_id, signal=question.signal) as entry:
            try:
                await self._answer(question, surface, entry)
            finally:
                self._bursts.close(question)

    async def find_trigger(self, message: IncomingMessage) -> Trigger | None:
        """Find the reason to answer a message by itself; None: it is not answered."""
        trigger = find_trigger(
            message,
            bot_id=self.bot_id,
            automatic_channels=self._settings.automatic_channels,
            takes_part=False,
        )
        if trigger is None and message.place.is_thread and await self._takes_part(message):
            return Trigger.THREAD
        return trigger

    async def _takes_part(self, message: IncomingMessage) -> bool:
        """Whether an answer of ours stands in this thread, or the thread was opened on one."""
        using, key = self._using, conversation_key(message.place, root_id=message.id)
        if key in self._own_threads:
            return True
        try:
            async with using.database.reading() as connection:
                takes_part = await using.history.exists(connection, key)
            takes_part = takes_part or await find_root(message.place, using) is not None
        except StoreError:
            log.exception("the history could not be asked", extra={"message_id": message.id})
            return False
        if takes_part:
            self._own_threads[key] = True
        return takes_part

    async def _answer(
        self, question: Question, surface: ReplySurface, entry: InFlightAnswer
    ) -> None:
        """Answer in text, or with pictures where the question asks for them and they may be made."""
        pictures = self._pictures
        order = None if pictures is None else await _find_order(question, pictures)
        if pictures is not None and order is not None:
            drawn = PictureAnswer(question, order, surface, entry=entry, requests=pictures)
            await self._deliver(drawn, surface, entry)
            return
        answer = TextAnswer(
            question, surface, entry=entry, using=self._using, settings=self._settings
        )
        await self._deliver(answer, surface, entry, may_be_bare=True)

    async def _deliver(
        self,
        answer: DiscordAnswer[PlanT, OutcomeT],
        surface: ReplySurface,
        entry: InFlightAnswer,
        *,
        may_be_bare: bool = False,
    ) -> None:
        """Write the answer and show it, side by side."""
        question, left = answer.question, answer.question.left
        if left is not None and left.step is not Step.ANSWER:
            await show_earlier_answer(
                question, left, surface, entry, self._using, in_turn=self._in_turn
            )
            return
        if left is not None:
            answer.reply.adopt([reply.message_id for reply in left.replies])
        entry.when_forgotten(partial(forget, answer))
        async with showing(answer.reply, surface, entry, self._using) as shown:
            with reporting_errors(answer, self._using):
                await keep(question, self._using, owner=self._settings.owner)
                if self._in_flight.is_closing:
                    question.close()
                    answer.reply.end_with(wording.interrupted(has_text=False))
                elif may_be_bare and await _stays_bare(question):
                    await self._account.check(question.merged)
                    answer.reply.end_with(wording.greeting())
                else:
                    await self._answer_in_turn(answer, shown)
        await finish_question(question, self._using)

    async def _answer_in_turn(
        self, answer: DiscordAnswer[PlanT, OutcomeT], shown: "asyncio.Task[None]"
    ) -> None:
        question, using = answer.question, self._using
        async with self._in_turn(answer, await self._find_queue(question.merged)):
            conversation = await find_conversation(question.merged, using)
            admit = admit_to_ledger(question.merged, using, owner=self._settings.owner)
            finished = await run_answer(answer, conversation, admit, answer.owed)
            # Who writes there at once need not wait until the history knows.
            if question.merged.place.is_thread:
                self._own_threads[conversation.key] = True
            await answer.conclude(finished)
            await shown
            await remember(answer.memory(finished), answer, using)

    @asynccontextmanager
    async def _in_turn(self, answer: ShownAnswer, queue: str) -> AsyncIterator[None]:
        """Let nothing of the same conversation be answered meanwhile."""
        self._queues[answer] = queue
        try:
            async with self._turns.turn(queue):
                yield
        finally:
            del self._queues[answer]

    async def _find_queue(self, message: IncomingMessage) -> str:
        """The conversation to wait for; also where the history does not know yet, because the
        message replies to an answer that is still being written.
        """
        place, replied_to = message.place, message.replied_to
        if place.is_thread or place.is_direct:  # known at once: to ask would let others overtake
            return conversation_key(place, root_id=message.id)
        if replied_to is not None:
            for answer, queue in self._queues.items():
                if has_message(answer, replied_to.message_id):
                    return queue
        return (await find_conversation(message, self._using)).key


def _as_reply(message: IncomingMessage, question: Question) -> IncomingMessage:
    """A message that came a moment too late goes on from the question it was meant for."""
    if message.replied_to is not None:
        return message
    author = question.messages[0].author
    replied_to = RepliedTo(message_id=question.id, author_id=author.id, author_name=author.name)
    return replace(message, replied_to=replied_to)


async def _find_order(question: Question, pictures: PictureRequests) -> PictureOrder | None:
    """The pictures that the whole question asks for; where it does, nothing joins it any more."""
    while True:
        question.begin_attempt()
        order = await pictures.find_order(question.merged)
        if not question.is_superseded:
            break
    if order is not None:
        question.note_shown()
    return order


async def _stays_bare(question: Question) -> bool:
    """A mention that says nothing waits a moment for its other half; nobody else waits.

    Where it stays bare, the question is closed.
    """
    if not is_bare(question.merged):
        return False
    try:
        async with asyncio.timeout(BARE_MENTION_WAIT.total_seconds()):
            while is_bare(question.merged):
                question.signal.clear()
                await question.signal.wait()
    except TimeoutError:
        question.close()
        return True
    return False
