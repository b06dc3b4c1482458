"""Messages from Discord as values of our own: the rules never see a library's objects."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a message stands. `guild_id` 0 means a direct message."""

    guild_id: int
    channel_id: int  # the thread's own id where the message is in a thread
    parent_id: int | None = None  # the channel that a thread hangs under

    @property
    def is_direct(self) -> bool:
        return self.guild_id == 0

    @property
    def is_thread(self) -> bool:
        return self.parent_id is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    id: int
    name: str
    role_ids: tuple[int, ...] = ()
    role_names: tuple[str, ...] = ()  # without the one that everybody has
    is_bot: bool = False  # bots and webhooks alike


_PICTURE_ENDINGS = frozenset(
    [
        "png",
        "apng",
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "webp",
        "gif",
        "avif",
        "heic",
        "heif",
        "hif",
        "bmp",
        "dib",
        "tif",
        "tiff",
        "svg",
        "psd",
        "jxl",
        "ico",
        "jp2",
        "tga",
        "xcf",
        "exr",
        "hdr",
        "dds",
        "qoi",
    ]
)


class Origin(StrEnum):
    """The way in which an attachment became part of a question."""

    OWN = "own"
    REPLIED_TO = "replied-to"
    FORWARDED = "forwarded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    id: int
    name: str
    url: str  # signed; expires after about a day
    size: int  # bytes, as Discord reports them
    content_type: str | None = None  # by the file's name, not by its bytes: a hint
    description: str | None = None  # alt text given by the person who posted it
    origin: Origin = Origin.OWN
    is_spoiler: bool = False
    width: int | None = None  # pixels, as Discord announces them; None: it does not
    height: int | None = None

    @property
    def claims_to_be_picture(self) -> bool:
        """By its content type or its name; only its bytes can tell what it is."""
        if (self.content_type or "").lower().startswith("image/"):
            return True
        _, dot, ending = self.name.rpartition(".")
        return bool(dot) and ending.lower() in _PICTURE_ENDINGS


@dataclass(frozen=True, kw_only=True, slots=True)
class RepliedTo:
    """The message that a message answers. `text` is empty where Discord did not send it."""

    message_id: int
    author_id: int | None = None
    author_name: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """One message of a person. `text` has the bot's own mention removed and is stripped."""

    id: int
    place: Place
    author: Author
    text: str
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()  # its own and those of forwarded snapshots
    mentions_bot: bool = False  # by an @mention in the text; the ping of a reply does not count
    mentions_others: bool = False
    replied_to: RepliedTo | None = None
    is_system: bool = False  # joins, pins, boosts …
