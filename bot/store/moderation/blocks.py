"""Blocks of users and roles; of a channel or a server, a block is a pause."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, String, Text, bindparam, delete, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.moderation.audit_values import block_state
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limits import Block, Subject, SubjectKind
from bot.store.moderation.audit import ModerationOrder, record
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import blocks

_OWN = (
    blocks.c.guild_id == bindparam("guild"),
    blocks.c.subject_kind == bindparam("kind"),
    blocks.c.subject_id == bindparam("subject"),
)
_FIND = select(blocks).where(*_OWN)
_DELETE = delete(blocks).where(*_OWN)
_OF_SERVER = (
    select(blocks)
    .where(
        blocks.c.guild_id == bindparam("guild"),
        or_(blocks.c.until.is_(None), blocks.c.until > bindparam("now", type_=UtcDateTime)),
    )
    .order_by(blocks.c.subject_kind, blocks.c.subject_id)
)
_UPSERT = text("""
    INSERT INTO blocks (guild_id, subject_kind, subject_id, until, set_by, set_at, reason)
    VALUES (:guild, :kind, :subject, :until, :set_by, :set_at, :reason)
    ON CONFLICT (guild_id, subject_kind, subject_id) DO UPDATE SET
        until = excluded.until, set_by = excluded.set_by,
        set_at = excluded.set_at, reason = excluded.reason
""").bindparams(
    bindparam("guild", type_=BigInteger),
    bindparam("kind", type_=String),
    bindparam("subject", type_=BigInteger),
    bindparam("until", type_=UtcDateTime),
    bindparam("set_by", type_=BigInteger),
    bindparam("set_at", type_=UtcDateTime),
    bindparam("reason", type_=Text),
)


async def of_server(conn: AsyncConnection, guild_id: int, *, now: datetime) -> tuple[Block, ...]:
    """Those that are not over."""
    rows = await conn.execute(_OF_SERVER, {"guild": guild_id, "now": now})
    return tuple(_block(row) for row in rows)


async def find(conn: AsyncConnection, guild_id: int, subject: Subject) -> Block | None:
    """The last one that nobody took back, also where it is over."""
    row = (await conn.execute(_FIND, _key(guild_id, subject))).one_or_none()
    return None if row is None else _block(row)


async def put(
    tx: AsyncConnection, order: ModerationOrder, until: datetime | None, *, reason: str
) -> Change:
    """Block the subject, or block it otherwise than before, and write it down."""
    held = await find(tx, order.guild_id, order.subject)
    stamp = {"set_by": order.by, "set_at": order.at}
    key = _key(order.guild_id, order.subject)
    await tx.execute(_UPSERT, {**key, **stamp, "until": until, "reason": reason})
    block = Block(subject=order.subject, until=until, reason=reason)
    before = None if held is None or held.is_over(order.at) else held
    return await record(
        tx, order, Action.BLOCK, before=block_state(before), after=block_state(block)
    )


async def remove(tx: AsyncConnection, order: ModerationOrder) -> Change | None:
    """Take the block back; None where there is none, or it is over."""
    held = await find(tx, order.guild_id, order.subject)
    if held is None or held.is_over(order.at):
        return None
    await tx.execute(_DELETE, _key(order.guild_id, order.subject))
    return await record(tx, order, Action.UNBLOCK, before=block_state(held), after=None)


def _key(guild_id: int, subject: Subject) -> dict[str, object]:
    return {"guild": guild_id, "kind": subject.kind.value, "subject": subject.id}


def _block(row: Row[Any]) -> Block:
    return Block(
        subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
        until=row.until,
        reason=row.reason,
    )
