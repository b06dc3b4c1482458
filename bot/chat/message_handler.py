"""The use case for one message: is it a question, whose turn is it, and what comes of it."""

import asyncio
import logging

from bot.chat.answers.conversation import Conversation
from bot.chat.answers.in_flight import Entry, InFlight
from bot.chat.answers.text_answer import Answer
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import show_typing
from bot.chat.intake.bursts import Bursts, Question
from bot.chat.intake.turn_order import Order
from bot.chat.moderation.account import Account
from bot.chat.pictures.picture_answer import Painting
from bot.chat.pictures.picture_requests import Imagining
from bot.chat.ports import ReplySurface
from bot.chat.settings import AnswerSettings
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.conversation.turns import conversation_key
from bot.core.errors import Refusal, StoreError, SurfaceError, SurfaceGone
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import BARE_MENTION_WAIT, Trigger, find_trigger, is_bare
from bot.core.pictures.orders import Menu, PictureOrder
from bot.core.quota.errors import Blocked
from bot.store.conversations.history import Found

log = logging.getLogger(__name__)


class Answering:
    """Takes every message; answers those that are questions to the bot."""

    def __init__(
        self,
        using: Collaborators,
        settings: AnswerSettings,
        in_flight: InFlight,
        *,
        bot_id: int = 0,
        imagining: Imagining | None = None,
    ) -> None:
        self.bot_id = bot_id  # known once Discord has said who we are
        self._using = using
        self._settings = settings
        self._in_flight = in_flight
        self._imagining = imagining
        self._account = Account(using)
        self._bursts = Bursts()
        self._order = Order()
        self._taken_part: set[str] = set()  # threads known to hold an answer of ours
        self._written: dict[
            Answer | Painting, str
        ] = {}  # or waiting for that, with the queue they stand in

    @property
    def menu(self) -> Menu | None:
        """What may be ordered of pictures; None: the operator has none made."""
        return None if self._imagining is None else self._imagining.settings.menu

    async def handle(self, message: IncomingMessage, surface: ReplySurface) -> None:
        """Answer `message` on `surface` if it is a question; return when all of it is visible."""
        if message.author.is_bot or message.is_system or self._bursts.absorb(message):
            return
        trigger = await self._trigger(message)
        if trigger is None:
            self._bursts.remember(message)
            return
        if not self._in_flight.is_new(message.id):
            return
        question = self._bursts.open(message)
        question.is_addressed = trigger.is_addressed
        with self._in_flight.entry(
            question.id, asker_id=message.author.id, signal=question.signal
        ) as entry:
            try:
                await self._reply_to(question, surface, entry)
            finally:
                self._bursts.close(question)

    async def imagine(
        self, order: PictureOrder, message: IncomingMessage, surface: ReplySurface
    ) -> None:
        """Make the pictures of a command, as if `message` had asked for them; return when all of
        it is visible.
        """
        imagining = self._imagining
        if imagining is None or not self._in_flight.is_new(message.id):
            return
        question = Question(message)
        with self._in_flight.entry(
            question.id, asker_id=message.author.id, signal=question.signal
        ) as entry:
            painting = self._paint(question, order, surface, entry, imagining)
            painting.is_command = True
            await self._write_and_show(painting, question, surface, entry)

    async def _trigger(self, message: IncomingMessage) -> Trigger | None:
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
        key = conversation_key(message.place, root_id=message.id)
        if key in self._taken_part:
            return True
        try:
            async with self._using.database.reading() as connection:
                takes_part = await self._using.history.exists(connection, key)
            takes_part = takes_part or await self._root(message) is not None
        except StoreError:
            log.exception("the history could not be asked", extra={"message_id": message.id})
            return False
        if takes_part:
            self._taken_part.add(key)
        return takes_part

    async def _reply_to(self, question: Question, surface: ReplySurface, entry: Entry) -> None:
        """Answer, or draw where the question asks for that and it may be done there."""
        imagining = self._imagining
        order = await imagining.find_order(question.merged) if imagining is not None else None
        answer: Answer | Painting
        if imagining is not None and order is not None:
            answer = self._paint(question, order, surface, entry, imagining)
            question.is_closed = lambda: True
        else:
            answer = Answer(
                question, surface, entry=entry, using=self._using, settings=self._settings
            )
            reply = answer.reply
            question.is_closed = lambda: reply.is_visible
        await self._write_and_show(answer, question, surface, entry)

    def _paint(
        self,
        question: Question,
        order: PictureOrder,
        surface: ReplySurface,
        entry: Entry,
        imagining: Imagining,
    ) -> Painting:
        return Painting(
            question, order, surface, entry=entry, using=self._using, imagining=imagining
        )

    async def _write_and_show(
        self, answer: Answer | Painting, question: Question, surface: ReplySurface, entry: Entry
    ) -> None:
        """Write the answer and show it, side by side; typing until the first text appears."""
        using = self._using
        async with asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(self._show(answer, entry))
            typing = tasks.create_task(
                show_typing(answer.reply, surface, using.pacer, using.monotonic)
            )
            try:
                await self._write(answer, question, showing)
            finally:
                typing.cancel()

    async def _show(self, answer: Answer | Painting, entry: Entry) -> None:
        """Where Discord does not let us show the answer, writing it any further is a waste."""
        try:
            await answer.reply.show()
        except SurfaceGone:
            entry.interrupt(Ending.STOPPED)  # somebody deleted it: they do not want it
        except SurfaceError as error:
            entry.interrupt(Ending.UNDELIVERABLE)
            log.warning(
                "an answer could not be shown",
                extra={
                    "message_id": entry.message_id,
                    "reason": f"{type(error).__name__}: {error}",
                },
            )

    async def _write(
        self, answer: Answer | Painting, question: Question, showing: "asyncio.Task[None]"
    ) -> None:
        """One of the two places where an unforeseen error is caught: the asker must not be left
        without a word, and other answers go on.
        """
        try:
            await self._write_in_turn(answer, question, showing)
        except Refusal as refusal:
            # A pause is quiet: who just posts a picture has asked for nothing.
            is_quiet = isinstance(refusal, Blocked) and not question.is_addressed
            sentence = "" if is_quiet else wording.refusal(refusal)
            if sentence:
                answer.reply.end_with(sentence)
            else:
                answer.reply.end("")
        except StoreError:
            incident = self._using.new_incident()
            log.exception("the database failed", extra=_fields(question, incident))
            answer.reply.end_with(wording.store_error(incident=incident))
        except Exception:
            incident = self._using.new_incident()
            log.exception("an answer failed unexpectedly", extra=_fields(question, incident))
            answer.reply.end_with(wording.unexpected_error(incident=incident))

    async def _write_in_turn(
        self, answer: Answer | Painting, question: Question, showing: "asyncio.Task[None]"
    ) -> None:
        if self._in_flight.is_closing:
            answer.reply.end_with(wording.interrupted(has_text=False))
            return
        if isinstance(answer, Answer) and await self._is_bare(question):
            await self._account.check(question.merged)
            answer.reply.end_with(wording.greeting())
            return
        queue = await self._find_queue(question.merged)
        self._written[answer] = queue
        try:
            async with self._order.turn(queue):
                conversation = await self._conversation(question.merged)
                await answer.write(conversation)
                # Who writes there at once need not wait until the history knows.
                if question.merged.place.is_thread:
                    self._taken_part.add(conversation.key)
                await showing
                await answer.remember()
        finally:
            del self._written[answer]

    async def _find_queue(self, message: IncomingMessage) -> str:
        """The conversation to wait for; also where the history does not know yet, because the
        message replies to an answer that is still being written.
        """
        place, replied_to = message.place, message.replied_to
        if place.is_thread or place.is_direct:  # known at once: to ask would let others overtake
            return conversation_key(place, root_id=message.id)
        if replied_to is not None:
            for answer, queue in self._written.items():
                if answer.has_message(replied_to.message_id):
                    return queue
        return (await self._conversation(message)).key

    async def _is_bare(self, question: Question) -> bool:
        """A mention that says nothing waits a moment for its other half; nobody else waits."""
        if not is_bare(question.merged):
            return False
        try:
            async with asyncio.timeout(BARE_MENTION_WAIT.total_seconds()):
                while is_bare(question.merged):
                    question.signal.clear()
                    await question.signal.wait()
        except TimeoutError:
            return True
        return False

    async def _conversation(self, message: IncomingMessage) -> Conversation:
        """The thread, the direct channel, or the reply chain that the message belongs to."""
        place, replied_to = message.place, message.replied_to
        found = None
        if replied_to is not None:
            found = await self._find(place.channel_id, replied_to.message_id)
        key = conversation_key(place, root_id=message.id)
        if found is not None and not (place.is_thread or place.is_direct):
            key = found.key
        return Conversation(
            key=key,
            continues=found.turn_id if found is not None else None,
            root=await self._root(message),
        )

    async def _root(self, message: IncomingMessage) -> Found | None:
        """The turn that this thread was opened on: such a thread has its message's id."""
        place = message.place
        if place.parent_id is None:
            return None
        return await self._find(place.parent_id, place.channel_id)

    async def _find(self, channel_id: int, message_id: int) -> Found | None:
        async with self._using.database.reading() as connection:
            return await self._using.history.find(
                connection, channel_id=channel_id, message_id=message_id
            )


def _fields(question: Question, incident: str) -> dict[str, object]:
    return {"message_id": question.id, "incident": incident}
