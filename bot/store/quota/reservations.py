"""Open reservations: the rows behind answers that are being written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    RowMapping,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.messages.incoming_message import Place
from bot.core.quota.allowance import Allowance, AllowanceRequest
from bot.core.quota.limits import Requester
from bot.store.processes.leases import LIVING
from bot.store.quota.counters import Keys
from bot.store.schema.tables import reservations

KEY_COLUMNS = {period: period.row.column for period in Period}

_INSERT = insert(reservations)

_BY_MESSAGE = reservations.c.message_id == bindparam("message")

_FIND = select(reservations).where(_BY_MESSAGE)

_TAKE = delete(reservations).where(_BY_MESSAGE).returning(*reservations.c)

_NOTE_REQUEST = (
    update(reservations)
    .where(_BY_MESSAGE)
    .values(
        input_estimate=bindparam("input_estimate"),
        model=func.coalesce(bindparam("answered_by", type_=Text), reservations.c.model),
    )
)

_IS_OWN = reservations.c.owner == bindparam("owner")
_HAS_EXPIRED = and_(
    reservations.c.expires_at <= bindparam("now"),
    or_(_IS_OWN, reservations.c.owner.not_in(LIVING)),
)
_OLDEST_FIRST = select(reservations).order_by(reservations.c.created_at, reservations.c.message_id)
_IS_HELD_BY_ANOTHER = select(reservations.c.message_id).where(
    _BY_MESSAGE, reservations.c.owner != bindparam("owner"), reservations.c.owner.in_(LIVING)
)
_LEFT_OPEN = _OLDEST_FIRST.where(or_(_IS_OWN, _HAS_EXPIRED))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationRequest:
    """A question's claim to an allowance, as admission makes it."""

    message_id: int
    place: Place
    requester: Requester
    wanted: AllowanceRequest
    expires_at: datetime  # from then on it holds nothing back, and anyone may settle it
    model: str
    owner: str  # the process that answers


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReservation:
    """A reservation that somebody still has to settle."""

    message_id: int
    place: Place
    user_id: int
    tokens: int
    microusd: int  # held for so many tokens; 0: no price was known
    model: str
    created_at: datetime
    owner: str  # the process that holds it
    input_estimate: int | None  # tokens sent so far; None: nothing was sent
    reply_message_id: int | None  # of a version that kept no questions


async def add(
    tx: AsyncConnection,
    request: ReservationRequest,
    allowance: Allowance,
    *,
    keys: Keys,
    drawing: str | None,
    now: datetime,
) -> None:
    """`keys` are those of the windows it is admitted in.

    Raises AlreadyAnswered where another process was faster by a moment.
    """
    row = {
        "message_id": request.message_id,
        "guild_id": request.place.guild_id,
        "channel_id": request.place.channel_id,
        "parent_id": request.place.parent_id,
        "user_id": request.requester.user_id,
        "role_id": request.requester.top_role_id,
        "tokens": allowance.tokens,
        "microusd": allowance.microusd,
        "model": request.model,
        "owner": request.owner,
        "created_at": now,
        "expires_at": request.expires_at,
        **{KEY_COLUMNS[period]: key for period, key in keys.items()},
        "drawing": drawing,
    }
    try:
        await tx.execute(_INSERT, row)
    except IntegrityError as error:
        raise AlreadyAnswered from error


async def take(tx: AsyncConnection, message_id: int) -> RowMapping | None:
    """Delete the reservation and return its row; None where there is none (any more)."""
    return (await tx.execute(_TAKE, {"message": message_id})).mappings().first()


async def find(conn: AsyncConnection, message_id: int) -> OpenReservation | None:
    """Find the reservation of that question, whoever holds it."""
    row = (await conn.execute(_FIND, {"message": message_id})).mappings().first()
    return None if row is None else _reservation(row)


async def note_request(
    tx: AsyncConnection, message_id: int, *, input_estimate: int, model: str | None = None
) -> None:
    """`model` is the one that answers; None leaves what was noted before."""
    noted = {"message": message_id, "input_estimate": input_estimate, "answered_by": model}
    await tx.execute(_NOTE_REQUEST, noted)


async def find_left_open(
    conn: AsyncConnection, *, owner: str, now: datetime
) -> list[OpenReservation]:
    """Those of `owner`, and those of dead processes that have expired; oldest first."""
    rows = await conn.execute(_LEFT_OPEN, {"owner": owner, "now": now})
    return [_reservation(row) for row in rows.mappings()]


async def is_held_by_another(
    conn: AsyncConnection, message_id: int, *, owner: str, now: datetime
) -> bool:
    """Whether another living process than `owner` is writing the answer to this message."""
    held = {"message": message_id, "owner": owner, "now": now}
    return (await conn.execute(_IS_HELD_BY_ANOTHER, held)).first() is not None


def _reservation(row: RowMapping) -> OpenReservation:
    return OpenReservation(
        message_id=row["message_id"],
        place=Place(
            guild_id=row["guild_id"], channel_id=row["channel_id"], parent_id=row["parent_id"]
        ),
        user_id=row["user_id"],
        tokens=row["tokens"],
        microusd=row["microusd"],
        model=row["model"],
        created_at=row["created_at"],
        owner=row["owner"],
        input_estimate=row["input_estimate"],
        reply_message_id=row["reply_message_id"],
    )
