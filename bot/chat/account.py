"""What a member may know of their own quota."""

from bot.chat.collaborators import Collaborators
from bot.core.quota import Standing


class Account:
    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def standing(self, *, guild_id: int, user_id: int) -> Standing:
        """How much of today's limit is used. Raises StoreError."""
        using = self._using
        async with using.database.reading() as connection:
            return await using.ledger.standing(
                connection, guild_id=guild_id, user_id=user_id, now=using.clock()
            )
