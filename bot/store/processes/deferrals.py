"""The deferrals table: interactions that are to be answered later, each by the run that deferred it.

A row stands there from the moment before the deferral until the answer. So a command that answers at
once costs no write, and claims, which are kept for a day, hold no tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Text, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.secrets import Secret
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import deferrals, questions


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDeferral:
    """`is_edit`: the answer changes the message that a button is under. `holder` is a run's id."""

    id: int  # the interaction's
    holder: str
    token: Secret
    is_edit: bool
    deferred_at: datetime


_KEEP = text("""
    INSERT INTO deferrals (id, holder, token, is_edit, deferred_at)
    VALUES (:id, :holder, :token, :is_edit, :deferred_at) ON CONFLICT (id, holder) DO NOTHING
""").bindparams(
    bindparam("id", type_=BigInteger),
    bindparam("holder", type_=Text),
    bindparam("token", type_=Text),
    bindparam("is_edit", type_=Boolean),
    bindparam("deferred_at", type_=UtcDateTime),
)
_OF_INTERACTION = deferrals.c.id == bindparam("interaction")
_FIND = select(deferrals).order_by(deferrals.c.id, deferrals.c.holder)
_FORGET = delete(deferrals).where(_OF_INTERACTION, deferrals.c.holder == bindparam("held_by"))
_FIND_QUESTION = select(questions.c.message_id).where(
    questions.c.message_id == bindparam("interaction")
)


async def keep(tx: AsyncConnection, kept: KeptDeferral) -> None:
    row = {
        "id": kept.id,
        "holder": kept.holder,
        "token": kept.token.reveal(),
        "is_edit": kept.is_edit,
        "deferred_at": kept.deferred_at,
    }
    await tx.execute(_KEEP, row)


async def find(conn: AsyncConnection) -> Sequence[KeptDeferral]:
    rows = (await conn.execute(_FIND)).mappings()
    return [KeptDeferral(**{**row, "token": Secret(row["token"])}) for row in rows]


async def forget(tx: AsyncConnection, interaction_id: int, holder: str) -> bool:
    """False where it is forgotten already."""
    found = await tx.execute(_FORGET, {"interaction": interaction_id, "held_by": holder})
    return bool(found.rowcount)


async def is_question(conn: AsyncConnection, interaction_id: int) -> bool:
    """Whether it was taken as a question, which is taken up like any other."""
    return (await conn.execute(_FIND_QUESTION, {"interaction": interaction_id})).first() is not None
