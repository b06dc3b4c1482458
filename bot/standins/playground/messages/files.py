"""Uploaded files become attachments."""

import mimetypes
import re
from collections.abc import Mapping

from bot.standins.playground.errors import Json
from bot.standins.playground.messages.dimensions import find_dimensions
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.world.state import Channel, StoredAttachment, World

_UNSAFE = re.compile(r"[^\w.\-]")


def store(
    world: World, channel: Channel, upload: Upload, described: Json, *, is_ephemeral: bool = False
) -> StoredAttachment:
    """`described` is the attachment's entry in the body. The type goes by the name, not the bytes."""
    filename = _UNSAFE.sub("_", str(described.get("filename") or upload.filename))
    content_type = upload.content_type or mimetypes.guess_type(filename)[0]
    is_image = content_type is not None and content_type.startswith("image/")
    spoiler = bool(described.get("is_spoiler") or described.get("spoiler"))
    attachment = StoredAttachment(
        id=world.snowflakes.next(),
        channel_id=channel.id,
        filename=filename,
        content=upload.content,
        content_type=content_type,
        dimensions=find_dimensions(upload.content) if is_image else None,
        description=described.get("description"),
        is_spoiler=spoiler or filename.startswith("SPOILER_"),
        is_ephemeral=is_ephemeral,
    )
    world.attachments[attachment.id] = attachment
    return attachment


def store_all(
    world: World, channel: Channel, body: Json, uploads: Mapping[int, Upload], *, is_ephemeral: bool
) -> list[StoredAttachment]:
    described = {str(entry["id"]): entry for entry in body.get("attachments") or []}
    return [
        store(world, channel, upload, described.get(str(number), {}), is_ephemeral=is_ephemeral)
        for number, upload in sorted(uploads.items())
    ]


def keep(
    world: World,
    channel: Channel,
    held: list[StoredAttachment],
    body: Json,
    uploads: Mapping[int, Upload],
) -> list[StoredAttachment]:
    """The attachments after an edit: all where it names none, else those it names; new ones last."""
    is_ephemeral = any(one.is_ephemeral for one in held)
    new = store_all(world, channel, body, uploads, is_ephemeral=is_ephemeral)
    if body.get("attachments") is None and "attachments" not in body:
        return held + new
    named = {str(entry["id"]): entry for entry in body.get("attachments") or []}
    for attachment in held:
        entry = named.get(str(attachment.id))
        attachment.is_deleted = entry is None
        if entry and "description" in entry:
            attachment.description = entry["description"]
        if entry and "is_spoiler" in entry:
            attachment.is_spoiler = bool(entry["is_spoiler"])
    return [one for one in held if not one.is_deleted] + new
