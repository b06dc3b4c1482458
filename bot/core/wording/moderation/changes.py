"""Changes by moderators: in the log channel, in `/manage audit`, and where they were just made."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.core.moderation.audit_values import block_of, grant_of, limits_of, spent_of
from bot.core.moderation.changes import Action, Change, Obstacle
from bot.core.moderation.errors import CannotUndo, ModerationFault, ModerationRefused
from bot.core.moderation.preferences import Topic
from bot.core.quota.allowance import Crossing
from bot.core.quota.limits import Subject, SubjectKind, Unit
from bot.core.wording.amounts import amount, amounts, limit_amount, listed, until
from bot.core.wording.names import file_name as code
from bot.core.wording.names import plain_text

_LONGEST_REASON: Final = 120  # characters
_MOST_LIMITS: Final = 4
_TOPICS: Final = {
    Topic.MODEL: "the model",
    Topic.WEB_SEARCH: "web search",
    Topic.PICTURES: "making pictures",
    Topic.TIME_ZONE: "the time zone",
    Topic.LOG_CHANNEL: "the log channel",
}


def change_line(change: Change) -> str:
    """Who did what, from what to what, and why. In Discord, people and places show their names."""
    undoing = "" if change.undoes is None else f"undid change {change.undoes}: "
    undone = " *Undone since.*" if change.is_undone else ""
    return f"<@{change.by}> {undoing}{_DEEDS[change.action](change)}.{undone}{_reason(change)}"


def _set_limit(change: Change) -> str:
    before = _limits(change, change.before) or "none"
    return f"set {_rule(change.subject)}: {_limits(change, change.after)} (before: {before})"


def _clear_limit(change: Change) -> str:
    left = _limits(change, change.after)
    now = f": {left} is left" if left else ""
    return f"cleared {_rule(change.subject)}{now} (before: {_limits(change, change.before)})"


def _grant(change: Change) -> str:
    return f"granted {_terms(change)}"


def _revoke(change: Change) -> str:
    return f"took back the grant of {_terms(change)}"


def _terms(change: Change) -> str:
    """Of a grant: whom, how much, until when."""
    grant = grant_of(change.after or change.before or {}, change.subject)
    each = "each member of " if change.subject.kind is SubjectKind.ROLE else ""
    much = amount(grant.unit, grant.amount)
    return f"{each}{_name(change.subject)}: {much} {until(grant.expires_at)}"


def _block(change: Change) -> str:
    verb = "paused" if change.subject.is_capped else "blocked"
    ends = until(block_of(change.after or {}, change.subject).until)
    before = block_of(change.before, change.subject) if change.before else None
    earlier = "" if before is None else f" (before: {until(before.until)})"
    return f"{verb} {_name(change.subject)} {ends}{earlier}"


def _unblock(change: Change) -> str:
    verb, noun = ("resumed", "paused") if change.subject.is_capped else ("unblocked", "blocked")
    before = block_of(change.before or {}, change.subject)
    return f"{verb} {_name(change.subject)} (before: {noun} {until(before.until)})"


def _reset(change: Change) -> str:
    spent = amounts(spent_of(change.before))
    return f"reset {_name(change.subject)}: {spent} of that day no longer count"


def _unreset(change: Change) -> str:
    spent = amounts(spent_of(change.after))
    return f"took back the reset of {_name(change.subject)}: {spent} of that day count again"


def _set_preference(change: Change) -> str:
    topic, value = _preference(change.after)
    before = _preference(change.before)[1] if change.before else "not set"
    return f"set {topic} for {_name(change.subject)}: {value} (before: {before})"


def _clear_preference(change: Change) -> str:
    topic, value = _preference(change.before)
    return f"took back the setting of {topic} for {_name(change.subject)} (before: {value})"


_DEEDS: Final[Mapping[Action, Callable[[Change], str]]] = {
    Action.SET_LIMIT: _set_limit,
    Action.CLEAR_LIMIT: _clear_limit,
    Action.GRANT: _grant,
    Action.REVOKE: _revoke,
    Action.BLOCK: _block,
    Action.UNBLOCK: _unblock,
    Action.RESET: _reset,
    Action.UNRESET: _unreset,
    Action.SET_PREFERENCE: _set_preference,
    Action.CLEAR_PREFERENCE: _clear_preference,
}


def cannot_undo(error: CannotUndo) -> str:  # noqa: PLR0911 - a table
    """Say why a change stays, and what can be done instead."""
    match error.because:
        case Obstacle.GONE:
            return "There is no such change in this server. `/manage audit` lists them."
        case Obstacle.UNDONE if error.change is not None:
            return f"That has been undone already, by <@{error.change.by}>."
        case Obstacle.UNDONE:
            return "That has been undone already."
        case Obstacle.CHANGED if error.change is not None:
            number, by = error.change.id, f"<@{error.change.by}>"
            return (
                f"Nothing was undone: {by} changed it since, with change {number}. Undo that first."
            )
        case Obstacle.CHANGED:
            return "Nothing was undone: it has changed since. `/manage show` shows what holds now."
        case Obstacle.OVER:
            return "That can't be undone any more: it has ended by now."


def moderation_refused(error: ModerationRefused) -> str:
    """Say why nothing was changed."""
    return _FAULTS[error.fault]


_FAULTS: Final[Mapping[ModerationFault, str]] = {
    ModerationFault.SUBJECT: ("That can't be set for whom or what you named; nothing has changed."),
    ModerationFault.AMOUNT: "A grant must be more than nothing; nothing has changed.",
    ModerationFault.UNLIMITED_CAP: (
        "A cap can't be unlimited: `/manage clear` takes it away. Nothing has changed."
    ),
    ModerationFault.PAST: "That time has passed already; please name a later one.",
}


def cap_warning(crossing: Crossing) -> str:
    """Tell moderators, or the operator, how much of a cap is used."""
    cap, measure = crossing.limit, crossing.limit.measure
    spent = amount(measure.unit, crossing.spent)
    if measure.unit is not Unit.DOLLARS:  # the limit names the unit
        spent = f"{crossing.spent:,}"
    used = f"{spent} of {limit_amount(cap.measure, cap.amount)}"
    what, who = f"The cap of {_name(cap.subject)}", "somebody"
    if cap.is_ceiling:
        what, who = "The operator's ceiling for this server", "the operator"
    resets = f"<t:{int(crossing.window.resets_at.timestamp())}:R>"
    end = (
        f"Nobody is answered there until it resets {resets}, or {who} raises it."
        if crossing.percent >= 100
        else f"It resets {resets}."
    )
    return f"{what} is {crossing.percent}\u202f% used: {used}. {end}"


def _rule(subject: Subject) -> str:
    return f"the {'cap' if subject.is_capped else 'limit'} of {_name(subject)}"


def _name(subject: Subject) -> str:  # noqa: PLR0911 - a table
    match subject.kind:
        case SubjectKind.USER:
            return f"<@{subject.id}>"
        case SubjectKind.ROLE:
            return f"<@&{subject.id}>"
        case SubjectKind.EVERYONE:
            return "everyone"
        case SubjectKind.CHANNEL:
            return f"<#{subject.id}>"
        case SubjectKind.SERVER:
            return "the whole server"
        case SubjectKind.EVERYTHING:
            return "everything that this bot answers"


def _limits(change: Change, state: Mapping[str, object] | None) -> str:
    """All of them, or the first few; empty where there is none."""
    held = [limit_amount(limit.measure, limit.amount) for limit in limits_of(state, change.subject)]
    more = [f"{len(held) - _MOST_LIMITS} more"] if len(held) > _MOST_LIMITS else []
    return listed([*held[:_MOST_LIMITS], *more])


def _preference(state: Mapping[str, object] | None) -> tuple[str, str]:
    """Name a topic and what was chosen; one that this version does not know, as it is written."""
    ((topic, value),) = (state or {}).items()
    known = next((each for each in Topic if each == topic), None)
    if known is Topic.LOG_CHANNEL:
        return _TOPICS[known], f"<#{value}>"
    return code(topic) if known is None else _TOPICS[known], code(str(value))


def _reason(change: Change) -> str:
    text = plain_text(change.reason, longest=_LONGEST_REASON)
    return f" Reason: {text}" if text else ""
