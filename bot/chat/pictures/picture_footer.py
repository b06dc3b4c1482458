"""The end of an order of pictures: what stands in its message, and the log's line."""

import logging
from dataclasses import dataclass

from bot.chat.answers.admission import Admission
from bot.chat.answers.answer_footer import cause_fields
from bot.chat.collaborators import Collaborators
from bot.chat.pictures.picture_reply import PictureReply
from bot.core import wording
from bot.core.answers.events import Ending, Failed
from bot.core.conversation.turns import LeftOut
from bot.core.endings.picture_endings import PicturesOutcome, remarks_on
from bot.core.pictures.errors import OrderFault, OrderRefused

log = logging.getLogger(__name__)

_LONGEST_WORDS = 700  # characters of what the model says beside its pictures


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """What came of an order besides its pictures."""

    outcome: PicturesOutcome
    caption: str  # the prompt, where it is seen nowhere else
    words: str  # of the model
    left_out: tuple[LeftOut, ...]
    is_unreadable: bool  # what was given to draw from
    has_shrunk: bool
    seconds: float


def sign(
    reply: PictureReply, admission: Admission, signature: Signature, using: Collaborators
) -> None:
    """End the reply with its remarks and footer; one line for each order goes to the log."""
    outcome = signature.outcome
    incident = using.new_incident() if isinstance(outcome.failed, Failed) else ""
    _log(admission, signature, incident)
    shrunk = (wording.picture_shrunk(),) if signature.has_shrunk else ()
    remarks = (*_remarks(signature, incident, has_pictures=reply.has_pictures), *shrunk)
    charge = admission.charge or admission.known_charge
    is_signed = reply.has_pictures or charge.usage.total_tokens > 0
    lines = [signature.caption, _shorten(signature.words)]
    if not reply.has_pictures:
        lines += remarks
    if is_signed:
        footer = wording.picture_footer(
            charge,
            tightest=admission.tightest,
            left_out=signature.left_out,
            notes=remarks if reply.has_pictures else (),
        )
        lines.append(footer)
    else:
        lines.append(wording.small_print(wording.left_out_line(signature.left_out)))
    reply.end("\n".join(line for line in lines if line))


def _remarks(signature: Signature, incident: str, *, has_pictures: bool) -> tuple[str, ...]:
    if signature.is_unreadable:
        return (wording.order_refused(OrderRefused(OrderFault.NO_PICTURE)),)
    return remarks_on(signature.outcome, incident=incident, has_pictures=has_pictures)


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else words[: _LONGEST_WORDS - 1].rstrip() + "…"


def _log(admission: Admission, signature: Signature, incident: str) -> None:
    charge = admission.charge or admission.known_charge
    outcome = signature.outcome
    fields: dict[str, object] = {
        "message_id": admission.message.id,
        "user_id": admission.message.author.id,
        "guild_id": admission.message.place.guild_id,
        "ending": outcome.ending.value,
        "pictures": outcome.made,
        "tokens": charge.usage.total_tokens,
        "microusd": charge.cost_microusd,
        "seconds": round(signature.seconds, 2),
    }
    if outcome.failed is None:
        log.info("pictures made", extra=fields)
        return
    fields |= cause_fields(outcome.failed, incident)
    if outcome.ending is Ending.REFUSED:
        log.info("a picture was declined", extra=fields)  # the provider's policy: nothing to mend
    else:
        log.error("the picture model failed", extra=fields)
