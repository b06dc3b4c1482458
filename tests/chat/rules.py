"""Rules of a server, as they stand in its database."""

from typing import Any

from sqlalchemy import insert

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Subject, SubjectKind, Unit
from bot.store.schema.tables import blocks, limits
from tests.chat.conftest import NOON, Room

STAMP: dict[str, Any] = {"set_by": 99, "set_at": NOON, "reason": ""}
EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=7)


async def block(room: Room, kind: SubjectKind, subject_id: int) -> None:
    async with room.using.database.transaction() as tx:
        row = {"guild_id": 7, "subject_kind": kind.value, "subject_id": subject_id, "until": None}
        await tx.execute(insert(blocks), {**row, **STAMP})


async def limit(room: Room, subject: Subject, unit: Unit, amount: int) -> None:
    async with room.using.database.transaction() as tx:
        row = {
            "guild_id": 7,
            "subject_kind": subject.kind.value,
            "subject_id": subject.id,
            "unit": unit.value,
            "period": Period.DAY.value,
            "amount": amount,
        }
        await tx.execute(insert(limits), {**row, **STAMP})
