"""What moderators choose for a channel or their server; takes effect with the next answer."""

from bot.chat.collaborators import Collaborators
from bot.chat.moderation import Moderator
from bot.core.errors import NotAllowed
from bot.core.limits import SubjectKind
from bot.core.messages import Place
from bot.core.preferences import Preferences, Scope, Topic
from bot.store import audit, preferences


class Preferring:
    """All of it raises StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def show(self, place: Place) -> Preferences:
        """What applies there, and whether channel or server says so."""
        async with self._using.database.reading() as connection:
            return await preferences.find(connection, place)

    async def choose(
        self, moderator: Moderator, place: Place, scope: Scope, topic: Topic, value: str | None
    ) -> str | None:
        """Choose for the channel of `place` or its server; None takes the choice back.

        Returns what was chosen there before. Raises NotAllowed.
        """
        if not moderator.may_manage or moderator.guild_id != place.guild_id:
            raise NotAllowed
        channel = place.channel_id if place.parent_id is None else place.parent_id
        is_channel = scope is Scope.CHANNEL
        order = audit.Moderation(
            guild_id=place.guild_id,
            subject_id=channel if is_channel else place.guild_id,
            subject_kind=SubjectKind.CHANNEL if is_channel else SubjectKind.SERVER,
            by=moderator.id,
            at=self._using.clock(),
        )
        async with self._using.database.transaction() as tx:
            return await preferences.put(tx, order, topic, value)
