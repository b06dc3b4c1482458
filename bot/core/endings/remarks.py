"""What is to be said about how an answer ended."""

from bot.core.answers.events import Ended, Ending
from bot.core.endings.text_endings import cause_of, find_row


def remark(ending: Ending, ended: Ended | None, *, incident: str, has_text: bool) -> str:
    """Choose the sentence; empty where an answer ended well and nothing is to be said.

    `ended` is what the stream said last; None where it was not read to its end.
    """
    row = find_row(cause_of(ending, ended))
    return row.outcome(has_text=has_text).words(incident=incident)
