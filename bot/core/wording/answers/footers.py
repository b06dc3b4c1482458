"""The lines under an answer: its cost, and what was left out; and the Stop button."""

from collections.abc import Sequence
from typing import Final

from bot.core.conversation.files import count_lines, is_partial, pages_seen
from bot.core.conversation.turns import File, FileKind, LeftOut, LeftOutReason
from bot.core.quota.limits import SubjectKind
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import present
from bot.core.wording.names import file_name, plain_text
from bot.core.wording.names import tokens as amount

# ruff: noqa: C901, PLR0911, PLR0912 - a `match` over an enum is a table

STOP_LABEL: Final = "Stop"
_NAMED_AT_MOST: Final = 3  # pictures or files named in a footer; the rest is counted


def small_print(*lines: str) -> str:
    return "\n".join(f"-# {line}" for line in lines if line)


_CAPPED: Final = {
    SubjectKind.CHANNEL: "the channel's",
    SubjectKind.SERVER: "the server's",
    SubjectKind.EVERYTHING: "the bot's",
}


def footer(  # noqa: PLR0913 - a form: each is a line or a word of it
    *,
    model: str,
    tokens: int,
    is_estimated: bool = False,
    tightest: Standing | None = None,
    left_out: Sequence[LeftOut] = (),
    reduced: Sequence[str] = (),
    note: str = "",
) -> str:
    """The cost of an answer and the remarks on it; `note` is how it ended, if not well."""
    cost = f"≈\u202f{amount(tokens)}" if is_estimated else amount(tokens)
    details = [plain_text(model), cost, *share_left(tightest)]
    unseen = {one.name for one in left_out}
    smaller = reduced_line([name for name in reduced if name not in unseen])
    return small_print(note, left_out_line(left_out), smaller, " · ".join(details))


def share_left(tightest: Standing | None) -> tuple[str, ...]:
    """The rest of the limit that will be used up first; empty where nothing is limited."""
    if tightest is None or tightest.percent_left is None:
        return ()
    period = tightest.limit.measure.period
    share = f"{tightest.percent_left}\u202f%"
    if tightest.limit.is_ceiling:
        return (f"{share} of the operator's ceiling left {present(period)}",)
    if tightest.limit.subject.is_capped:
        whose = _CAPPED[tightest.limit.subject.kind]
        return (f"{share} of {whose} cap left {present(period)}",)
    return (f"{share} of {period.row.words.own} quota left",)


def read_in_part_line(files: Sequence[File]) -> str:
    """Name the files of which the model has seen less than all; empty where there are none."""
    partial = [read_in_part(file) for file in files if is_partial(file)]
    unnamed = len(partial) - _NAMED_AT_MOST
    more = f"; {unnamed} more in part" if unnamed > 0 else ""
    return "; ".join(partial[:_NAMED_AT_MOST]) + more


def read_in_part(file: File) -> str:
    return f"{file_name(file.name)} was read in part: {what_was_read(file)}"


def what_was_read(file: File) -> str:
    """Say how much of a file the model has seen, for one that was cut."""
    if file.kind is FileKind.PDF:
        return f"{pages_seen(file):,} of {file.pages:,} pages"
    if file.text.endswith("\n"):
        return _ends(count_lines(file.text), count_lines(file.tail), file.lines, "lines")
    return _ends(len(file.text), len(file.tail), file.characters, "characters")


def _ends(head: int, tail: int, total: int, unit: str) -> str:
    if not tail:
        return f"the first {head:,} of {total:,} {unit}"
    ends = f"{head:,} and last {tail:,}" if head != tail else f"and last {head:,}"
    return f"the first {ends} of {total:,} {unit}"


def left_out_line(left_out: Sequence[LeftOut]) -> str:
    """Name the pictures and files that the model has not seen; empty where it saw all."""
    if not left_out:
        return ""
    named = [left_out_reason(one) for one in dict.fromkeys(left_out)]
    unnamed = len(named) - _NAMED_AT_MOST
    more = f"; and {unnamed} more" if unnamed > 0 else ""
    return f"Not looked at: {'; '.join(named[:_NAMED_AT_MOST])}{more}"


def reduced_line(names: Sequence[str]) -> str:
    """Name the pictures that the quota let be seen only small; empty where there are none."""
    if not names:
        return ""
    named = [file_name(name) for name in dict.fromkeys(names)]
    unnamed = len(named) - _NAMED_AT_MOST
    more = f" and {unnamed} more" if unnamed > 0 else ""
    return f"Looked at smaller to save quota: {', '.join(named[:_NAMED_AT_MOST])}{more}"


def left_out_reason(left_out: LeftOut) -> str:
    return f"{file_name(left_out.name)} {left_out_verb(left_out.reason)}"


def left_out_verb(reason: LeftOutReason) -> str:
    match reason:
        case LeftOutReason.DAMAGED:
            return "is damaged"
        case LeftOutReason.NOT_AN_IMAGE:
            return "is not a picture"
        case LeftOutReason.UNSUPPORTED:
            return "has a format I can't read"
        case LeftOutReason.TOO_MANY_BYTES:
            return "is too large a file"
        case LeftOutReason.TOO_MANY_PIXELS:
            return "has too many pixels"
        case LeftOutReason.TOO_MANY:
            return "is one picture too many"
        case LeftOutReason.UNREACHABLE:
            return "could not be downloaded"
        case LeftOutReason.GONE:
            return "is no longer there"
        case LeftOutReason.TOO_SLOW:
            return "took too long to load"
        case LeftOutReason.BUSY:
            return "waited too long behind other files: please ask again in a minute"
        case LeftOutReason.NO_ROOM:
            return "does not fit into what is left of the quota"
        case LeftOutReason.UNREADABLE:
            return "can't be read: only pictures, PDFs and text can"
        case LeftOutReason.LOCKED:
            return "is locked with a password"
        case LeftOutReason.EMPTY:
            return "is empty"
        case LeftOutReason.TOO_MANY_FILES:
            return "is one file too many"


def stop_accepted() -> str:
    return "I'm stopping."


def stop_not_allowed() -> str:
    return "Only the person who asked, or a moderator, can stop this answer."


def stop_too_late() -> str:
    return "This answer has already finished."
