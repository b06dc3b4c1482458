"""Where a question stands, and what was said there before."""

from dataclasses import dataclass

from bot.chat.collaborators import Collaborators
from bot.core.conversation.context import chain
from bot.core.conversation.turns import Turn
from bot.store.conversations.history import Found


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """Where the question stands. `continues` is the turn it replies to, if that is remembered.

    `root` is the turn that a Discord thread was opened on: what led to it belongs to the thread.
    """

    key: str
    continues: int | None = None
    root: Found | None = None


async def load_turns(
    conversation: Conversation, using: Collaborators, *, newest: int
) -> tuple[Turn, ...]:
    """What was said before, oldest first: the thread, or the chain of replies. Raises StoreError."""
    history = using.history
    async with using.database.reading() as connection:
        turns = await history.load(connection, conversation.key, newest=newest)
        if conversation.key.startswith("message:"):
            return chain(turns, from_message=conversation.continues)
        if conversation.root is None:
            return turns
        before = await history.load(connection, conversation.root.key, newest=newest)
    return (*chain(before, from_message=conversation.root.turn_id), *turns)
