"""Posts messages of the bot and of people, by the same rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages import components, files, forms, threads
from bot.standins.playground.messages.announcements import announce_message
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.render import objects
from bot.standins.playground.world import access
from bot.standins.playground.world.permissions import Permission, allows
from bot.standins.playground.world.snowflakes import isoformat
from bot.standins.playground.world.state import (
    Channel,
    Message,
    MessageFlag,
    MessageType,
    Reference,
    Revision,
    User,
    World,
)

EVERY_KIND = ("users", "roles", "everyone")  # parsed in messages where the sender says nothing
ONLY_USERS = ("users",)  # the same for answers to interactions

_NONCES_KEPT = 300.0  # seconds
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class MentionedIds:
    """Those whom the text mentions and the sender allows to be mentioned."""

    user_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    everyone: bool = False
    replied_user: bool = True


def create(
    world: World, author: User, channel: Channel, body: Json, uploads: Mapping[int, Upload]
) -> Message:
    """Raises DiscordError for whatever Discord would not take."""
    _check_sender(world, author, channel, body, uploads)
    repeated = _find_repeated(world, author, channel, body)
    if repeated is not None:
        return repeated
    message = compose(world, author, channel, body, uploads)
    _refer(world, author, channel, message, body.get("message_reference"))
    if is_empty(message):
        raise errors.empty_message()
    resolve_mentions(world, message, body.get("allowed_mentions"), default=EVERY_KIND)
    if body.get("nonce") is not None and body.get("enforce_nonce"):
        world.nonces[author.id, channel.id, str(body["nonce"])] = message
    publish(world, channel, message)
    return message


def _check_sender(
    world: World, author: User, channel: Channel, body: Json, uploads: Mapping[int, Upload]
) -> None:
    wanted = int(access.sending_permission(channel))
    wanted |= Permission.ATTACH_FILES if uploads else 0
    wanted |= Permission.EMBED_LINKS if body.get("embeds") and author.is_bot else 0
    access.require(world, author, channel, wanted)
    if channel.recipient is not None and author.is_bot and not channel.recipient.accepts_direct:
        raise errors.cannot_direct()
    threads.check_open_for(world, author, channel)


def _find_repeated(world: World, author: User, channel: Channel, body: Json) -> Message | None:
    if body.get("nonce") is None or not body.get("enforce_nonce"):
        return None
    message = world.nonces.get((author.id, channel.id, str(body["nonce"])))
    recent = message is not None and world.clock() - message.created_at < _NONCES_KEPT
    return message if recent else None


def compose(
    world: World, author: User, channel: Channel, body: Json, uploads: Mapping[int, Upload]
) -> Message:
    """Check the form and make the message, unseen as yet."""
    flags = int(body.get("flags") or 0)
    forms.check_message(body, uploads, is_layout=bool(flags & MessageFlag.IS_COMPONENTS_V2))
    is_ephemeral = bool(flags & MessageFlag.EPHEMERAL)
    nonce = body.get("nonce")
    message = Message(
        id=world.snowflakes.next(),
        channel_id=channel.id,
        author=author,
        created_at=world.clock(),
        content=(body.get("content") or "").strip(),
        flags=flags & forms.CREATABLE_FLAGS,
        embeds=shown_embeds(body.get("embeds") or []),
        components=components.with_ids(body.get("components") or []),
        nonce=None if nonce is None else str(nonce),
        tts=bool(body.get("tts")),
    )
    message.attachments = files.store_all(world, channel, body, uploads, is_ephemeral=is_ephemeral)
    return message


def shown_embeds(embeds: list[Json]) -> list[Json]:
    return [{"type": "rich", **embed} for embed in embeds]


def is_empty(message: Message) -> bool:
    shown = (message.content, message.embeds, message.components, message.attachments)
    return not any(shown) and not message.snapshots


def _refer(
    world: World, author: User, channel: Channel, message: Message, reference: Json | None
) -> None:
    if not reference:
        return
    source = world.channel(int(reference.get("channel_id") or channel.id))
    held = access.permissions_in(world, author, source)
    if not allows(held, Permission.READ_MESSAGE_HISTORY):
        raise errors.reply_without_history()
    target = source.messages.get(int(reference["message_id"]))
    if target is None or target.deleted_at is not None:
        if reference.get("fail_if_not_exists", True):
            raise _refused_reference("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return
    if target.type.is_system:
        text = "Cannot reply to a system message"
        raise _refused_reference("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", text)
    kind = int(reference.get("type") or 0)
    message.reference = Reference(
        message_id=target.id, channel_id=source.id, guild_id=source.guild_id, type=kind
    )
    if kind == 1:
        message.snapshots = [_snapshot(world, target)]
        message.flags |= MessageFlag.HAS_SNAPSHOT
    else:
        message.type = MessageType.REPLY


def _refused_reference(code: str, text: str) -> errors.DiscordError:
    form = FormErrors()
    form.add("message_reference", code, text)
    try:
        form.check()
    except errors.DiscordError as refusal:
        return refusal
    raise AssertionError("a form with an error passed")


def _snapshot(world: World, target: Message) -> Json:
    """The message as a forward shows it, without its author. A forward of a forward is the same."""
    if target.snapshots:
        return target.snapshots[0]
    kept = ("type", "content", "mentions", "mention_roles", "attachments", "embeds", "components")
    rendered = objects.message(world, target, nested=False)
    edited = isoformat(target.edited_at) if target.edited_at else None
    snapshot = {key: rendered[key] for key in kept}
    snapshot |= {"timestamp": rendered["timestamp"], "edited_timestamp": edited, "flags": 0}
    return {"message": snapshot}


def resolve_mentions(
    world: World, message: Message, allowed: Json | None, *, default: tuple[str, ...]
) -> None:
    """Find out whom the message mentions, and who is notified by it."""
    text = f"{message.content}\n{components.layout_text(message.components)}"
    mentions = find_mentions(text, allowed, default=default)
    channel = world.channels[message.channel_id]
    users = [world.users[user_id] for user_id in mentions.user_ids if user_id in world.users]
    replied = _replied_author(world, message) if mentions.replied_user else None
    if replied is not None and replied not in users:
        users.append(replied)
    message.mentioned = users
    message.mentioned_role_ids = []
    message.mentions_everyone = False
    message.pinged |= {user.id for user in users}
    if channel.guild_id is not None:
        _resolve_mass_mentions(world, message, channel, mentions)
    message.pinged.discard(message.author.id)


def find_mentions(text: str, allowed: Json | None, *, default: tuple[str, ...]) -> MentionedIds:
    """`default` is what is parsed where the sender says nothing; text in code mentions nobody."""
    plain = _CODE.sub("", text)
    limits: Json = {"parse": list(default), "replied_user": True} if allowed is None else allowed
    parse = limits.get("parse") or []
    return MentionedIds(
        user_ids=_allowed_ids(_USER.findall(plain), "users" in parse, limits.get("users")),
        role_ids=_allowed_ids(_ROLE.findall(plain), "roles" in parse, limits.get("roles")),
        everyone="everyone" in parse and bool(_EVERYONE.search(plain)),
        replied_user=bool(limits.get("replied_user")),
    )


def _allowed_ids(found: list[str], every: bool, listed: list[object] | None) -> tuple[int, ...]:
    wanted = {str(one) for one in listed or []}
    return tuple(dict.fromkeys(int(one) for one in found if every or one in wanted))


def _replied_author(world: World, message: Message) -> User | None:
    if message.reference is None or message.type is not MessageType.REPLY:
        return None
    target = world.channels[message.reference.channel_id].messages[message.reference.message_id]
    return target.author


def _resolve_mass_mentions(
    world: World, message: Message, channel: Channel, mentions: MentionedIds
) -> None:
    guild = world.guilds[channel.guild_id or 0]
    held = access.permissions_in(world, message.author, channel)
    may_mention_all = allows(held, Permission.MENTION_EVERYONE)
    message.mentions_everyone = mentions.everyone and may_mention_all
    message.mentioned_role_ids = [
        role_id
        for role_id in mentions.role_ids
        if role_id in guild.roles and (may_mention_all or guild.roles[role_id].mentionable)
    ]
    if not message.mentions_everyone and not message.mentioned_role_ids:
        return
    for membership in guild.members.values():
        in_role = not set(membership.role_ids).isdisjoint(message.mentioned_role_ids)
        if in_role or message.mentions_everyone:
            message.pinged.add(membership.user.id)


def publish(world: World, channel: Channel, message: Message) -> None:
    """Put the message into its channel, and announce it unless it is ephemeral."""
    channel.messages[message.id] = message
    revise(world, message)
    if message.is_ephemeral:
        world.touch()
        return
    announce_message(world, message, "MESSAGE_CREATE")


def revise(world: World, message: Message) -> None:
    text = "\n".join(filter(None, [message.content, components.layout_text(message.components)]))
    message.revisions.append(Revision(at=world.clock(), content=text))
