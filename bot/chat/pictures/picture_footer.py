"""The end of an order of pictures: what stands in its message, and the log's line."""

import logging
from dataclasses import dataclass

from bot.chat.answers.admission import Settlement
from bot.chat.answers.answer_footer import cause_fields
from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.conversation.turns import LeftOut
from bot.core.endings.picture_endings import PicturesOutcome, choose_remarks
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.pictures.errors import OrderFault, OrderRefused

log = logging.getLogger(__name__)

_LONGEST_WORDS = 700  # characters of what the model says beside its pictures


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureReport:
    """Everything that is said of an order when it has ended."""

    outcome: PicturesOutcome
    settlement: Settlement
    caption: str  # the prompt, where it is seen nowhere else
    words: str  # of the model
    left_out: tuple[LeftOut, ...]
    is_unreadable: bool  # what was given to draw from
    has_shrunk: bool
    incident: str  # an id that leads the operator to the log's line; empty: none is needed


def end_text(report: PictureReport, *, has_pictures: bool) -> str:
    """Compose what stands in the message at the end: words, remarks, footer."""
    shrunk = (wording.picture_shrunk(),) if report.has_shrunk else ()
    remarks = (*_remarks(report, has_pictures=has_pictures), *shrunk)
    charge = report.settlement.charge
    lines = [report.caption, _shorten(report.words)]
    if not has_pictures:
        lines += remarks
    if has_pictures or charge.usage.total_tokens > 0:
        footer = wording.picture_footer(
            charge,
            tightest=report.settlement.tightest,
            left_out=report.left_out,
            notes=remarks if has_pictures else (),
        )
        lines.append(footer)
    else:
        lines.append(wording.small_print(wording.left_out_line(report.left_out)))
    return "\n".join(line for line in lines if line)


def log_pictures(report: PictureReport, message: IncomingMessage, *, seconds: float) -> None:
    """Write the one line that each order gets."""
    charge, outcome = report.settlement.charge, report.outcome
    fields: dict[str, object] = {
        "message_id": message.id,
        "user_id": message.author.id,
        "guild_id": message.place.guild_id,
        "ending": outcome.ending.value,
        "pictures": outcome.made,
        "tokens": charge.usage.total_tokens,
        "microusd": charge.cost_microusd,
        "seconds": round(seconds, 2),
    }
    if outcome.failed is None:
        log.info("pictures made", extra=fields)
        return
    fields |= cause_fields(outcome.failed, report.incident)
    if outcome.ending is Ending.REFUSED:
        log.info("a picture was declined", extra=fields)  # the provider's policy: nothing to mend
    else:
        log.error("the picture model failed", extra=fields)


def _remarks(report: PictureReport, *, has_pictures: bool) -> tuple[str, ...]:
    if report.is_unreadable:
        return (wording.order_refused(OrderRefused(OrderFault.NO_PICTURE)),)
    return choose_remarks(report.outcome, incident=report.incident, has_pictures=has_pictures)


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else words[: _LONGEST_WORDS - 1].rstrip() + "…"
