"""Files that come as text with a name and a fence, summarised by counting and quoting lines."""

import re
from dataclasses import dataclass, field
from typing import Final

from bot.standins.describer.markdown import escape, fence
from bot.standins.describer.request.questions import QuestionTopic

_WRITTEN: Final = re.compile(r"\[file ([^;\]]*)[^\]]*\]\n(`{3,})\n(.*)\n\2", re.DOTALL)
_ERROR: Final = re.compile(
    r"\b(error|exception|fatal|panic|failed|traceback|critical)\b", re.IGNORECASE
)
_PAGE: Final = re.compile(r"\[page \d+\]")
_QUOTED: Final = 6  # lines
_LONGEST_LINE: Final = 200  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class TextFile:
    """A file of the conversation."""

    name: str
    text: str = field(repr=False)


def parse_text_file(text: str) -> TextFile | None:
    """Recognise a file among the texts of a message; None: these are somebody's words."""
    found = _WRITTEN.fullmatch(text)
    return None if found is None else TextFile(name=found[1], text=found[3])


def summarise(file: TextFile, topic: QuestionTopic) -> str:
    """Say how long it is, and quote what the topic may be about."""
    lines = [line for line in file.text.splitlines() if line.strip() and not _PAGE.fullmatch(line)]
    if not lines:
        return f"**{escape(file.name)}** has no text that I can quote."
    count = f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}"
    wrong = [line for line in lines if _ERROR.search(line)]
    if wrong and topic in (QuestionTopic.ERROR, QuestionTopic.DESCRIBE, QuestionTopic.OTHER):
        lead, quoted = f"{len(wrong):,} of them may name an error. The last ones", wrong[-_QUOTED:]
    else:
        lead, quoted = "It begins", lines[:_QUOTED]
    rows = "\n".join(line[:_LONGEST_LINE] for line in quoted)
    return f"**{escape(file.name)}** came to me as {count} of text. {lead}:\n{fence(rows)}"
