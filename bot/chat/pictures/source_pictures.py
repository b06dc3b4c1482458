"""The pictures that an order is to be drawn from: posted with it, or of the conversation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.chat.answers.conversation import Conversation, load_turns
from bot.chat.collaborators import Collaborators
from bot.core.conversation.turns import Image, PreparedImages, Turn
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.messages.triggers import pictures_of
from bot.core.pictures.order_phrases import refers_back
from bot.core.pictures.orders import GivenPicture


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcePictures:
    """`prepared` came with the message; `pictures` may be of the conversation instead."""

    prepared: PreparedImages = field(default_factory=PreparedImages)
    pictures: tuple[GivenPicture, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        """Pictures came along, and none of them can be used."""
        return bool(self.prepared.left_out) and not self.pictures


async def count_sources(
    message: IncomingMessage, conversation: Conversation, using: Collaborators, *, newest: int
) -> int:
    """Count the pictures that there will be to draw from, at most. Raises StoreError."""
    posted = pictures_of(message)
    if posted or not refers_back(message.text):
        return len(posted)
    images = _newest(await load_turns(conversation, using, newest=newest))
    return sum(not _is_later_frame(image) for image in images)


async def find_sources(
    message: IncomingMessage, conversation: Conversation, using: Collaborators, *, newest: int
) -> SourcePictures:
    """The message's own pictures and those it replies to, else the newest that it speaks of.

    Raises StoreError.
    """
    posted = pictures_of(message)
    if posted:
        prepared = await using.images.prepare(posted, asker_id=message.author.id)
        pictures = _pictures(prepared.images, prepared.image_bytes)
        return SourcePictures(prepared=prepared, pictures=pictures)
    if not refers_back(message.text):
        return SourcePictures()
    images = _newest(await load_turns(conversation, using, newest=newest))
    kept = await using.images.load([image.hash for image in images])
    return SourcePictures(pictures=_pictures(images, kept))


def _newest(turns: Iterable[Turn]) -> tuple[Image, ...]:
    return next((turn.images for turn in reversed(tuple(turns)) if turn.images), ())


def _pictures(
    images: Iterable[Image], image_bytes: Mapping[str, bytes]
) -> tuple[GivenPicture, ...]:
    """Of an animation only the first frame: a picture is drawn from pictures."""
    return tuple(
        GivenPicture(content=image_bytes[image.hash], media_type=image.media_type, name=image.name)
        for image in images
        if image.hash in image_bytes and not _is_later_frame(image)
    )


def _is_later_frame(image: Image) -> bool:
    return image.note.startswith("frame ") and not image.note.startswith("frame 1 ")
