"""Which attachments of a question are read, and which are left out: decided before any download."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.messages import Attachment
from bot.core.turns import LeftOutReason
from bot.images.settings import ImageSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """An attachment, and why it is not read; None where it is."""

    attachment: Attachment
    reason: LeftOutReason | None = None


def select(attachments: Sequence[Attachment], settings: ImageSettings) -> tuple[Choice, ...]:
    """Choose in the order given; sizes are the announced ones and are enforced again later."""
    choices: list[Choice] = []
    count = total = 0
    for attachment in attachments:
        reason = _objection(attachment, settings, count=count, total=total)
        if reason is None:
            count += 1
            total += attachment.size
        choices.append(Choice(attachment=attachment, reason=reason))
    return tuple(choices)


def _objection(
    attachment: Attachment, settings: ImageSettings, *, count: int, total: int
) -> LeftOutReason | None:
    if not attachment.claims_to_be_picture:
        return LeftOutReason.NOT_AN_IMAGE
    if attachment.size > settings.max_bytes:
        return LeftOutReason.TOO_MANY_BYTES
    if count >= settings.max_count:
        return LeftOutReason.TOO_MANY
    if total + attachment.size > settings.max_total_bytes:
        return LeftOutReason.TOO_MANY_BYTES
    return None
