"""The end of an answer: what is said below it, or instead of it, and the log's line."""

import logging
from dataclasses import dataclass

from bot.chat.answers.admission import Admission
from bot.chat.collaborators import Collaborators
from bot.chat.display.live_reply import LiveReply
from bot.core import wording
from bot.core.answers.citations import Source
from bot.core.answers.events import Ended, Failed, Incomplete
from bot.core.conversation.turns import File, LeftOut
from bot.core.endings.remarks import remark as choose_remark
from bot.core.endings.text_endings import Told, cause_of, find_row

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an answer besides its text. Times are monotonic, in seconds.

    `ended` is what the stream said last; None where the answer was ended from outside.
    """

    ended: Ended | None
    left_out: tuple[LeftOut, ...]
    files: tuple[File, ...] = ()  # of the question, as they were sent
    sources: tuple[Source, ...] = ()
    reduced: tuple[str, ...] = ()  # names of pictures looked at smaller, to save quota
    began: float
    first_text_at: float | None
    missing_model: str = ""  # chosen here, but no longer offered


def conclude(
    reply: LiveReply, admission: Admission, outcome: Outcome, using: Collaborators
) -> None:
    """End the reply with its remark and footer; one line for each answer goes to the log."""
    has_text = not reply.draft.is_blank
    incident = using.new_incident() if isinstance(outcome.ended, Failed) else ""
    _log(admission, outcome, incident, using)
    remark = choose_remark(admission.ending, outcome.ended, incident=incident, has_text=has_text)
    in_part = wording.read_in_part_line(outcome.files)
    if not has_text:
        lines = (wording.small_print(in_part), _cost(admission, outcome))
        reply.end_with(remark, footer=_join(*lines))
        return
    if outcome.sources:
        reply.add(f"\n\n{wording.sources(outcome.sources)}")
    above = wording.small_print(wording.model_missing(outcome.missing_model), in_part)
    reply.end(_join(above, _footer(admission, outcome, note=remark)))


def _cost(admission: Admission, outcome: Outcome) -> str:
    """Under an answer without text: what was thought and read counts all the same."""
    charge = admission.charge or admission.known_charge
    if charge.usage.total_tokens:
        return _footer(admission, outcome)
    return wording.small_print(wording.left_out_line(outcome.left_out))


def _footer(admission: Admission, outcome: Outcome, *, note: str = "") -> str:
    charge = admission.charge or admission.known_charge
    return wording.footer(
        model=charge.model,
        tokens=charge.usage.total_tokens,
        is_estimated=charge.is_estimated,
        tightest=admission.tightest,
        left_out=outcome.left_out,
        reduced=outcome.reduced,
        note=note,
    )


def _join(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _log(admission: Admission, outcome: Outcome, incident: str, using: Collaborators) -> None:
    charge = admission.charge or admission.known_charge
    began, first_text = outcome.began, outcome.first_text_at
    fields: dict[str, object] = {
        "message_id": admission.message.id,
        "user_id": admission.message.author.id,
        "guild_id": admission.message.place.guild_id,
        "ending": admission.ending.value,
        "model": charge.model,
        "endpoint": admission.endpoint,
        "tokens": charge.usage.total_tokens,
        "seconds": round(using.monotonic() - began, 2),
        "first_text": None if first_text is None else round(first_text - began, 2),
    }
    fields |= cause_fields(outcome.ended, incident)
    row = find_row(cause_of(admission.ending, outcome.ended))
    if isinstance(outcome.ended, Failed) and row.told is not Told.MEMBER:
        log.error("the endpoint failed", extra=fields)
    else:
        log.info("answered", extra=fields)


def cause_fields(ended: Ended | None, incident: str) -> dict[str, object]:
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
