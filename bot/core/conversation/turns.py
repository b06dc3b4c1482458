"""Turns: one message each, as the model reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import Detail
from bot.core.models.tools import FunctionCall, Tool


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A prepared picture by its content hash; the bytes are kept elsewhere and looked up by `hash`."""

    hash: str  # sha-256 of the prepared bytes, hexadecimal
    media_type: str  # image/jpeg or image/png
    width: int  # pixels, as prepared
    height: int
    name: str  # the file's name, as posted
    note: str = ""  # told to the model: "frame 2 of 3 of an animation", the alt text …
    is_spoiler: bool = False


class FileKind(StrEnum):
    TEXT = "text"
    PDF = "pdf"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file as it was read, by the hash of its bytes. Page breaks part the pages of a PDF.

    Where something in the middle or at the end was left out, `text` is the beginning that is kept,
    `tail` the end, and `lines` and `characters` are those of all that was read.
    """

    name: str  # as posted
    kind: FileKind
    hash: str  # sha-256 of the posted bytes, hexadecimal
    text: str = ""
    tail: str = ""
    lines: int = 0
    characters: int = 0
    pages: int = 0  # of a PDF, those that were not read included
    note: str = ""  # told to the model: "not UTF-8, read as Windows-1252" …
    images: tuple[Image, ...] = ()  # pictures of pages that hold little text
    is_document: bool = False  # sent as it is, where the endpoint takes files

    @property
    def is_cut(self) -> bool:
        return len(self.text) + len(self.tail) < self.characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """`message_id` and `parent_id` are Discord's; the parent is the message this one replies to."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()
    files: tuple[File, ...] = ()
    message_id: int = 0
    parent_id: int | None = None
    author_id: int = 0
    author_name: str = ""

    @property
    def hashes(self) -> frozenset[str]:
        """Of everything in it whose bytes are kept elsewhere."""
        images = (*self.images, *(image for file in self.files for image in file.images))
        documents = (file.hash for file in self.files if file.is_document)
        return frozenset((*(image.hash for image in images), *documents))


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A call of a function of ours and what came of it, as the next request tells it."""

    call: FunctionCall
    output: str
    images: tuple[Image, ...] = ()  # shown with the output


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRequest:
    """A whole request to the model: the endpoint remembers nothing.

    `instructions` is the system text; it comes first and never changes within a conversation, so
    that endpoints can serve the prefix from their prompt cache. `image_bytes` holds the bytes of
    the images and documents in `turns` and `exchanges`, by hash; the model is told of those that
    are no longer kept. `detail` None leaves it to the endpoint's settings.
    """

    instructions: str
    turns: tuple[Turn, ...]
    max_output_tokens: int
    image_bytes: Mapping[str, bytes] = field(default_factory=dict)
    tools: tuple[Tool, ...] = ()
    exchanges: tuple[Exchange, ...] = ()  # calls of this very answer, after all turns
    may_call: bool = True  # False: the tools are listed, but no function may be asked for any more
    detail: Detail | None = None
    needs_price: bool = False  # a limit in dollars holds: nobody without a known price may answer

    @property
    def images(self) -> tuple[Image, ...]:
        """All that it shows, pages of files included."""
        files = (file for turn in self.turns for file in turn.files)
        holders: tuple[Turn | File | Exchange, ...] = (*self.turns, *files, *self.exchanges)
        return tuple(image for holder in holders for image in holder.images)


class LeftOutReason(StrEnum):
    """Why a picture or a file was not sent to the model."""

    DAMAGED = "damaged"
    NOT_AN_IMAGE = "not-an-image"  # the bytes are of no picture format
    UNSUPPORTED = "unsupported"  # a picture, of a format that can't be read here
    TOO_MANY_BYTES = "too-many-bytes"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY = "too-many"  # more pictures than one question may have
    UNREACHABLE = "unreachable"  # the download failed
    GONE = "gone"  # the link has expired or the file was deleted
    TOO_SLOW = "too-slow"  # the download or the decoding took too long
    BUSY = "busy"  # too many bytes of others were waiting to be prepared
    NO_ROOM = "no-room"  # it does not fit into what is left of the allowance
    UNREADABLE = "unreadable"  # a file that is neither a picture nor a PDF nor text
    LOCKED = "locked"  # a PDF that asks for a password
    EMPTY = "empty"  # a file without a word, a PDF without a page
    TOO_MANY_FILES = "too-many-files"  # more files than one question may have


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A picture or a file that was not sent, named to the user in the answer's footer."""

    name: str
    reason: LeftOutReason


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedImages:
    """A question's attachments as they were prepared, in order. An animation gives several images."""

    images: tuple[Image, ...] = ()
    files: tuple[File, ...] = ()
    image_bytes: Mapping[str, bytes] = field(default_factory=dict)  # and those of documents
    left_out: tuple[LeftOut, ...] = ()
    reduced: tuple[str, ...] = ()  # names of those looked at smaller than usual, to save tokens


def conversation_key(place: Place, *, root_id: int) -> str:
    """Name the conversation a message belongs to: its thread, its direct channel, or its reply chain.

    `root_id` is the message that the reply chain began with.
    """
    if place.is_thread:
        return f"thread:{place.channel_id}"
    if place.is_direct:
        return f"direct:{place.channel_id}"
    return f"message:{root_id}"
