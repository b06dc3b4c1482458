"""Changes are committed first and announced then: nobody reads of what has not happened."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.chat.collaborators import Collaborators
from bot.core.moderation.changes import Change
from bot.store.database import Connection
from bot.store.moderation import preferences
from bot.store.moderation.audit import ModerationOrder
from bot.store.moderation.locks import lock

Result = TypeVar("Result", Change, Change | None)
Operation = Callable[[Connection], Awaitable[Result]]


async def commit_locked(
    using: Collaborators, order: ModerationOrder, operation: Operation[Result]
) -> Result:
    """Run `operation` in a transaction that holds the order's subject."""

    async def lock_and_run(tx: Connection) -> Result:
        await lock(tx, order.guild_id, [order.subject])
        return await operation(tx)

    return await commit(using, order.guild_id, lock_and_run)


async def commit(using: Collaborators, guild_id: int, operation: Operation[Result]) -> Result:
    """Run `operation` in a transaction, and send the change to the log channel of that very moment."""
    channel_id = None
    async with using.database.transaction() as tx:
        change = await operation(tx)
        if change is not None:
            channel_id = await preferences.find_log_channel(tx, guild_id)
    if change is not None:
        using.log_channel.add_change(change, channel_id)
    return change
