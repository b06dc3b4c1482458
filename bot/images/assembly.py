"""Prepared frames and what was posted, put together as the turn's images."""

from collections.abc import Sequence

from bot.core.messages import Attachment
from bot.core.turns import Image, LeftOut, PreparedImages
from bot.images.shelf import hash_of
from bot.images.wire import Frame, Result

MAX_ALT_TEXT = 1_000  # characters


def assemble(
    attachments: Sequence[Attachment], results: Sequence[Result], *, max_count: int
) -> PreparedImages:
    """Join each attachment with its result, in their order."""
    images: list[Image] = []
    image_bytes: dict[str, bytes] = {}
    left_out: list[LeftOut] = []
    reduced: dict[str, None] = {}
    kept = thin_out([result.frames for result in results], max_count)
    for attachment, result, frames in zip(attachments, results, kept, strict=True):
        if result.reason is not None:
            left_out.append(LeftOut(name=attachment.name, reason=result.reason))
        for frame in frames:
            image = _to_image(attachment, frame)
            images.append(image)
            image_bytes[image.hash] = frame.content
            if frame.is_reduced:
                reduced[attachment.name] = None
    return PreparedImages(
        images=tuple(images),
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


def describe(note: str, alt_text: str | None) -> str:
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
        note=describe(frame.note, attachment.description),
        is_spoiler=attachment.is_spoiler,
    )
