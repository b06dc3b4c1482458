"""A person's view as JSON for the page. Ids are strings, times seconds since 1970."""

from urllib.parse import quote

from bot.standins.playground.actors.places import Server
from bot.standins.playground.errors import Json
from bot.standins.playground.interactions.client_input import is_available
from bot.standins.playground.interactions.commands import CommandType
from bot.standins.playground.stage import Stage
from bot.standins.playground.world import access, permissions
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Message, Reference, StoredAttachment, User

_MOST_SHOWN = 300  # messages of a channel, the newest
_QUOTED = 200  # characters of a message that is replied to
_TYPING_SHOWN = 10.0  # seconds


def show_world(stage: Stage, viewer: User) -> Json:
    """Everything around the messages: who there is, and where one can go."""
    world = stage.discord.world
    return {
        "you": str(viewer.id),
        "bot": str(world.bot.id),
        "is_bot_online": bool(stage.discord.gateway.connected_shards),
        "people": [_user(user) for user in world.users.values()],
        "identities": [{"id": str(one.user.id), "title": one.title} for one in stage.identities],
        "servers": [
            _server(stage, server, viewer)
            for server in stage.servers
            if viewer.id in server.guild.members
        ],
        "direct": _channel(stage, world.direct_channel(viewer), viewer),
    }


def _user(user: User) -> Json:
    return {"id": str(user.id), "name": user.name, "is_bot": user.is_bot}


def _server(stage: Stage, server: Server, viewer: User) -> Json:
    world = stage.discord.world
    every = [world.channels[channel_id] for channel_id in server.guild.channel_ids]
    seen = [one for one in every if not stage.is_unseen(one) and access.can_see(world, viewer, one)]
    return {
        "id": str(server.id),
        "name": server.guild.name,
        "channels": [_channel(stage, one, viewer) for one in seen],
        "members": [str(user_id) for user_id in server.guild.members],
        "roles": [
            {"id": str(role.id), "name": role.name}
            for role in server.guild.roles.values()
            if role.id != server.id
        ],
    }


def _channel(stage: Stage, channel: Channel, viewer: User) -> Json:
    world = stage.discord.world
    held = access.permissions_in(world, viewer, channel)
    addressees = {None, viewer.id}
    last = next(
        (one for one in reversed(channel.messages.values()) if one.addressee_id in addressees), None
    )
    return {
        "id": str(channel.id),
        "server": str(channel.guild_id) if channel.guild_id else None,
        "name": channel.name or world.bot.name,
        "topic": stage.topics.get(channel.id, ""),
        "parent": str(channel.thread.parent_id) if channel.thread else None,
        "is_archived": channel.thread is not None and channel.thread.archived,
        "is_automatic": world.parent(channel).id in stage.automatic,
        "last": str(last.id) if last else "0",
        "last_author": str(last.author.id) if last else None,
        "may": {
            "send": permissions.allows(held, access.sending_permission(channel)),
            "attach": permissions.allows(held, Permission.ATTACH_FILES),
            "thread": channel.thread is None
            and permissions.allows(held, Permission.CREATE_PUBLIC_THREADS),
        },
    }


def show_commands(stage: Stage, viewer: User, channel: Channel) -> list[Json]:
    """The commands that this person's client offers here, a server's own before global ones."""
    discord = stage.discord
    every = discord.commands.all(channel.guild_id or -1) + discord.commands.all(None)
    offered = {
        (one["name"], one["type"]): one
        for one in reversed(every)
        if is_available(discord.world, discord.commands, one, viewer, channel)
    }
    return [_command(one) for one in reversed(offered.values())]


def _command(command: Json) -> Json:
    kind = CommandType(command["type"]).name.lower()
    kept = {key: command[key] for key in ("name", "description", "options")}
    return {**kept, "kind": kind}


def is_typing(stage: Stage, channel: Channel) -> bool:
    """The bot has begun to type here and has not written since."""
    now = stage.discord.clock()
    began = max(
        (at for at, where in stage.discord.messages.typed if where == channel.id), default=0
    )
    if now - began > _TYPING_SHOWN:
        return False
    bot = stage.discord.bot
    return not any(
        one.author is bot and one.created_at > began and not one.is_ephemeral
        for one in channel.living()
    )


def show_messages(stage: Stage, viewer: User, channel: Channel) -> list[Json]:
    """The messages that the person can read, oldest first."""
    if not access.can_see(stage.discord.world, viewer, channel):
        return []
    addressees = {None, viewer.id}
    readable = sorted(
        (one for one in channel.living() if one.addressee_id in addressees), key=lambda one: one.id
    )
    return [show_message(stage, viewer, one) for one in readable[-_MOST_SHOWN:]]


def show_message(stage: Stage, viewer: User, message: Message) -> Json:
    world = stage.discord.world
    channel = world.channels[message.channel_id]
    held = access.permissions_in(world, viewer, channel)
    is_own = message.author is viewer
    rendered: Json = {
        "id": str(message.id),
        "author": str(message.author.id),
        "at": message.created_at,
        "type": message.type.name.lower(),
        "content": message.content,
        "is_edited": message.edited_at is not None,
        "edits": message.edit_count,
        "is_loading": message.is_loading,
        "is_ephemeral": message.is_ephemeral,
        "calls_you": viewer.id in message.pinged and not is_own,
        "attachments": [_attachment(each) for each in message.attachments],
        "embeds": message.embeds if not message.flags & 4 else [],
        "components": message.components,
        "reactions": [
            {"emoji": emoji, "count": len(users), "is_yours": viewer.id in users}
            for emoji, users in message.reactions.items()
        ],
        "reply": _reply(stage, viewer, message.reference),
        "forward": _forward(message),
        "thread": _thread(stage, message),
        "command": _command_used(stage, message),
        "may": {
            "edit": is_own,
            "delete": is_own
            or message.is_ephemeral
            or permissions.allows(held, Permission.MANAGE_MESSAGES),
            "react": permissions.allows(held, Permission.ADD_REACTIONS),
        },
    }
    return rendered


def _attachment(one: StoredAttachment) -> Json:
    dimensions = one.dimensions or (None, None)
    return {
        "id": str(one.id),
        "name": one.filename,
        "url": f"/_page/files/{one.id}/{quote(one.filename)}",
        "kind": one.content_type or "",
        "size": len(one.content),
        "width": dimensions[0],
        "height": dimensions[1],
        "alt": one.description or "",
        "is_spoiler": one.is_spoiler,
    }


def _reply(stage: Stage, viewer: User, reference: Reference | None) -> Json | None:
    if reference is None or reference.type != 0:
        return None
    channel = stage.discord.world.channels.get(reference.channel_id)
    target = channel.messages.get(reference.message_id) if channel else None
    hidden = target is None or target.addressee_id not in {None, viewer.id}
    if target is None or target.deleted_at is not None or hidden:
        return {"id": str(reference.message_id), "is_gone": True}
    return {
        "id": str(target.id),
        "is_gone": False,
        "author": str(target.author.id),
        "content": target.content[:_QUOTED],
        "has_image": any(one.dimensions is not None for one in target.attachments),
    }


def _forward(message: Message) -> Json | None:
    if not message.snapshots:
        return None
    shown = message.snapshots[0]["message"]
    attachments = [
        {
            "id": one["id"],
            "name": one["filename"],
            "url": f"/_page/files/{one['id']}/{quote(one['filename'])}",
            "kind": one.get("content_type", ""),
            "size": one["size"],
            "width": one.get("width"),
            "height": one.get("height"),
            "alt": one.get("description", ""),
            "is_spoiler": bool(one["flags"] & 8),
        }
        for one in shown["attachments"]
    ]
    return {"content": shown["content"], "attachments": attachments}


def _thread(stage: Stage, message: Message) -> Json | None:
    if message.thread_id is None:
        return None
    channel = stage.discord.world.channels.get(message.thread_id)
    if channel is None:
        return None
    count = sum(not one.type.is_system for one in channel.living())
    return {"id": str(channel.id), "name": channel.name, "count": count}


def _command_used(stage: Stage, message: Message) -> Json | None:
    if message.interaction is None:
        return None
    name = stage.discord.interactions.used.get(message.interaction["id"])
    return {"by": message.interaction["user"]["id"], "name": name} if name else None
