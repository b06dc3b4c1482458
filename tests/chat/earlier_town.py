"""Discord as a dead process has left it, for the tests of what the next one makes of it."""

import asyncio
from collections import deque
from collections.abc import Sequence

from bot.chat.ports import EarlierQuestion, ReplySurface
from bot.chat.recovery import Recovery
from bot.core.conversation.recovery import EarlierReply
from bot.core.errors import SurfaceError
from bot.core.messages.incoming_message import IncomingMessage
from tests.chat.conftest import SETTINGS, Room
from tests.fakes import FakeMessage, FakeSurface


class EarlierTown:
    """Keeps questions and replies; what is not in `asked` was deleted.

    `failures` are raised, one for each look at the replies.
    """

    def __init__(
        self, *asked: IncomingMessage, replies: Sequence[EarlierReply] = (), failures: int = 0
    ) -> None:
        self.asked = {message.id: message for message in asked}
        self.replies = tuple(replies)
        self.marked: dict[int, str] = {}
        self.removed: list[int] = []
        self.said: list[str] = []
        self.surface = FakeSurface()
        self.failures: deque[SurfaceError] = deque()
        self.later: list[IncomingMessage] = []  # what else was posted
        self.is_dying = False  # the process, at its next mark
        for reply in replies:
            self.surface.messages[reply.message_id] = FakeMessage(
                content=reply.text, has_stop=reply.has_stop, revisions=[]
            )

    async def find(self, _question: EarlierQuestion) -> tuple[EarlierReply, ...]:
        if self.failures:
            raise self.failures.popleft()
        return self.replies

    async def mark(self, _question: EarlierQuestion, reply: EarlierReply, mark: str) -> None:
        if self.is_dying:
            raise asyncio.CancelledError
        self.marked[reply.message_id] = f"{reply.text}\n{mark}"

    async def tell(self, _question: EarlierQuestion, sentence: str) -> None:
        self.said.append(sentence)

    async def remove(self, _question: EarlierQuestion, reply: EarlierReply) -> None:
        self.removed.append(reply.message_id)

    async def wait_until_ready(self) -> None:
        """It is."""

    async def fetch(
        self, question: EarlierQuestion
    ) -> tuple[Sequence[IncomingMessage], ReplySurface] | None:
        found = [self.asked[each] for each in question.message_ids if each in self.asked]
        return (found, self.surface) if found else None

    async def read_later(self, question: EarlierQuestion) -> Sequence[IncomingMessage]:
        later = (each for each in self.later if each.id > max(question.message_ids))
        return sorted(later, key=lambda message: message.id)

    async def repeat(self, question: EarlierQuestion) -> None:
        raise AssertionError("nobody has used a command")


def recovery(room: Room, town: EarlierTown) -> Recovery:
    return Recovery(room.using, room.answering, SETTINGS, replies=town, asked=town)
