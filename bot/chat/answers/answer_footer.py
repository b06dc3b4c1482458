"""The end of a written answer: what stands below it or in its place, and the log's line."""

import logging
from dataclasses import dataclass

from bot.chat.answers.admission import Settlement
from bot.core import wording
from bot.core.answers.citations import Source
from bot.core.answers.events import Ended, Ending, Failed, Incomplete
from bot.core.conversation.turns import File, LeftOut
from bot.core.display.draft import Draft
from bot.core.endings.text_endings import Audience, cause_of, choose_remark, find_row
from bot.core.endings.usage_meter import UsageMeter
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.quota.allowance import Charge

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerReport:
    """Everything that is said of an answer when it has ended.

    `ended` is what the stream said last; None where the answer was ended from outside.
    """

    ending: Ending
    ended: Ended | None
    settlement: Settlement
    left_out: tuple[LeftOut, ...]
    reduced: tuple[str, ...] = ()  # names of pictures looked at smaller, to save quota
    files: tuple[File, ...] = ()  # of the question, as they were sent
    sources: tuple[Source, ...] = ()
    missing_model: str = ""  # chosen here, but no longer offered
    incident: str = ""  # an id that leads the operator to the log's line; empty: none is needed


def end_draft(draft: Draft, report: AnswerReport) -> Draft:
    """Finish the draft with its remark, its sources, and its footer. A blank one gives way to a
    draft of the remark: white space alone is nothing that Discord would show.
    """
    has_text = not draft.is_blank
    remark = choose_remark(report.ending, report.ended, incident=report.incident, has_text=has_text)
    in_part = wording.read_in_part_line(report.files)
    if not has_text:
        draft = Draft()
        draft.add(remark)
        draft.finish(_join(wording.small_print(in_part), _cost(report)))
        return draft
    if report.sources:
        draft.add(f"\n\n{wording.sources(report.sources)}")
    above = wording.small_print(wording.model_missing(report.missing_model), in_part)
    draft.finish(_join(above, _footer(report, note=remark)))
    return draft


def log_answer(
    report: AnswerReport,
    message: IncomingMessage,
    *,
    endpoint: str,
    began: float,
    first_text_at: float | None,
    now: float,
) -> None:
    """Write the one line that each answer gets. Times are monotonic, in seconds."""
    charge = report.settlement.charge
    fields: dict[str, object] = {
        "message_id": message.id,
        "user_id": message.author.id,
        "guild_id": message.place.guild_id,
        "ending": report.ending.value,
        "model": charge.model,
        "endpoint": endpoint,
        "tokens": charge.usage.total_tokens,
        "seconds": round(now - began, 2),
        "first_text": None if first_text_at is None else round(first_text_at - began, 2),
    }
    fields |= cause_fields(report.ended, report.incident)
    row = find_row(cause_of(report.ending, report.ended))
    if isinstance(report.ended, Failed) and row.audience is not Audience.MEMBER:
        log.error("the endpoint failed", extra=fields)
    else:
        log.info("answered", extra=fields)


def reports_too_much(charge: Charge, meter: UsageMeter) -> bool:
    """Whether endpoints have reported more than is charged: nothing is to be learnt from that."""
    return meter.claimed > charge.usage.total_tokens


def log_excess(charge: Charge, message: IncomingMessage, *, meter: UsageMeter) -> None:
    """Say where endpoints have reported more than is charged: they may bill the operator for it."""
    if reports_too_much(charge, meter):
        log.warning(
            "the endpoint reports more than the answer was allowed",
            extra={
                "message_id": message.id,
                "endpoint": meter.endpoint,
                "model": charge.model,
                "tokens": charge.usage.total_tokens,
                "reported": meter.claimed,
            },
        )


def cause_fields(ended: Ended | None, incident: str) -> dict[str, object]:
    """The log's fields about why an answer ended as it did."""
    match ended:
        case Failed():
            return {
                "incident": incident,
                "failure": ended.failure.value,
                "status": ended.status,
                "request_id": ended.request_id,
                "detail": ended.detail,
                "advice": wording.operator_advice(ended.failure),
            }
        case Incomplete():
            return {"reason": ended.reason.value, "detail": ended.detail}
        case _:
            return {}


def _cost(report: AnswerReport) -> str:
    """Under an answer without text: what was thought and read counts all the same."""
    if report.settlement.charge.usage.total_tokens:
        return _footer(report)
    return wording.small_print(wording.left_out_line(report.left_out))


def _footer(report: AnswerReport, *, note: str = "") -> str:
    charge = report.settlement.charge
    return wording.footer(
        model=charge.model,
        tokens=charge.usage.total_tokens,
        is_estimated=charge.is_estimated,
        tightest=report.settlement.tightest,
        left_out=report.left_out,
        reduced=report.reduced,
        note=note,
    )


def _join(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
