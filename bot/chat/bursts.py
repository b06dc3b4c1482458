"""Bursts: several messages of one person that are one question."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.conversation.recovery import EarlierReply, Step
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import (
    EARLIER_PICTURE,
    is_earlier_half,
    is_follow_up,
    merge_messages,
)
from bot.store.conversations.questions import KeptQuestion

_Spot = tuple[int, int]  # channel, author


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftQuestion:
    """A question that a dead process has left, the reply that stands there, and what to do now."""

    kept: KeptQuestion
    step: Step
    replies: tuple[EarlierReply, ...] = ()


class Question:
    """A running question; it grows until the first text of its answer is on its way.

    `signal` is set whenever whoever answers it should look up.
    """

    def __init__(self, message: IncomingMessage) -> None:
        self.id = message.id  # what the answer replies to and is accounted under
        self.messages: tuple[IncomingMessage, ...] = (message,)
        self.signal = asyncio.Event()
        self.has_grown = False  # since the answer was last begun
        self.is_closed: Callable[[], bool] = lambda: False
        self.is_addressed = True  # to the bot; False: it came upon it by itself
        self.command: str | None = None  # Discord's description of it; None: it is a message
        self.left: LeftQuestion | None = None  # by a process that has died
        self.is_kept = False  # this process has taken it

    @property
    def merged(self) -> IncomingMessage:
        return merge_messages(self.messages)

    def add(self, message: IncomingMessage) -> None:
        self.messages = (*self.messages, message)
        self.has_grown = True
        self.signal.set()


class Bursts:
    """The open questions and the latest unaddressed pictures, by channel and author."""

    def __init__(self) -> None:
        self._open: dict[_Spot, Question] = {}
        self._pictures: dict[_Spot, IncomingMessage] = {}

    def add_to_question(self, message: IncomingMessage) -> bool:
        """Add `message` to the running question it belongs to; False: it belongs to none."""
        question = self._open.get(_spot(message))
        if question is None or question.is_closed():
            return False
        latest = max(question.messages, key=lambda each: each.id)
        if not is_follow_up(question.messages[0], latest, message):
            return False
        question.add(message)
        return True

    def open(self, message: IncomingMessage) -> Question:
        """Begin a question, with the picture that was posted just before it, if any."""
        question = Question(message)
        earlier = self._pictures.pop(_spot(message), None)
        if earlier is not None and is_earlier_half(earlier, message):
            question.messages = (message, earlier)  # `message` is the one to answer
        self._open[_spot(message)] = question
        return question

    def close(self, question: Question) -> None:
        """From now on a message of the same person is a question of its own."""
        spot = _spot(question.messages[0])
        if self._open.get(spot) is question:
            del self._open[spot]

    def remember(self, message: IncomingMessage) -> None:
        """Keep an unaddressed picture for a minute: a mention may follow."""
        if not message.attachments or message.author.is_bot:
            return
        self._forget_old(message.sent_at)
        self._pictures[_spot(message)] = message

    def forget(self, message_id: int) -> None:
        """The message was deleted: no mention refers to its picture any more."""
        for spot, message in tuple(self._pictures.items()):
            if message.id == message_id:
                del self._pictures[spot]

    def _forget_old(self, now: datetime) -> None:
        old = [s for s, m in self._pictures.items() if now - m.sent_at > EARLIER_PICTURE]
        for spot in old:
            del self._pictures[spot]


def _spot(message: IncomingMessage) -> _Spot:
    return message.place.channel_id, message.author.id
