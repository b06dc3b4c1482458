"""What moderators decide: who may spend how much. Every change is written down."""

from dataclasses import dataclass

from bot.chat.collaborators import Collaborators
from bot.core.errors import NotAllowed
from bot.core.limits import Requester
from bot.store import audit, limits
from bot.store.database import Connection
from bot.store.ledger import Explained


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderator:
    """Who gives the order. `may_manage`: has Manage Server there, by Discord's word, just now."""

    id: int
    guild_id: int
    may_manage: bool


class Moderation:
    """All of it raises NotAllowed and StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def show(self, moderator: Moderator, *, user_id: int) -> Explained:
        order = self._order(moderator, user_id)
        async with self._using.database.reading() as connection:
            return await self._explain(connection, order)

    async def set_limit(
        self, moderator: Moderator, *, user_id: int, amount: int | None, reason: str = ""
    ) -> Explained:
        """Give a user a limit of their own, in tokens a day; None: unlimited."""
        order = self._order(moderator, user_id, reason)
        async with self._using.database.transaction() as tx:
            await limits.put(tx, order, amount=amount)
            return await self._explain(tx, order)

    async def clear_limit(self, moderator: Moderator, *, user_id: int) -> Explained:
        """Back to the limit that everybody has."""
        order = self._order(moderator, user_id)
        async with self._using.database.transaction() as tx:
            await limits.remove(tx, order)
            return await self._explain(tx, order)

    async def reset(
        self, moderator: Moderator, *, user_id: int, reason: str = ""
    ) -> tuple[int, Explained]:
        """Forgive what was spent today; returns how many tokens they were."""
        order = self._order(moderator, user_id, reason)
        async with self._using.database.transaction() as tx:
            forgiven = await self._using.ledger.reset(tx, order)
            await audit.record(
                tx, order, audit.Action.RESET, before={"spent": forgiven.tokens}, after={"spent": 0}
            )
            return forgiven.tokens, await self._explain(tx, order)

    def _order(self, moderator: Moderator, user_id: int, reason: str = "") -> audit.Moderation:
        _require(moderator)
        return audit.Moderation(
            guild_id=moderator.guild_id,
            subject_id=user_id,
            by=moderator.id,
            at=self._using.clock(),
            reason=reason,
        )

    async def _explain(self, connection: Connection, order: audit.Moderation) -> Explained:
        requester = Requester(guild_id=order.guild_id, user_id=order.subject_id)
        return await self._using.ledger.explain(connection, requester, now=order.at)


def _require(moderator: Moderator) -> None:
    if not moderator.may_manage:
        raise NotAllowed
