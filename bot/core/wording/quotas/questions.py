"""Questions before a change that touches many people, and how they end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.core.quota.limits import Block, Limit, Subject, SubjectKind, Unit
from bot.core.wording.amounts import amount, because, how_soon, instant, subject, until
from bot.core.wording.quotas.outcomes import limits_named

CONFIRM_LABEL: Final = "Confirm"
CANCEL_LABEL: Final = "Cancel"


def ask_limits(
    of: Subject, before: Sequence[Limit], after: Sequence[Limit], *, reason: str = ""
) -> str:
    what = "cap" if of.is_capped else "limits"
    told = f"From: {limits_named(of, before)}\nTo: {limits_named(of, after)}"
    return f"**Change the {what} of {_many(of)}?**\n{told}{_reason(reason)}"


def ask_grant(
    of: Subject, unit: Unit, value: int, expires_at: datetime, *, reason: str = ""
) -> str:
    more = f"{amount(unit, value)} more, once, {until(expires_at)}"
    return f"**Give {more}, to each member of {subject(of)}?**{_reason(reason)}"


def ask_block(
    of: Subject, before: Block | None, ends_at: datetime | None, *, reason: str = ""
) -> str:
    """Ask about a block of a role, or a pause."""
    if of.is_capped:
        where = "this whole server" if of.kind is SubjectKind.SERVER else subject(of)
        question = f"Pause all answers in {where}, {until(ends_at)}?"
        free = "answers go on"
    else:
        question = f"Keep all members of {subject(of)} from using this bot, {until(ends_at)}?"
        free = "not blocked"
    return f"**{question}**\nAt present: {_present(before, free)}.{_reason(reason)}"


def _present(before: Block | None, free: str) -> str:
    if before is None:
        return free
    what = "paused" if before.subject.is_capped else "blocked"
    return what if before.until is None else f"{what} until {instant(before.until)}"


def _many(of: Subject) -> str:
    return f"all members of {subject(of)}" if of.kind is SubjectKind.ROLE else subject(of)


def _reason(reason: str) -> str:
    return f"\n{because(reason).strip()}" if reason.strip() else ""


def question_open(ends_at: datetime) -> str:
    return f"-# Nothing has changed yet. This question ends {how_soon(ends_at)}."


def question_over() -> str:
    return "This question has expired; nothing has changed. Please give the command again."


def question_cancelled() -> str:
    return "Cancelled; nothing has changed."
