"""What is to be said about how an answer ended."""

from bot.core import wording
from bot.core.events import Ended, Ending, Failed, Incomplete, IncompleteReason


def remark(  # noqa: PLR0911 - a table
    ending: Ending, ended: Ended | None, *, incident: str, has_text: bool
) -> str:
    """Choose the sentence; empty where an answer ended well and nothing is to be said.

    `ended` is what the stream said last; None where it was not read to its end.
    """
    match ending:
        case Ending.COMPLETED:
            return "" if has_text else wording.empty_answer()
        case Ending.INCOMPLETE:
            reason = ended.reason if isinstance(ended, Incomplete) else IncompleteReason.OTHER
            return wording.incomplete(reason, has_text=has_text)
        case Ending.REFUSED:
            return wording.refused(has_text=has_text)
        case Ending.STOPPED | Ending.UNDELIVERABLE:
            return wording.stopped(has_text=has_text)
        case Ending.INTERRUPTED:
            return wording.interrupted(has_text=has_text)
        case Ending.FAILED | Ending.CUT:
            return _failure(ended, incident, has_text)


def _failure(ended: Ended | None, incident: str, has_text: bool) -> str:
    if not isinstance(ended, Failed):
        return wording.unexpected_error(incident=incident)
    if has_text:
        return wording.cut(ended.failure, incident=incident)
    return wording.failed(ended.failure, incident=incident)
