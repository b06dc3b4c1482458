"""Threads: making, archiving, and what an archived one still lets through."""

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages.announcements import announce_message
from bot.standins.playground.render import objects
from bot.standins.playground.world import access, intents
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import (
    Channel,
    ChannelType,
    Event,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    Thread,
    User,
    World,
)

_ARCHIVE_AFTER = frozenset({60, 1440, 4320, 10080})  # minutes


def check_open_for(world: World, author: User, channel: Channel) -> None:
    """Sending wakes an archived thread, unless it is locked and the sender does not manage it."""
    thread = channel.thread
    if thread is None:
        return
    if thread.locked:
        held = access.permissions_in(world, author, channel)
        if not held & Permission.MANAGE_THREADS:
            raise errors.locked_thread()
    if thread.archived:
        set_archived(world, channel, archived=False)
    thread.member_ids.add(author.id)


def create_from(world: World, actor: User, message: Message, body: Json) -> Channel:
    """Open a public thread under a message; it has the message's own id."""
    parent = world.channels[message.channel_id]
    access.require(world, actor, parent, Permission.CREATE_PUBLIC_THREADS)
    if message.thread_id is not None:
        raise errors.thread_exists()
    _check(body)
    channel = _make(world, actor, parent, body, (message.id, ChannelType.PUBLIC_THREAD))
    message.thread_id = channel.id
    message.flags |= MessageFlag.HAS_THREAD
    announce_message(world, message, "MESSAGE_UPDATE")
    _add_system_message(world, actor, channel, MessageType.THREAD_STARTER, message)
    return channel


def create_alone(world: World, actor: User, parent: Channel, body: Json) -> Channel:
    """Open a thread without a message; Discord's default is a private one."""
    kind = ChannelType(int(body.get("type") or ChannelType.PRIVATE_THREAD))
    private = kind is ChannelType.PRIVATE_THREAD
    wanted = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    access.require(world, actor, parent, wanted)
    _check(body)
    channel = _make(world, actor, parent, body, (world.snowflakes.next(), kind))
    if not private:
        _add_system_message(world, actor, parent, MessageType.THREAD_CREATED, None)
    return channel


def _check(body: Json) -> None:
    form = FormErrors()
    form.required("name", (body.get("name") or "").strip())
    form.longest("name", body.get("name"), 100)
    if (body.get("auto_archive_duration") or 1440) not in _ARCHIVE_AFTER:
        choices = "Value must be one of {60, 1440, 4320, 10080}."
        form.add("auto_archive_duration", "BASE_TYPE_CHOICES", choices)
    form.check()


def _make(
    world: World, actor: User, parent: Channel, body: Json, kind: tuple[int, ChannelType]
) -> Channel:
    thread_id, thread_type = kind
    channel = Channel(
        id=thread_id,
        type=thread_type,
        name=body["name"].strip(),
        guild_id=parent.guild_id,
        nsfw=parent.nsfw,
        thread=Thread(
            parent_id=parent.id,
            owner_id=actor.id,
            auto_archive=int(body.get("auto_archive_duration") or 1440),
            archived_at=world.clock(),
            member_ids={actor.id},
        ),
    )
    world.channels[channel.id] = channel
    world.guilds[parent.guild_id or 0].channel_ids.append(channel.id)
    announce_channel(world, channel, "THREAD_CREATE", {"newly_created": True})
    return channel


def _add_system_message(
    world: World, actor: User, channel: Channel, kind: MessageType, starter: Message | None
) -> None:
    message = Message(
        id=world.snowflakes.next(),
        channel_id=channel.id,
        author=actor,
        created_at=world.clock(),
        type=kind,
    )
    if starter is not None:
        message.reference = Reference(
            message_id=starter.id, channel_id=starter.channel_id, guild_id=channel.guild_id
        )
    channel.messages[message.id] = message
    announce_message(world, message, "MESSAGE_CREATE")


def set_archived(
    world: World, channel: Channel, *, archived: bool, locked: bool | None = None
) -> None:
    thread = channel.thread
    if thread is None:
        raise TypeError(f"channel {channel.id} is no thread")
    thread.archived = archived
    thread.archived_at = world.clock()
    if locked is not None:
        thread.locked = locked
    announce_channel(world, channel, "THREAD_UPDATE", {})


def announce_channel(world: World, channel: Channel, name: str, extra: Json) -> None:
    data = {**objects.channel(channel), **extra}
    intent, guild_id = intents.Intent.GUILDS, channel.guild_id
    world.emit(Event(name=name, data=data, intent=intent, guild_id=guild_id, channel=channel))
