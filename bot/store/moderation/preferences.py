"""Choices of moderators for a channel or a server, and the record of each change."""

from sqlalchemy import BigInteger, String, Text, and_, bindparam, delete, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.messages.incoming_message import Place
from bot.core.moderation.audit_values import preference_state
from bot.core.moderation.changes import Action, Change
from bot.core.moderation.preferences import Preference, Preferences, Scope, Topic
from bot.core.quota.limits import Subject, SubjectKind
from bot.store.moderation.audit import ModerationOrder, record
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import preferences

_SCOPES = {SubjectKind.CHANNEL: Scope.CHANNEL, SubjectKind.SERVER: Scope.SERVER}
_TOPICS = frozenset(Topic)

_FIND = select(preferences.c.topic, preferences.c.scope, preferences.c.value).where(
    preferences.c.guild_id == bindparam("guild"),
    or_(
        preferences.c.scope == Scope.SERVER,
        and_(
            preferences.c.scope == Scope.CHANNEL,
            preferences.c.scope_id == bindparam("channel"),
        ),
    ),
)
_OWN = (
    preferences.c.guild_id == bindparam("guild"),
    preferences.c.scope == bindparam("scope"),
    preferences.c.scope_id == bindparam("subject"),
    preferences.c.topic == bindparam("topic"),
)
_SELECT = select(preferences.c.value).where(*_OWN)
_DELETE = delete(preferences).where(*_OWN)
_UPSERT = text("""
    INSERT INTO preferences (guild_id, scope, scope_id, topic, value, set_by, set_at)
    VALUES (:guild, :scope, :subject, :topic, :value, :set_by, :set_at)
    ON CONFLICT (guild_id, scope, scope_id, topic) DO UPDATE SET
        value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at
""").bindparams(
    bindparam("guild", type_=BigInteger),
    bindparam("scope", type_=String),
    bindparam("subject", type_=BigInteger),
    bindparam("topic", type_=String),
    bindparam("value", type_=Text),
    bindparam("set_by", type_=BigInteger),
    bindparam("set_at", type_=UtcDateTime),
)


async def find(conn: AsyncConnection, place: Place) -> Preferences:
    """Find what applies in `place`: the channel's own choice before its server's.

    A thread has the choices of the channel that it hangs under. Nothing applies in direct messages.
    """
    if place.is_direct:
        return {}
    channel = place.channel_id if place.parent_id is None else place.parent_id
    rows = await conn.execute(_FIND, {"guild": place.guild_id, "channel": channel})
    found: dict[Topic, Preference] = {}
    for topic, scope, value in rows:
        if topic in _TOPICS and (scope == Scope.CHANNEL or Topic(topic) not in found):
            found[Topic(topic)] = Preference(value=value, scope=Scope(scope))
    return found


async def read(conn: AsyncConnection, guild_id: int, subject: Subject, topic: str) -> str | None:
    """Read what is chosen for a channel or a server itself."""
    own = _own(guild_id, subject, topic)
    found: str | None = (await conn.execute(_SELECT, own)).scalar_one_or_none()
    return found


async def find_log_channel(conn: AsyncConnection, guild_id: int) -> int | None:
    """Where changes by moderators are posted; None: nowhere."""
    server = Subject(kind=SubjectKind.SERVER, id=guild_id)
    found = await read(conn, guild_id, server, Topic.LOG_CHANNEL)
    return None if found is None else int(found)


async def put(
    tx: AsyncConnection, order: ModerationOrder, topic: str, value: str | None
) -> Change | None:
    """Choose `value` for the channel or server; None takes the choice back.

    A choice that changes nothing is not written down: None.
    """
    own = _own(order.guild_id, order.subject, topic)
    before = await read(tx, order.guild_id, order.subject, topic)
    if before == value:
        return None
    if value is None:
        await tx.execute(_DELETE, own)
    else:
        stamp = {"value": value, "set_by": order.by, "set_at": order.at}
        await tx.execute(_UPSERT, {**own, **stamp})
    return await record(
        tx,
        order,
        Action.SET_PREFERENCE if value is not None else Action.CLEAR_PREFERENCE,
        before=preference_state(topic, before),
        after=preference_state(topic, value),
    )


def _own(guild_id: int, subject: Subject, topic: str) -> dict[str, object]:
    return {
        "guild": guild_id,
        "scope": _SCOPES[subject.kind],
        "subject": subject.id,
        "topic": topic,
    }
