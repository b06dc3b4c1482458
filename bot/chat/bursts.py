"""Bursts: several messages of one person that are one question."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.bounded_map import BoundedMap
from bot.core.conversation.recovery import EarlierReply, Step
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import (
    EARLIER_PICTURE,
    is_earlier_half,
    is_follow_up,
    merge_messages,
)
from bot.store.conversations.questions import KeptQuestion

_PICTURES_KEPT = 2_000  # of the last minute, in all channels
_Spot = tuple[int, int]  # channel, author


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftQuestion:
    """A question that nobody has answered in time: a dead process has left it, or none was there.

    `replies` are what stands there of an answer, `step` is what to do now.
    """

    kept: KeptQuestion
    step: Step
    replies: tuple[EarlierReply, ...] = ()
    is_addressed: bool = True  # to the bot


class Growth(StrEnum):
    """How far the answer to a question has come, as far as further messages are concerned."""

    OPEN = "open"  # they join it
    CLOSED = "closed"  # the answer stands, or its first text is on its way
    SHOWN = "shown"  # people see what they write after


class Question:
    """A running question; it grows until the first text of its answer is on its way.

    It alone decides whether it has grown: whoever is about to show the answer asks it in the same
    breath. `signal` is set whenever whoever answers it should look up.
    """

    def __init__(self, message: IncomingMessage) -> None:
        self.id = message.id  # what the answer replies to and is accounted under
        self.messages: tuple[IncomingMessage, ...] = (message,)
        self.signal = asyncio.Event()
        self.growth = Growth.OPEN
        self.is_addressed = True  # to the bot; False: it came upon it by itself
        self.command: str | None = None  # Discord's description of it; None: it is a message
        self.left: LeftQuestion | None = None  # by a process that has died
        self.is_kept = False  # this process has taken it, and is to finish it
        self._has_grown = False  # since the answer was last begun

    @property
    def merged(self) -> IncomingMessage:
        return merge_messages(self.messages)

    @property
    def is_superseded(self) -> bool:
        """Whether the present attempt answers only a part of it: nothing of that may be shown."""
        return self._has_grown and self.growth is Growth.OPEN

    def begin_attempt(self) -> None:
        """Whoever calls this answers all messages that are there by now."""
        self._has_grown = False

    def add(self, message: IncomingMessage) -> bool:
        """Let a message join; False: it is too late, and the message is a question of its own."""
        if any(each.id == message.id for each in self.messages):
            return True  # Discord has sent the event again
        if self.growth is not Growth.OPEN:
            return False
        self.messages = (*self.messages, message)
        self._has_grown = True
        self.signal.set()
        return True

    def close(self) -> None:
        """No message may join any more: what is shown from now on answers those that are there."""
        if self.growth is Growth.OPEN:
            self.growth = Growth.CLOSED

    def note_shown(self) -> None:
        """The first text has appeared."""
        self.growth = Growth.SHOWN


class Bursts:
    """The open questions and the latest unaddressed pictures, by channel and author."""

    def __init__(self) -> None:
        self._open: dict[_Spot, Question] = {}
        self._pictures: BoundedMap[_Spot, IncomingMessage] = BoundedMap(_PICTURES_KEPT)

    def add_to_question(self, message: IncomingMessage) -> bool:
        """Add `message` to the running question it belongs to; False: it belongs to none."""
        question = self._find(message)
        return question is not None and question.add(message)

    def find_missed(self, message: IncomingMessage) -> Question | None:
        """The question that `message` was meant for, and has missed by a moment: its answer is on
        its way, but whoever wrote the message could not see that.
        """
        question = self._find(message)
        return question if question is not None and question.growth is Growth.CLOSED else None

    def _find(self, message: IncomingMessage) -> Question | None:
        question = self._open.get(_spot(message))
        if question is None:
            return None
        latest = max(question.messages, key=lambda each: each.id)
        return question if is_follow_up(question.messages[0], latest, message) else None

    def open(self, message: IncomingMessage) -> Question:
        """Begin a question, with the picture that was posted just before it, if any."""
        question = Question(message)
        earlier = self._pictures.pop(_spot(message))
        if earlier is not None and is_earlier_half(earlier, message):
            question.messages = (message, earlier)  # `message` is the one to answer
        self._open[_spot(message)] = question
        return question

    def reopen(self, question: Question) -> None:
        """A question that was left is answered now: what its author adds meanwhile joins it."""
        self._open.setdefault(_spot(question.messages[0]), question)

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
        for spot, message in self._pictures.items():
            if message.id == message_id:
                self._pictures.pop(spot)

    def _forget_old(self, now: datetime) -> None:
        while (oldest := self._pictures.oldest()) and now - oldest[1].sent_at > EARLIER_PICTURE:
            self._pictures.pop(oldest[0])


def _spot(message: IncomingMessage) -> _Spot:
    return message.place.channel_id, message.author.id
