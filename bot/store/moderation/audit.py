"""The audit of moderators' changes: who, when, from what, to what, and why."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.moderation.audit_values import modern
from bot.core.moderation.changes import Action, Change, State
from bot.core.quota.limits import Subject, SubjectKind
from bot.store.schema.tables import audit

_INSERT = insert(audit).returning(audit.c.id)

_UNDOING = audit.alias("undoing")
_IS_UNDONE = exists(select(_UNDOING.c.id).where(_UNDOING.c.undoes == audit.c.id)).label("is_undone")
_CHANGES = select(audit, _IS_UNDONE).where(audit.c.guild_id == bindparam("guild"))
_ONE = _CHANGES.where(audit.c.id == bindparam("id"))
_UNDOING_ONE = _CHANGES.where(audit.c.undoes == bindparam("id")).order_by(audit.c.id).limit(1)
_LATER = _CHANGES.where(
    audit.c.id > bindparam("id"),
    audit.c.subject_kind == bindparam("kind"),
    audit.c.subject_id == bindparam("subject"),
).order_by(audit.c.id)
_NEWEST = _CHANGES.order_by(audit.c.id.desc()).limit(bindparam("size"))
_NEWEST_BEFORE = _NEWEST.where(audit.c.id < bindparam("before"))


@dataclass(frozen=True, kw_only=True, slots=True)
class ModerationOrder:
    """An order of a moderator about a subject: who, when, why. Functions say what is done."""

    guild_id: int
    subject_id: int
    by: int  # the moderator's user id
    at: datetime
    reason: str = ""
    subject_kind: SubjectKind = SubjectKind.USER
    undoes: int | None = None  # the change that is taken back

    @property
    def subject(self) -> Subject:
        return Subject(kind=self.subject_kind, id=self.subject_id)


async def record(
    tx: AsyncConnection,
    order: ModerationOrder,
    action: Action,
    *,
    before: State | None,
    after: State | None,
) -> Change:
    """Write down from what to what, in the transaction that does it; None: there is nothing."""
    row = {
        "guild_id": order.guild_id,
        "at": order.at,
        "actor_id": order.by,
        "action": action.value,
        "subject_kind": order.subject_kind.value,
        "subject_id": order.subject_id,
        "before": _as_json(before),
        "after": _as_json(after),
        "reason": order.reason,
        "undoes": order.undoes,
    }
    return Change(
        id=(await tx.execute(_INSERT, row)).scalar_one(),
        guild_id=order.guild_id,
        at=order.at,
        by=order.by,
        action=action,
        subject=order.subject,
        before=before,
        after=after,
        reason=order.reason,
        undoes=order.undoes,
    )


async def find(conn: AsyncConnection, *, guild_id: int, change_id: int) -> Change | None:
    found = await _changes(conn, _ONE, guild=guild_id, id=change_id)
    return found[0] if found else None


async def find_undoing(conn: AsyncConnection, change: Change) -> Change | None:
    """The change that took `change` back."""
    found = await _changes(conn, _UNDOING_ONE, guild=change.guild_id, id=change.id)
    return found[0] if found else None


async def later(conn: AsyncConnection, change: Change) -> list[Change]:
    """All that was changed of the same subject since; oldest first."""
    subject = change.subject
    return await _changes(
        conn,
        _LATER,
        guild=change.guild_id,
        id=change.id,
        kind=subject.kind.value,
        subject=subject.id,
    )


async def newest(
    conn: AsyncConnection, *, guild_id: int, before_id: int | None, size: int
) -> list[Change]:
    """Changes of a server, newest first; a page begins before `before_id`."""
    if before_id is None:
        return await _changes(conn, _NEWEST, guild=guild_id, size=size)
    return await _changes(conn, _NEWEST_BEFORE, guild=guild_id, size=size, before=before_id)


async def _changes(
    conn: AsyncConnection, statement: Select[Any], **parameters: object
) -> list[Change]:
    return [_change(row) for row in await conn.execute(statement, parameters)]


def _change(row: Row[Any]) -> Change:
    return Change(
        id=row.id,
        guild_id=row.guild_id,
        at=row.at,
        by=row.actor_id,
        action=Action(row.action),
        subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
        before=modern(_from_json(row.before)),
        after=modern(_from_json(row.after)),
        reason=row.reason,
        undoes=row.undoes,
        is_undone=row.is_undone,
    )


def _as_json(state: State | None) -> str | None:
    return None if state is None else json.dumps(dict(state), sort_keys=True)


def _from_json(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)
