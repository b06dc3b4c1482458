"""Edits and deletes messages, and reacts to them."""

from collections.abc import Mapping

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.messages import components, files, forms, posts
from bot.standins.playground.messages.announcements import announce_message
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.render import objects
from bot.standins.playground.world import access, intents
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Event, Message, MessageFlag, User, World

_MOST_REACTIONS = 20  # distinct ones on a message


def edit(
    world: World, actor: User, message: Message, body: Json, uploads: Mapping[int, Upload]
) -> None:
    """Raises DiscordError for whatever Discord would not take."""
    channel = world.channels[message.channel_id]
    access.require(world, actor, channel, Permission.VIEW_CHANNEL)
    if message.author is not actor:
        _check_foreign(world, actor, channel, body)
    if message.type.is_system:
        raise errors.system_message()
    if channel.thread is not None and channel.thread.archived:
        raise errors.archived_thread()
    change(world, message, body, uploads, default=posts.EVERY_KIND)


def _check_foreign(world: World, actor: User, channel: Channel, body: Json) -> None:
    """Of another's message only the embeds can be hidden, by those who manage messages."""
    if set(body) - {"flags"}:
        raise errors.not_the_author()
    access.require(world, actor, channel, Permission.MANAGE_MESSAGES)


def change(
    world: World,
    message: Message,
    body: Json,
    uploads: Mapping[int, Upload],
    *,
    default: tuple[str, ...],
) -> None:
    """Apply an edit; what it does not name stays as it is."""
    channel = world.channels[message.channel_id]
    flags = _new_flags(message, body)
    forms.check_message(body, uploads, is_layout=bool(flags & MessageFlag.IS_COMPONENTS_V2))
    before = (message.content, message.embeds, message.components, message.attachments)
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = posts.shown_embeds(body["embeds"] or [])
    if "components" in body:
        message.components = components.with_ids(body["components"] or [])
    message.attachments = files.keep(world, channel, message.attachments, body, uploads)
    if posts.is_empty(message):
        message.content, message.embeds, message.components, message.attachments = before
        raise errors.empty_message()
    message.flags = flags
    if set(body) - {"flags"} or uploads:
        message.edited_at = world.clock()
    if "content" in body or flags & MessageFlag.IS_COMPONENTS_V2:
        posts.resolve_mentions(world, message, body.get("allowed_mentions"), default=default)
    posts.revise(world, message)
    if message.is_ephemeral:
        world.touch()
    else:
        announce_message(world, message, "MESSAGE_UPDATE")


def _new_flags(message: Message, body: Json) -> int:
    """An edit may hide or show embeds and turn the layout on; an answer has then been given."""
    flags = message.flags & ~MessageFlag.LOADING
    wanted = body.get("flags")
    if wanted is None:
        return flags
    flags = flags & ~MessageFlag.SUPPRESS_EMBEDS | wanted & MessageFlag.SUPPRESS_EMBEDS
    return int(flags | wanted & MessageFlag.IS_COMPONENTS_V2)


def delete(world: World, actor: User, message: Message) -> None:
    channel = world.channels[message.channel_id]
    access.require(world, actor, channel, Permission.VIEW_CHANNEL)
    if message.author is not actor:
        access.require(world, actor, channel, Permission.MANAGE_MESSAGES)
    erase(world, message)


def erase(world: World, message: Message) -> None:
    """Delete without asking who does it."""
    channel = world.channels[message.channel_id]
    message.deleted_at = world.clock()
    for attachment in message.attachments:
        attachment.is_deleted = True
    if message.is_ephemeral:
        world.touch()
        return
    data = {"id": str(message.id), "channel_id": str(channel.id)}
    _announce(world, channel, "MESSAGE_DELETE", data)


def erase_many(world: World, messages: list[Message]) -> None:
    channel = world.channels[messages[0].channel_id]
    for message in messages:
        message.deleted_at = world.clock()
    data = {"ids": [str(message.id) for message in messages], "channel_id": str(channel.id)}
    _announce(world, channel, "MESSAGE_DELETE_BULK", data)


def _announce(world: World, channel: Channel, name: str, data: Json) -> None:
    if channel.guild_id is not None:
        data = {**data, "guild_id": str(channel.guild_id)}
    intent = intents.messages(direct=channel.guild_id is None)
    guild_id = channel.guild_id
    world.emit(Event(name=name, data=data, intent=intent, guild_id=guild_id, channel=channel))


def react(world: World, actor: User, message: Message, emoji: str) -> None:
    channel = world.channels[message.channel_id]
    wanted = int(Permission.READ_MESSAGE_HISTORY)
    wanted |= Permission.ADD_REACTIONS if emoji not in message.reactions else 0
    access.require(world, actor, channel, wanted)
    if channel.thread is not None and channel.thread.archived:
        raise errors.archived_thread()
    if emoji not in message.reactions and len(message.reactions) >= _MOST_REACTIONS:
        raise errors.DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    users = message.reactions.setdefault(emoji, [])
    if actor.id not in users:
        users.append(actor.id)
        _announce_reaction(world, actor, message, emoji, "MESSAGE_REACTION_ADD")


def unreact(world: World, actor: User, message: Message, emoji: str) -> None:
    users = message.reactions.get(emoji, [])
    if actor.id not in users:
        return
    users.remove(actor.id)
    if not users:
        del message.reactions[emoji]
    _announce_reaction(world, actor, message, emoji, "MESSAGE_REACTION_REMOVE")


def _announce_reaction(world: World, actor: User, message: Message, emoji: str, name: str) -> None:
    channel = world.channels[message.channel_id]
    data: Json = {
        "user_id": str(actor.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
        data["member"] = objects.member_with_user(world.guilds[channel.guild_id].members[actor.id])
    intent = intents.reactions(direct=channel.guild_id is None)
    guild_id = channel.guild_id
    world.emit(Event(name=name, data=data, intent=intent, guild_id=guild_id, channel=channel))
