"""A member's own quota: what decides, what is left, and the last answers."""

from bot.chat.collaborators import Collaborators
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.quota.limits import Requester
from bot.store.quota.ledger import QuotaExplanation
from bot.store.reports import recent_answers
from bot.store.reports.recent_answers import RecentAnswer


class Account:
    """All of it raises StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def explain(self, requester: Requester) -> QuotaExplanation:
        """Find the limits that decide about the next answer, and how much of them is used."""
        using = self._using
        async with using.database.reading() as connection:
            return await using.ledger.explain(connection, requester, now=using.clock())

    async def check(self, message: IncomingMessage) -> None:
        """Raises Blocked where the author is not answered, whatever they ask."""
        author = message.author
        block = (await self.explain(Requester.at(message.place, author.id, author.role_ids))).block
        if block is not None:
            raise block

    async def recent(self, requester: Requester, *, count: int = 5) -> list[RecentAnswer]:
        """Their last answers in the server, the newest first."""
        async with self._using.database.reading() as connection:
            return await recent_answers.recent(
                connection,
                guild_id=requester.guild_id,
                user_id=requester.user_id,
                count=count,
            )
