"""A change is committed, and then told: nobody reads of what has not happened."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.chat.collaborators import Collaborators
from bot.core.moderation.changes import Change
from bot.store.database import Connection
from bot.store.moderation import preferences
from bot.store.moderation.audit import Moderation
from bot.store.moderation.locks import lock

Result = TypeVar("Result", Change, Change | None)
Deed = Callable[[Connection], Awaitable[Result]]


async def carry_out(using: Collaborators, order: Moderation, deed: Deed[Result]) -> Result:
    """Do it in a transaction that holds the order's subject."""

    async def hold_and_do(tx: Connection) -> Result:
        await lock(tx, order.guild_id, [order.subject])
        return await deed(tx)

    return await commit(using, order.guild_id, hold_and_do)


async def commit(using: Collaborators, guild_id: int, deed: Deed[Result]) -> Result:
    """Do it in a transaction, and enter the change in the log channel of that very moment."""
    channel_id = None
    async with using.database.transaction() as tx:
        change = await deed(tx)
        if change is not None:
            channel_id = await preferences.find_log_channel(tx, guild_id)
    if change is not None:
        using.logbook.tell(change, channel_id)
    return change
