"""Changes of moderators, and whether a change can be taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.quota.limits import Subject

State = Mapping[str, object]  # JSON; `bot.core.moderation.audit_values` writes and reads it


class Action(StrEnum):
    """Kinds of changes. Lifting a pause of a channel or a server is UNBLOCK, too."""

    SET_LIMIT = "set-limit"
    CLEAR_LIMIT = "clear-limit"
    GRANT = "grant"
    REVOKE = "revoke"
    BLOCK = "block"
    UNBLOCK = "unblock"
    RESET = "reset"
    UNRESET = "unreset"
    SET_PREFERENCE = "set-preference"
    CLEAR_PREFERENCE = "clear-preference"


class Matter(StrEnum):
    """The side of a subject that a change is about. Changes of one matter follow each other."""

    LIMITS = "limits"
    GRANT = "grant"
    BLOCK = "block"
    SPENT = "spent"
    PREFERENCE = "preference"


class Obstacle(StrEnum):
    """Why a change can't be taken back."""

    GONE = "gone"  # there is no such change in this server
    UNDONE = "undone"  # it has been, already
    CHANGED = "changed"  # somebody has changed the same thing since
    OVER = "over"  # what it did, or what would be brought back, has ended by now


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One row of the audit. `before` and `after`: None where there was, or is, nothing."""

    id: int
    guild_id: int
    at: datetime
    by: int  # the moderator's user id
    action: Action
    subject: Subject
    before: State | None
    after: State | None
    reason: str = ""
    undoes: int | None = None  # the id of the change that this one takes back
    is_undone: bool = False  # as far as was known when it was read

    @property
    def matter(self) -> Matter:
        return _MATTERS[self.action]


# Of each matter, the action that leaves something there and the one that leaves nothing.
_ACTIONS: Final[Mapping[Matter, tuple[Action, Action]]] = {
    Matter.LIMITS: (Action.SET_LIMIT, Action.CLEAR_LIMIT),
    Matter.GRANT: (Action.GRANT, Action.REVOKE),
    Matter.BLOCK: (Action.BLOCK, Action.UNBLOCK),
    Matter.SPENT: (Action.UNRESET, Action.RESET),
    Matter.PREFERENCE: (Action.SET_PREFERENCE, Action.CLEAR_PREFERENCE),
}
_MATTERS: Final = {action: matter for matter, pair in _ACTIONS.items() for action in pair}


def reverse(change: Change) -> Action:
    """Name the action that takes `change` back, that is, brings `change.before` again."""
    something, nothing = _ACTIONS[change.matter]
    return nothing if change.before is None else something


def find_obstacle(change: Change, present: State | None, *, now: datetime) -> Obstacle | None:
    """Why `change` can't be taken back; `present` is what there is now of what it changed."""
    if change.is_undone:
        return Obstacle.UNDONE
    if change.matter is Matter.SPENT:  # another reset adds to this one and does not replace it
        return None
    ends_at = _ends_at(change.after if change.before is None else change.before)
    if ends_at is not None and ends_at <= now:
        return Obstacle.OVER
    return None if present == change.after else Obstacle.CHANGED


def find_between(change: Change, later: Iterable[Change]) -> Change | None:
    """The newest of `later` that changed the same thing."""
    same = (other for other in later if other.id > change.id and _thing(other) == _thing(change))
    return max(same, key=lambda other: other.id, default=None)


def _thing(change: Change) -> tuple[Matter, Subject, object]:
    """A subject may have several grants, and several preferences."""
    state = change.after if change.before is None else change.before
    match change.matter:
        case Matter.GRANT:
            own: object = None if state is None else state.get("grant")
        case Matter.PREFERENCE:
            own = None if state is None else tuple(state)
        case _:
            own = None
    return change.matter, change.subject, own


def _ends_at(state: State | None) -> datetime | None:
    """When a grant or a block is over by itself."""
    found = None if state is None else state.get("expires_at", state.get("until"))
    return datetime.fromisoformat(found) if isinstance(found, str) else None
