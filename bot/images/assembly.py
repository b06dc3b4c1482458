"""Prepared frames, what was read and what was posted, put together as the turn's images and files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.conversation.turns import File, Image, LeftOut, PreparedImages
from bot.core.messages.incoming_message import Attachment
from bot.images.cache import hash_of
from bot.images.protocol import FileReading, Frame, Result

MAX_ALT_TEXT = 1_000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedAttachment:
    """The outcome for one attachment. `hash` is that of a file's bytes."""

    result: Result
    hash: str = ""
    document: bytes | None = None  # a PDF that may be sent as it is


def assemble_images(
    attachments: Sequence[Attachment], prepared: Sequence[PreparedAttachment], *, max_count: int
) -> PreparedImages:
    """Join each attachment with what came of it, in their order."""
    images: list[Image] = []
    files: list[File] = []
    image_bytes: dict[str, bytes] = {}
    left_out: list[LeftOut] = []
    reduced: dict[str, None] = {}
    posted = [() if each.result.reading else each.result.frames for each in prepared]
    for attachment, each, frames in zip(
        attachments, prepared, thin_out(posted, max_count), strict=True
    ):
        result = each.result
        if result.reason is not None:
            left_out.append(LeftOut(name=attachment.name, reason=result.reason))
        if result.reading is not None:
            files.append(_to_file(attachment, each, result.reading))
        images += [_to_image(attachment, frame) for frame in frames]
        kept = result.frames if result.reading is not None else frames
        image_bytes |= {hash_of(frame.content): frame.content for frame in kept}
        if any(frame.is_reduced for frame in kept):
            reduced[attachment.name] = None
        if each.document is not None:
            image_bytes[each.hash] = each.document
    return PreparedImages(
        images=tuple(images),
        files=tuple(files),
        image_bytes=image_bytes,
        left_out=tuple(left_out),
        reduced=tuple(reduced),
    )


def thin_out(pictures: Sequence[tuple[Frame, ...]], max_count: int) -> list[tuple[Frame, ...]]:
    """Keep only the first frame of animations, of the last ones first, until all fit.

    Every picture keeps one frame: no more pictures than `max_count` are ever selected.
    """
    thinned = list(pictures)
    for at in reversed(range(len(thinned))):
        if sum(map(len, thinned)) <= max_count:
            break
        thinned[at] = thinned[at][:1]
    return thinned


def make_note(note: str, alt_text: str | None) -> str:
    """Say what the model can't see: which frame it is, and what the poster wrote about it."""
    words = " ".join((alt_text or "").split())[:MAX_ALT_TEXT].rstrip()
    return "; ".join(filter(None, (note, f"alt text: {words}" if words else "")))


def _to_image(attachment: Attachment, frame: Frame) -> Image:
    return Image(
        hash=hash_of(frame.content),
        media_type=frame.media_type,
        width=frame.width,
        height=frame.height,
        name=attachment.name,
        note=make_note(frame.note, attachment.description),
        is_spoiler=attachment.is_spoiler,
    )


def _to_file(attachment: Attachment, prepared: PreparedAttachment, reading: FileReading) -> File:
    """A file's alt text is told where a picture's would be: in its note."""
    unnoted = replace(attachment, description=None)
    return File(
        name=attachment.name,
        kind=reading.kind,
        hash=prepared.hash,
        text=reading.text,
        tail=reading.tail,
        lines=reading.lines,
        characters=reading.characters,
        pages=reading.pages,
        note=make_note(reading.note, attachment.description),
        images=tuple(_to_image(unnoted, frame) for frame in prepared.result.frames),
    )
