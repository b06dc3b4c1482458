"""The dispatches that the bot's intents bring, as schemas.

Discord's description is of its REST interface: it has the objects, but no dispatches. Which object
comes in which envelope is listed here by hand, from https://docs.discord.com/developers/events/gateway-events.
"""

from typing import Any

from tests.gateway.conftest import ALICE, BOT, BOTS_ROLE, CHANNEL, GUILD, ROBOT, SERVER, THREAD
from tests.spec.odd_payloads import Schema

ID: Schema = {"type": "string", "example": "4000000000000000001"}
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
EMOJI: Schema = {"type": "object", "properties": {"id": ID, "name": TEXT, "animated": FLAG}}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def given(value: Any) -> Schema:
    """A schema for this very value."""
    return {"type": "string", "example": value}


def record(base: str | None = None, /, **properties: Schema) -> Schema:
    """An object with these properties, and those of `base`."""
    parts = {"allOf": [ref(base)]} if base else {}
    return {"type": "object", **parts, "properties": properties}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


HERE = {"guild_id": given(str(GUILD)), "channel_id": given(str(CHANNEL))}
PERSON = record("UserResponse", id=given(ALICE["id"]), bot=given(False), username=given("alice"))
MEMBER = record("GuildMemberResponse", roles=given([str(GUILD)]))
AUTHORS_MEMBER = record("GuildMemberResponse", user=given(None), roles=given([]))
REFERENCE = record(
    "MessageReferenceResponse",
    type=given(0),
    message_id=given("1573832440248532998"),
    **HERE,
)
CHANNEL_HERE = record("GuildChannelResponse", id=given(str(CHANNEL)), type=given(0))
THREAD_HERE = record(
    "ThreadResponse", id=given(str(THREAD)), type=given(11), parent_id=given(str(CHANNEL))
)
BOTS_OWN_ROLE = record("GuildRoleResponse", id=given(str(BOTS_ROLE)))
CHANNELS_OF_EACH_KIND = [
    {
        "id": str(5_000 + kind),
        "type": kind,
        "name": "any",
        "position": kind,
        "guild_id": str(GUILD),
        "bitrate": 64_000,
        "user_limit": 0,
    }
    for kind in (0, 2, 4, 5, 13, 14, 15, 16, 99)
]

_SPOKEN: dict[str, Schema] = {
    "content": given(f"<@{BOT}> what is this?"),
    "type": given(19),
    "author": PERSON,
    "member": AUTHORS_MEMBER,
    "message_reference": REFERENCE,
    "webhook_id": given(None),  # a webhook is nobody
    **HERE,
}
ORIGINAL = record("BasicMessageResponse", **{**_SPOKEN, "id": given("1573832440248532998")})
QUESTION = record(
    "MessageResponse",
    **{**_SPOKEN, "id": given("1573832440248532999"), "referenced_message": ORIGINAL},
)
DIRECT_QUESTION = record(
    "MessageResponse",
    **{
        **{name: schema for name, schema in _SPOKEN.items() if name not in ("guild_id", "member")},
        "id": given("1573832440248532999"),
        "channel_id": given("77"),
    },
)

_INTERACTION: dict[str, Schema] = {
    "id": given("1573832440248533000"),
    "application_id": given(str(BOT)),
    "token": given("token"),
    "version": given(1),
    "app_permissions": given("0"),
    "locale": TEXT,
    "guild_locale": TEXT,
    "context": NUMBER,
    "attachment_size_limit": NUMBER,
    "authorizing_integration_owners": given({"0": str(GUILD)}),
    "entitlements": many(ref("EntitlementResponse")),
    "channel": CHANNEL_HERE,
    "guild": given({"id": str(GUILD), "locale": "en-US", "features": []}),
    "member": record("GuildMemberResponse", user=PERSON, permissions=given("0"), roles=given([])),
    **HERE,
}


def interaction(kind: int, data: Schema, **more: Schema) -> Schema:
    return record(**_INTERACTION, type=given(kind), data=data, **more)


_OPTION = record(name=given("me"), type=given(1), options=given([]))
_COMMAND = record(
    id=ID,
    name=given("quota"),
    type=given(1),
    options=many(_OPTION),
    resolved=ref("ResolvedObjectsResponse"),
)
_PRESS = record(custom_id=given("stop:1"), component_type=given(2), id=NUMBER)
_FORM = record(
    custom_id=given("form"),
    components=given(
        [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "a", "value": "b"}}]
    ),
)

INTERACTIONS: dict[str, Schema] = {
    "ping": interaction(1, given(None)),
    "command": interaction(2, _COMMAND),
    "button": interaction(3, _PRESS, message=QUESTION),
    "autocomplete": interaction(4, _COMMAND),
    "form": interaction(5, _FORM),
    "of a new kind": interaction(9_999, _PRESS),
}

_SERVER: dict[str, Schema] = {
    "id": given(str(GUILD)),
    "owner_id": given("1"),
    "roles": many(BOTS_OWN_ROLE),
}
NEW_SERVER = record(
    "GuildResponse",
    **{
        **_SERVER,
        "unavailable": given(False),
        "joined_at": TIME,
        "large": FLAG,
        "member_count": NUMBER,
        "channels": many(record("GuildChannelResponse", type=given(0), id=given(str(CHANNEL)))),
        "threads": many(THREAD_HERE),
        "members": given([{"user": ROBOT, "roles": [], "flags": 0}]),
        "voice_states": given([]),
        "presences": given([]),
        "stage_instances": many(ref("StageInstanceResponse")),
        "guild_scheduled_events": many(ref("ScheduledEventResponse")),
        "soundboard_sounds": many(ref("SoundboardSoundResponse")),
    },
)
READY = record(
    v=NUMBER,
    user=record("UserResponse", id=given(str(BOT)), bot=given(True), username=given("glimpse")),
    guilds=many(record(id=given(str(GUILD)), unavailable=given(True))),
    session_id=TEXT,
    session_type=TEXT,
    resume_gateway_url=given("wss://gateway.example"),
    shard=given([0, 1]),
    application=record(id=given(str(BOT)), flags=NUMBER),
    private_channels=given([]),
)
VOTE = record(user_id=ID, message_id=ID, answer_id=NUMBER, **HERE)
THREAD_MEMBER = record("ThreadMemberResponse", id=given(str(THREAD)), guild_id=given(str(GUILD)))
ROLE = record(guild_id=given(str(GUILD)), role=BOTS_OWN_ROLE)
STAGE = record("StageInstanceResponse", **HERE)

DISPATCHES: dict[str, list[Schema]] = {
    "MESSAGE_CREATE": [QUESTION, DIRECT_QUESTION],
    "MESSAGE_UPDATE": [QUESTION],
    "MESSAGE_DELETE": [record(id=ID, **HERE)],
    "MESSAGE_DELETE_BULK": [record(ids=many(ID), **HERE)],
    "MESSAGE_POLL_VOTE_ADD": [VOTE],
    "MESSAGE_POLL_VOTE_REMOVE": [VOTE],
    "INTERACTION_CREATE": list(INTERACTIONS.values()),
    "GUILD_CREATE": [NEW_SERVER, given({**SERVER, "channels": CHANNELS_OF_EACH_KIND})],
    "GUILD_UPDATE": [record("GuildResponse", **_SERVER)],
    "GUILD_DELETE": [record(id=given("9"), unavailable=FLAG)],
    "GUILD_ROLE_CREATE": [ROLE],
    "GUILD_ROLE_UPDATE": [ROLE],
    "GUILD_ROLE_DELETE": [record(guild_id=given(str(GUILD)), role_id=ID)],
    "GUILD_MEMBER_UPDATE": [
        record("GuildMemberResponse", guild_id=given(str(GUILD)), user=given(ROBOT))
    ],
    "CHANNEL_CREATE": [CHANNEL_HERE, *map(given, CHANNELS_OF_EACH_KIND)],
    "CHANNEL_UPDATE": [CHANNEL_HERE],
    "CHANNEL_DELETE": [record("GuildChannelResponse", id=ID)],
    "CHANNEL_PINS_UPDATE": [record(last_pin_timestamp=TIME, **HERE)],
    "THREAD_CREATE": [THREAD_HERE],
    "THREAD_UPDATE": [THREAD_HERE],
    "THREAD_DELETE": [
        record(id=given("78"), guild_id=given(str(GUILD)), parent_id=ID, type=NUMBER)
    ],
    "THREAD_LIST_SYNC": [
        record(
            guild_id=given(str(GUILD)),
            channel_ids=many(given(str(CHANNEL))),
            threads=many(THREAD_HERE),
            members=many(THREAD_MEMBER),
        )
    ],
    "THREAD_MEMBER_UPDATE": [THREAD_MEMBER],
    "THREAD_MEMBERS_UPDATE": [
        record(
            id=given(str(THREAD)),
            guild_id=given(str(GUILD)),
            member_count=NUMBER,
            added_members=many(THREAD_MEMBER),
            removed_member_ids=many(ID),
        )
    ],
    "STAGE_INSTANCE_CREATE": [STAGE],
    "STAGE_INSTANCE_UPDATE": [STAGE],
    "STAGE_INSTANCE_DELETE": [STAGE],
    "USER_UPDATE": [record("UserResponse", id=given(str(BOT)))],
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE": [ref("CommandPermissionsResponse")],
    "ENTITLEMENT_CREATE": [ref("EntitlementResponse")],
    "ENTITLEMENT_UPDATE": [ref("EntitlementResponse")],
    "ENTITLEMENT_DELETE": [ref("EntitlementResponse")],
    "RESUMED": [record(_trace=many(TEXT), __shard_id__=NUMBER)],  # that one is discord.py's own
    "READY": [READY],
    "SOMETHING_NEW": [record(id=ID)],
}
