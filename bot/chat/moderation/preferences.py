"""Settings that moderators choose for a channel or their server, from the next answer on."""

import asyncio
from functools import cache
from zoneinfo import available_timezones

from bot.chat.collaborators import Collaborators
from bot.chat.moderation.commit import commit_locked
from bot.chat.moderation.limits import Moderator
from bot.core.calendar.time_zones import find_zone_name, suggest_zone_names
from bot.core.messages.incoming_message import Place
from bot.core.moderation.changes import Change
from bot.core.moderation.errors import NotAllowed
from bot.core.moderation.preferences import SERVER_WIDE, Preferences, Scope, Topic
from bot.core.quota.limits import SubjectKind
from bot.store.moderation import audit, preferences


class PreferenceSettings:
    """All of it raises StoreError."""

    def __init__(self, using: Collaborators) -> None:
        self._using = using

    async def show(self, place: Place) -> Preferences:
        """Read the settings that apply there, and whether channel or server says so."""
        async with self._using.database.reading() as connection:
            return await preferences.find(connection, place)

    async def choose(
        self, moderator: Moderator, place: Place, scope: Scope, topic: Topic, value: str | None
    ) -> Change | None:
        """Choose for the channel of `place` or its server; None takes the choice back.

        Returns None where that was chosen before. Raises NotAllowed, and UnknownZone for a time
        zone that is none.
        """
        if not moderator.may_manage or moderator.guild_id != place.guild_id:
            raise NotAllowed
        if topic is Topic.TIME_ZONE and value is not None:
            value = find_zone_name(value, await _zones())
        channel = place.channel_id if place.parent_id is None else place.parent_id
        is_channel = scope is Scope.CHANNEL and topic not in SERVER_WIDE
        order = audit.ModerationOrder(
            guild_id=place.guild_id,
            subject_id=channel if is_channel else place.guild_id,
            subject_kind=SubjectKind.CHANNEL if is_channel else SubjectKind.SERVER,
            by=moderator.id,
            at=self._using.clock(),
        )
        return await commit_locked(
            self._using, order, lambda tx: preferences.put(tx, order, topic, value)
        )

    async def suggest_zones(self, typed: str, *, most: int) -> tuple[str, ...]:
        """Time zones that may be meant by what somebody has typed so far."""
        return suggest_zone_names(typed, await _zones(), most=most)


async def _zones() -> frozenset[str]:
    """Read from the disk the first time."""
    return await asyncio.to_thread(_read_zones)


@cache
def _read_zones() -> frozenset[str]:
    return frozenset(available_timezones())
