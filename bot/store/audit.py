"""What moderators changed: who, when, from what, to what, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.limits import SubjectKind
from bot.store.tables import audit

State = Mapping[str, str | int | None]

_INSERT = insert(audit)


class Action(StrEnum):
    SET_LIMIT = "set-limit"
    CLEAR_LIMIT = "clear-limit"
    RESET = "reset"
    SET_PREFERENCE = "set-preference"
    CLEAR_PREFERENCE = "clear-preference"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderation:
    """A moderator acts on a subject: who, when, why. What is done is the method's name."""

    guild_id: int
    subject_id: int
    by: int  # the moderator's user id
    at: datetime
    reason: str = ""
    subject_kind: SubjectKind = SubjectKind.USER


async def record(
    tx: AsyncConnection,
    moderation: Moderation,
    action: Action,
    *,
    before: State | None,
    after: State | None,
) -> None:
    """Write down from what to what, in the transaction that does it; None: there is nothing."""
    row = {
        "guild_id": moderation.guild_id,
        "at": moderation.at,
        "actor_id": moderation.by,
        "action": action,
        "subject_kind": moderation.subject_kind,
        "subject_id": moderation.subject_id,
        "before": _as_json(before),
        "after": _as_json(after),
        "reason": moderation.reason,
    }
    await tx.execute(_INSERT, row)


def _as_json(state: State | None) -> str | None:
    return None if state is None else json.dumps(dict(state), sort_keys=True)
