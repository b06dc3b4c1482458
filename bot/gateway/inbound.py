"""From discord.py's objects to our own words."""

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import discord

from bot.core.messages.incoming_message import (
    Attachment,
    Author,
    IncomingMessage,
    Origin,
    Place,
    RepliedTo,
)

_MENTION = re.compile(r"<@([!&]?)([0-9]{1,20})>")
# `Message.is_system()` is also false for the first message of a thread and for a poll's result.
_SPEECH = frozenset({discord.MessageType.default, discord.MessageType.reply})


def translate_message(message: discord.Message, *, bot_id: int) -> IncomingMessage:
    """Translate a message; `bot_id` is whose mention is taken out of the text."""
    return IncomingMessage(
        id=message.id,
        place=place_of(message.channel, message.guild.id if message.guild else 0),
        author=author_of(message.author, is_webhook=message.webhook_id is not None),
        text=_text(message, bot_id),
        sent_at=message.created_at,
        attachments=(
            *attachments_of(message.attachments, Origin.OWN),
            *_embedded(message.embeds, Origin.OWN),
            *_forwarded(message),
        ),
        mentions_bot=_mentions_bot(message, bot_id),
        mentions_others=_mentions_others(message, bot_id),
        replied_to=_replied_to(message, bot_id),
        is_system=message.type not in _SPEECH,
    )


def check_types(message: IncomingMessage) -> None:
    """discord.py takes most fields as they come. Raises TypeError where one is of no use."""
    original = message.replied_to or RepliedTo(message_id=0)
    texts: list[object] = [message.text, message.author.name, original.author_name, original.text]
    optional: list[object] = []
    for attachment in (*message.attachments, *original.attachments):
        texts += [attachment.name, attachment.url]
        optional += [attachment.content_type, attachment.description]
        _check_all([attachment.size], int)
        _check_all([attachment.width, attachment.height], int, type(None))
    _check_all([*texts, *message.author.role_names], str)
    _check_all(optional, str, type(None))


def _check_all(values: Iterable[object], *kinds: type) -> None:
    if not all(isinstance(value, kinds) for value in values):
        raise TypeError("a field of a message is of another type than Discord documents")


def place_of(channel: object, guild_id: int) -> Place:
    """A thread that is not cached looks like any channel: the client fetches it before."""
    return Place(
        guild_id=guild_id,
        channel_id=channel.id,  # type: ignore[attr-defined]  # every channel has one
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
    )


def author_of(user: discord.User | discord.Member, *, is_webhook: bool = False) -> Author:
    roles = user.roles if isinstance(user, discord.Member) else ()
    return Author(
        id=user.id,
        name=user.display_name,
        role_ids=tuple(role.id for role in roles),
        role_names=tuple(
            role.name for role in reversed(roles) if role.name and not role.is_default()
        ),
        is_bot=user.bot or is_webhook,
    )


def _text(message: discord.Message, bot_id: int) -> str:
    """The text, and that of what it forwards, with names for ids."""
    own = _named(message.content, message, bot_id)
    forwarded = (snapshot.content.strip() for snapshot in message.message_snapshots)
    return "\n".join(part for part in (own, *(f"[forwarded: {t}]" for t in forwarded if t)) if part)


def _named(content: str, message: discord.Message, bot_id: int) -> str:
    """In one pass, however many are mentioned: no name is taken for a mention."""
    people = {str(user.id): f"@{user.display_name}" for user in _mentions(message)}
    people[str(bot_id)] = ""
    roles = {
        str(role.id): "" if _is_bots_own(role, message) else f"@{role.name}"
        for role in _role_mentions(message)
    }

    def name(found: re.Match[str]) -> str:
        kind, number = found.groups()
        return (roles if kind == "&" else people).get(number, found[0])

    return _MENTION.sub(name, content).strip()


def _mentions_bot(message: discord.Message, bot_id: int) -> bool:
    """By name, or by the role that Discord made for the bot, which people pick by mistake."""
    if re.search(rf"<@!?{bot_id}>", message.content):
        return True
    return any(_is_bots_own(role, message) for role in _role_mentions(message))


def _mentions(message: discord.Message) -> list[discord.User | discord.Member]:
    """discord.py leaves the attribute unset where a payload has no `mentions`."""
    return getattr(message, "mentions", [])


def _role_mentions(message: discord.Message) -> list[discord.Role]:
    """The same for `mention_roles`."""
    return getattr(message, "role_mentions", [])


def _is_bots_own(role: discord.Role, message: discord.Message) -> bool:
    return message.guild is not None and message.guild.self_role == role


def _mentions_others(message: discord.Message, bot_id: int) -> bool:
    if message.mention_everyone:
        return True
    people = any(f"<@{u.id}>" in message.content for u in _mentions(message) if u.id != bot_id)
    return people or any(not _is_bots_own(role, message) for role in _role_mentions(message))


def _replied_to(message: discord.Message, bot_id: int) -> RepliedTo | None:
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if reference.type is not discord.MessageReferenceType.reply:
        return None
    original = reference.resolved
    if not isinstance(original, discord.Message):
        return RepliedTo(message_id=reference.message_id)
    return RepliedTo(
        message_id=original.id,
        author_id=original.author.id,
        author_name=original.author.display_name,
        text=_text(original, bot_id),
        attachments=(
            *attachments_of(original.attachments, Origin.REPLIED_TO),
            *_embedded(original.embeds, Origin.REPLIED_TO),
            *_forwarded(original),
        ),
    )


def attachments_of(
    attachments: Iterable[discord.Attachment], origin: Origin
) -> Iterator[Attachment]:
    """Translate what was posted."""
    for each in attachments:
        yield Attachment(
            id=each.id,
            name=each.filename,
            url=each.url,
            size=each.size,
            content_type=each.content_type,
            description=each.description,
            origin=origin,
            is_spoiler=each.is_spoiler(),
            width=each.width,
            height=each.height,
        )


def _forwarded(message: discord.Message) -> Iterator[Attachment]:
    for snapshot in message.message_snapshots:
        yield from attachments_of(snapshot.attachments, Origin.FORWARDED)
        yield from _embedded(snapshot.embeds, Origin.FORWARDED)


def _embedded(embeds: Iterable[discord.Embed], origin: Origin) -> Iterator[Attachment]:
    """Pictures of links, by Discord's own proxy: the bot never visits a host that a user chose."""
    for embed in embeds:
        for url in (embed.image.proxy_url, embed.thumbnail.proxy_url):
            if url:
                yield Attachment(
                    id=zlib.crc32(url.encode()),  # an embed's picture has no id of its own
                    name=PurePosixPath(urlsplit(url).path).name or "picture",
                    url=url,
                    size=0,
                    content_type="image/unknown",
                    origin=origin,
                )
                break
