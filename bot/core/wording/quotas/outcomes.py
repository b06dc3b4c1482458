"""Results of changes by moderators: what is so now, and what was before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.core.moderation.audit_values import block_of, grant_of, limits_of, spent_of
from bot.core.moderation.changes import Action, Change, Matter, State
from bot.core.quota.limits import Limit, Subject, SubjectKind
from bot.core.wording.amounts import (
    amount,
    amounts,
    because,
    fit,
    fitting,
    instant,
    limit_amounts,
    subject,
    those_of,
    until,
)
from bot.core.wording.moderation.changes import change_line

_NONE: Final = {
    SubjectKind.USER: "I won't answer",
    SubjectKind.ROLE: "I answer those who have a limit of their own, or by another role",
    SubjectKind.EVERYONE: "I answer those who have a limit of their own, or by a role",
}
UNDO_LABEL: Final = "Undo"
PREVIOUS_LABEL: Final = "Previous"
NEXT_LABEL: Final = "Next"
OLDER_LABEL: Final = "Older"
NEWEST_LABEL: Final = "Newest"


def changed(change: Change) -> str:
    """The change and what was before it, in one sentence or two, and the reason."""
    taken_back = "Taken back. " if change.undoes is not None else ""
    told = _TOLD[change.matter](change, change.before, change.after)
    return f"{taken_back}{told}{because(change.reason)}"


def _limits_changed(of: Subject, before: Sequence[Limit], after: Sequence[Limit]) -> str:
    if not after:
        return f"{those_of(of)} no longer has {_own(of)}; before: {limits_named(of, before)}."
    if not of.is_capped and any(limit.amount == 0 for limit in after):
        return f"{those_of(of)} now has no quota: {_NONE[of.kind]}. Before: {limits_named(of, before)}."
    return f"{those_of(of)} now has {limits_named(of, after)}; before: {limits_named(of, before)}."


def limits_named(of: Subject, limits: Sequence[Limit]) -> str:
    """Caps are for all together; where a subject has no limit of its own, others apply."""
    if of.is_capped:
        return f"a cap of {limit_amounts(limits)} for all together" if limits else "no cap"
    if not limits:
        return "none of their own" if of.kind is not SubjectKind.EVERYONE else "the usual limits"
    return limit_amounts(limits)


def _own(of: Subject) -> str:
    if of.is_capped:
        return "a cap"
    if of.kind is SubjectKind.EVERYONE:
        return "limits set by a moderator, only the usual ones"
    return "limits by that role" if of.kind is SubjectKind.ROLE else "limits of their own"


def _limits(change: Change, before: State | None, after: State | None) -> str:
    of = change.subject
    return _limits_changed(of, limits_of(before, of), limits_of(after, of))


def _grant(change: Change, before: State | None, after: State | None) -> str:
    of = change.subject
    if after is not None:
        grant = grant_of(after, of)
        more = f"{amount(grant.unit, grant.amount)} more"
        return f"{those_of(of)} may use {more}, once, {until(grant.expires_at)}."
    if before is None:
        return f"A grant for {subject(of)} is over."
    grant = grant_of(before, of)
    return f"{those_of(of)} no longer has the {amount(grant.unit, grant.amount)} that were granted."


def _block(change: Change, before: State | None, after: State | None) -> str:
    of = change.subject
    was = "" if before is None or after is None else _was(block_of(before, of).until)
    if after is not None:
        return f"{_stopped(of)} {until(block_of(after, of).until)}{was}."
    if of.is_capped:
        return f"{_sentence(_where(of))} is no longer paused."
    return f"{subject(of)} is no longer blocked."


def _was(at: object) -> str:
    return "; before: without an end" if at is None else f"; before: until {instant(at)}"  # type: ignore[arg-type]


def _stopped(of: Subject) -> str:
    if of.is_capped:
        return f"Answers are paused in {_where(of)}"
    return f"{those_of(of)} may not use this bot here"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _where(of: Subject) -> str:
    return "this whole server" if of.kind is SubjectKind.SERVER else subject(of)


def _spent(change: Change, before: State | None, after: State | None) -> str:
    who = subject(change.subject)
    if change.action is Action.UNRESET:
        return f"What {who} had used that day counts again: {amounts(spent_of(after))}."
    return f"{who} starts afresh: {amounts(spent_of(before))} used today no longer count."


def _preference(change: Change, _before: State | None, _after: State | None) -> str:
    return change_line(change)


_TOLD: Final[Mapping[Matter, Callable[[Change, State | None, State | None], str]]] = {
    Matter.LIMITS: _limits,
    Matter.GRANT: _grant,
    Matter.BLOCK: _block,
    Matter.SPENT: _spent,
    Matter.PREFERENCE: _preference,
}


def audit_page(changes: Sequence[Change], *, is_newest: bool) -> str:
    """Who changed what, when, from what to what, and why; the newest first."""
    if not changes:
        return "Nothing has been changed in this server yet." if is_newest else "Nothing is older."
    return fit(_audit_lines(changes, is_newest=is_newest))


def audit_fitting(changes: Sequence[Change], *, is_newest: bool) -> int:
    """The number of changes that a page can show; at least one."""
    return max(1, fitting(_audit_lines(changes, is_newest=is_newest)) - 1)


def _audit_lines(changes: Sequence[Change], *, is_newest: bool) -> list[str]:
    heading = "**What moderators changed**, the newest first" if is_newest else "**Before that**"
    return [heading, *map(_audit_line, changes)]


def _audit_line(change: Change) -> str:
    return f"**#{change.id}** {instant(change.at)} {change_line(change)}"
