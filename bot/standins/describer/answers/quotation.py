"""Quotes what was read, with its layout where that means something."""

from typing import Final

from bot.standins.describer.answers.kinds import Kind, Verdict
from bot.standins.describer.answers.layout import Line
from bot.standins.describer.markdown import escape, fence

_LONGEST_TEXT: Final = 5_000  # characters that are quoted
_FEW_LINES: Final = 4  # that are quoted as such; more, or a screenshot's, become a block


def quote(verdict: Verdict) -> str:
    if len(verdict.lines) <= _FEW_LINES and verdict.kind is not Kind.SCREENSHOT:
        return "\n".join(f"> {escape(line.text)}" for line in verdict.lines)
    rows: list[str] = []
    used = 0
    for number, line in enumerate(verdict.lines):
        row = _lay_out(line, number=number, kind=verdict.kind)
        used += len(row) + 1
        if used > _LONGEST_TEXT:
            rest = len(verdict.lines) - number
            text = fence("\n".join(rows))
            return f"{text}\nAnd {rest:,} more {'line' if rest == 1 else 'lines'}."
        rows.append(row)
    return fence("\n".join(rows))


def _lay_out(line: Line, *, number: int, kind: Kind) -> str:
    """Keep indents and gaps, but not in a photo, where they mean nothing."""
    if kind is Kind.PHOTO:
        return line.text
    return ("\n" if line.follows_gap and number else "") + " " * line.indent + line.text
