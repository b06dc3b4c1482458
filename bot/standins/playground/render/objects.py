"""Users, channels, messages and the like as Discord's JSON. Ids are strings on the wire."""

from urllib.parse import quote

from bot.standins.playground.errors import Json
from bot.standins.playground.render.links import attachment_path, sign_path
from bot.standins.playground.world.permissions import Overwrite
from bot.standins.playground.world.snowflakes import isoformat
from bot.standins.playground.world.state import (
    Channel,
    ChannelType,
    Membership,
    Message,
    Reference,
    ServerRole,
    StoredAttachment,
    User,
    World,
)


def user(one: User) -> Json:
    return {
        "id": str(one.id),
        "username": one.name,
        "discriminator": "0",
        "global_name": None if one.is_bot else one.name.capitalize(),
        "avatar": None,
        "bot": one.is_bot,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
    }


def role(one: ServerRole) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "mentionable": one.mentionable,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.bot_id is not None,
        "icon": None,
        "unicode_emoji": None,
        "description": None,
        "flags": 0,
        **({} if one.bot_id is None else {"tags": {"bot_id": str(one.bot_id)}}),
    }


def member(one: Membership) -> Json:
    """A member as messages carry it: without the user."""
    return {
        "roles": [str(role_id) for role_id in one.role_ids],
        "nick": one.nick,
        "avatar": None,
        "banner": None,
        "joined_at": isoformat(one.joined_at),
        "premium_since": None,
        "communication_disabled_until": isoformat(one.timed_out_until)
        if one.timed_out_until
        else None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def member_with_user(one: Membership) -> Json:
    return {**member(one), "user": user(one.user)}


def channel(one: Channel) -> Json:
    if one.type is ChannelType.DIRECT:
        recipients = [user(one.recipient)] if one.recipient else []
        last = str(next(reversed(one.messages))) if one.messages else None
        return {
            "id": str(one.id),
            "type": 1,
            "recipients": recipients,
            "last_message_id": last,
            "flags": 0,
        }
    rendered = _thread(one) if one.thread else _text_channel(one)
    rendered["last_message_id"] = str(next(reversed(one.messages))) if one.messages else None
    return rendered


def _text_channel(one: Channel) -> Json:
    return {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild_id),
        "name": one.name,
        "position": one.position,
        "nsfw": one.nsfw,
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        "permission_overwrites": [_overwrite(overwrite) for overwrite in one.overwrites],
    }


def _overwrite(one: Overwrite) -> Json:
    kind = 1 if one.is_member else 0
    allow, deny = str(one.allow), str(one.deny)
    return {"id": str(one.target_id), "type": kind, "allow": allow, "deny": deny}


def _thread(one: Channel) -> Json:
    thread = one.thread
    if thread is None:
        raise TypeError(f"channel {one.id} is no thread")
    return {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild_id),
        "parent_id": str(thread.parent_id),
        "owner_id": str(thread.owner_id),
        "name": one.name,
        "message_count": sum(not message.type.is_system for message in one.living()),
        "total_message_sent": len(one.messages),
        "member_count": min(50, len(thread.member_ids)),
        "rate_limit_per_user": 0,
        "flags": 0,
        "thread_metadata": {
            "archived": thread.archived,
            "auto_archive_duration": thread.auto_archive,
            "archive_timestamp": isoformat(thread.archived_at),
            "locked": thread.locked,
        },
    }


def attachment(world: World, one: StoredAttachment) -> Json:
    path = attachment_path(one)
    url = f"{world.base_url}{quote(path)}?{sign_path(world, path)}"
    rendered: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.content),
        "url": url,
        "proxy_url": url.replace(world.base_url, f"{world.base_url}/proxied", 1),
        "flags": 8 if one.is_spoiler else 0,
    }
    if one.content_type:
        rendered["content_type"] = one.content_type
    if one.description:
        rendered["description"] = one.description
    if one.dimensions:
        rendered["width"], rendered["height"] = one.dimensions
    if one.is_ephemeral:
        rendered["ephemeral"] = True
    return rendered


def message(world: World, one: Message, *, nested: bool = True) -> Json:
    """`nested=False` leaves out the message replied to, as inside another message."""
    rendered: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "type": int(one.type),
        "content": one.content,
        "author": user(one.author),
        "timestamp": isoformat(one.created_at),
        "edited_timestamp": isoformat(one.edited_at) if one.edited_at else None,
        "flags": one.flags,
        "tts": one.tts,
        "pinned": False,
        "mention_everyone": one.mentions_everyone,
        "mentions": [user(each) for each in one.mentioned],
        "mention_roles": [str(role_id) for role_id in one.mentioned_role_ids],
        "attachments": [attachment(world, each) for each in one.attachments],
        "embeds": one.embeds if not one.flags & 4 else [],
        "components": one.components,
    }
    if one.nonce is not None:
        rendered["nonce"] = one.nonce
    if one.reactions:
        rendered["reactions"] = _reactions(world, one)
    if one.application_id is not None:
        rendered["application_id"] = rendered["webhook_id"] = str(one.application_id)
    if one.interaction is not None:
        rendered["interaction_metadata"] = one.interaction
    if one.thread_id is not None:
        rendered["thread"] = channel(world.channels[one.thread_id])
    if one.reference is not None:
        rendered |= _reference(world, one.reference, nested=nested)
    if one.snapshots:
        rendered["message_snapshots"] = one.snapshots
    return rendered


def _reactions(world: World, one: Message) -> list[Json]:
    return [
        {
            "emoji": {"id": None, "name": emoji},
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me": world.bot.id in users,
            "me_burst": False,
        }
        for emoji, users in one.reactions.items()
    ]


def _reference(world: World, one: Reference, *, nested: bool) -> Json:
    rendered: Json = {
        "message_reference": {
            "type": one.type,
            "message_id": str(one.message_id),
            "channel_id": str(one.channel_id),
        }
    }
    if one.guild_id is not None:
        rendered["message_reference"]["guild_id"] = str(one.guild_id)
    if one.type == 0 and nested:
        target = world.channels[one.channel_id].messages.get(one.message_id)
        gone = target is None or target.deleted_at is not None
        rendered["referenced_message"] = (
            None if target is None or gone else message(world, target, nested=False)
        )
    return rendered


def message_event(world: World, one: Message) -> Json:
    """A message as the gateway tells it: with the server's id and the author as a member."""
    rendered = message(world, one)
    guild_id = world.channels[one.channel_id].guild_id
    if guild_id is None:
        return rendered
    rendered["guild_id"] = str(guild_id)
    membership = world.guilds[guild_id].members.get(one.author.id)
    if membership is not None and one.application_id is None:
        rendered["member"] = member(membership)
    return rendered
