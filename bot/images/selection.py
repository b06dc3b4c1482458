"""Choosing the attachments of a question that are read, before any download."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.conversation.turns import LeftOutReason
from bot.core.messages.incoming_message import Attachment
from bot.images.settings import FileSettings, ImageSettings

# What can't be read is not downloaded either. Endings with a second meaning in text are not here:
# `.ts` is TypeScript as well as video.
_UNREADABLE = re.compile(
    r"""\.(
        7z|apk|appimage|bz2|cab|deb|dmg|gz|iso|img|jar|msi|rar|rpm|tar|tgz|xz|z|zip|zst
        |a|class|dll|dylib|exe|o|pdb|pyc|so|wasm|accdb|mdb|sqlite3?|eot|otf|ttf|woff2?|pcap
        |docx?|epub|numbers|od[pst]|pages|pptx?|xls[bx]?
        |aac|aiff?|avi|flac|flv|m4[av]|midi?|mkv|mov|mp[34]|mpe?g|og[gv]|opus|wav|webm|wm[av]
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """An attachment, and why it is not read; None where it is."""

    attachment: Attachment
    reason: LeftOutReason | None = None


def select(
    attachments: Sequence[Attachment], settings: ImageSettings, files: FileSettings
) -> tuple[Selection, ...]:
    """Choose in the order given; sizes are the announced ones and are enforced again later."""
    selected: list[Selection] = []
    counts = {True: 0, False: 0}  # pictures, files
    total = 0
    for attachment in attachments:
        is_picture = attachment.claims_to_be_picture
        limits: ImageSettings | FileSettings = settings if is_picture else files
        reason = _objection(attachment, limits, count=counts[is_picture])
        if reason is None and total + attachment.size > settings.max_total_bytes:
            reason = LeftOutReason.TOO_MANY_BYTES
        if reason is None:
            counts[is_picture] += 1
            total += attachment.size
        selected.append(Selection(attachment=attachment, reason=reason))
    return tuple(selected)


def _objection(
    attachment: Attachment, limits: ImageSettings | FileSettings, *, count: int
) -> LeftOutReason | None:
    is_picture = attachment.claims_to_be_picture
    if not is_picture and is_unreadable(attachment.name):
        return LeftOutReason.UNREADABLE
    if attachment.size > limits.max_bytes:
        return LeftOutReason.TOO_MANY_BYTES
    if count >= limits.max_count:
        return LeftOutReason.TOO_MANY if is_picture else LeftOutReason.TOO_MANY_FILES
    return None


def is_unreadable(name: str) -> bool:
    """Whether the name's ending is one of those that never hold text."""
    return _UNREADABLE.search(name) is not None
