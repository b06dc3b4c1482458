"""The conversation that a question belongs to: found, loaded, and continued in the history."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.collaborators import Collaborators
from bot.core.conversation.context import follow_replies
from bot.core.conversation.memory import Memory
from bot.core.conversation.turns import Turn, conversation_key
from bot.core.messages.incoming_message import IncomingMessage, Place
from bot.store.conversations import questions
from bot.store.conversations.history import FoundTurn


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """Where the question stands. `continues` is the turn it replies to, if that is remembered.

    `root` is the turn that a Discord thread was opened on: what led to it belongs to the thread.
    """

    key: str
    continues: int | None = None
    root: FoundTurn | None = None


async def find_conversation(message: IncomingMessage, using: Collaborators) -> Conversation:
    """The thread, the direct channel, or the reply chain of the message. Raises StoreError."""
    place, replied_to = message.place, message.replied_to
    found = None
    if replied_to is not None:
        found = await _find_turn(place.channel_id, replied_to.message_id, using)
    key = conversation_key(place, root_id=message.id)
    if found is not None and not (place.is_thread or place.is_direct):
        key = found.key
    return Conversation(
        key=key,
        continues=found.turn_id if found is not None else None,
        root=await find_root(place, using),
    )


async def find_root(place: Place, using: Collaborators) -> FoundTurn | None:
    """The turn that a thread was opened on: such a thread has its message's id.

    Raises StoreError.
    """
    if place.parent_id is None:
        return None
    return await _find_turn(place.parent_id, place.channel_id, using)


async def load_turns(
    conversation: Conversation, using: Collaborators, *, newest: int
) -> tuple[Turn, ...]:
    """The turns before, oldest first: the thread's, or the chain of replies. Raises StoreError."""
    history = using.history
    async with using.database.reading() as connection:
        turns = await history.load(connection, conversation.key, newest=newest)
        if conversation.key.startswith("message:"):
            return follow_replies(turns, from_message=conversation.continues)
        if conversation.root is None:
            return turns
        before = await history.load(connection, conversation.root.key, newest=newest)
    return (*follow_replies(before, from_message=conversation.root.turn_id), *turns)


async def finish_remembered(
    memory: Memory, pages: Sequence[int], place: Place, using: Collaborators
) -> None:
    """Append the turns of an answer that is visible in `pages`, and finish its question, in one.

    A question that was finished before is remembered already. Raises StoreError.
    """
    async with using.database.transaction() as tx:
        if not await questions.finish(tx, memory.asked.message_id):
            return
        await using.history.append(
            tx,
            memory.key,
            place=place,
            turns=memory.turns_in(pages),
            also=memory.further_in(pages),
            now=using.clock(),
        )


async def _find_turn(channel_id: int, message_id: int, using: Collaborators) -> FoundTurn | None:
    async with using.database.reading() as connection:
        return await using.history.find(connection, channel_id=channel_id, message_id=message_id)
