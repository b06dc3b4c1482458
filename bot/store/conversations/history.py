"""Conversations: the turns that a model reads again, and the pictures and files in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Integer,
    Row,
    Text,
    and_,
    bindparam,
    column,
    exists,
    insert,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.conversation.turns import Image, Role, Turn
from bot.core.messages.incoming_message import Place
from bot.store.conversations.turn_files import add_files, all_images, file_rows
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import conversations, turn_files, turn_images, turn_messages, turns

_NO_MESSAGES: Mapping[int, int] = MappingProxyType({})


def _find_message() -> CompoundSelect[Any]:
    """The turn whose message it is, or of which it is a further message; one at most in practice."""
    its_place = (
        conversations.c.key == turns.c.conversation_key,
        conversations.c.channel_id == bindparam("channel"),
    )
    first = select(turns.c.conversation_key.label("key"), turns.c.message_id.label("turn_id"))
    further = and_(
        turn_messages.c.conversation_key == turns.c.conversation_key,
        turn_messages.c.position == turns.c.position,
    )
    return union_all(
        first.join(conversations, and_(*its_place)).where(
            turns.c.message_id == bindparam("message")
        ),
        first.join(conversations, and_(*its_place))
        .join(turn_messages, further)
        .where(turn_messages.c.message_id == bindparam("message")),
    )


_FIND = _find_message()

_EXISTS = select(exists().where(conversations.c.key == bindparam("key")))

_STEP = bindparam("step", type_=Integer)
_SURPLUS = conversations.c.next_position - bindparam("newest", type_=Integer)
# Rounded up to whole steps, so that the beginning stays where it is for several questions.
_BEGINNING = (
    select((_SURPLUS + _STEP - 1) // _STEP * _STEP)
    .where(conversations.c.key == bindparam("key"))
    .scalar_subquery()
)
_NEWEST = (
    select(turns)
    .where(turns.c.conversation_key == bindparam("key"), turns.c.position >= _BEGINNING)
    .subquery()
)
_LOAD = (
    select(
        _NEWEST,
        turn_images.c.hash,
        turn_images.c.media_type,
        turn_images.c.width,
        turn_images.c.height,
        turn_images.c.name,
        turn_images.c.note,
        turn_images.c.is_spoiler,
    )
    .outerjoin_from(
        _NEWEST,
        turn_images,
        and_(
            turn_images.c.conversation_key == _NEWEST.c.conversation_key,
            turn_images.c.position == _NEWEST.c.position,
        ),
    )
    .order_by(_NEWEST.c.position, turn_images.c.ordinal)
)

# Takes places for `turns` turns and, on PostgreSQL, the row's lock until the transaction ends.
_TAKE_PLACES = (
    text("""
        INSERT INTO conversations (key, guild_id, channel_id, created_at, last_at, next_position)
        VALUES (:key, :guild_id, :channel_id, :now, :now, :turns)
        ON CONFLICT (key) DO UPDATE SET
            last_at = excluded.last_at,
            next_position = conversations.next_position + excluded.next_position
        RETURNING next_position
    """)
    .bindparams(
        bindparam("key", type_=Text),
        bindparam("guild_id", type_=BigInteger),
        bindparam("channel_id", type_=BigInteger),
        bindparam("now", type_=UtcDateTime),
        bindparam("turns", type_=Integer),
    )
    .columns(column("next_position", Integer))
)

_INSERT_TURNS = insert(turns)
_INSERT_IMAGES = insert(turn_images)
_INSERT_FILES = insert(turn_files)
_INSERT_MESSAGES = insert(turn_messages)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundTurn:
    """Where a message stands: in which conversation, and in the turn that began with `turn_id`."""

    key: str
    turn_id: int  # a message id; the message's own unless it is a further one of its turn


class History:
    """Turns are only ever added at the end, at positions without a gap."""

    async def find(
        self, conn: AsyncConnection, *, channel_id: int, message_id: int
    ) -> FoundTurn | None:
        """The turn that `message_id` is, or is a further message of."""
        parameters = {"message": message_id, "channel": channel_id}
        row = (await conn.execute(_FIND, parameters)).first()
        return None if row is None else FoundTurn(key=row.key, turn_id=row.turn_id)

    async def conversation_of(
        self, conn: AsyncConnection, *, channel_id: int, message_id: int
    ) -> str | None:
        """The key of the conversation that `message_id` stands in."""
        found = await self.find(conn, channel_id=channel_id, message_id=message_id)
        return None if found is None else found.key

    async def exists(self, conn: AsyncConnection, key: str) -> bool:
        return bool((await conn.execute(_EXISTS, {"key": key})).scalar_one())

    async def load(self, conn: AsyncConnection, key: str, *, newest: int) -> tuple[Turn, ...]:
        """The last turns with their pictures and files, oldest first: at most `newest`, and more than half.

        Where they begin moves in steps of half as many: an endpoint's prompt cache serves a
        conversation only as long as it begins with the same turn.
        """
        step = max(2, newest // 4 * 2)  # even: turns are added in pairs
        rows = await conn.execute(_LOAD, {"key": key, "newest": newest, "step": step})
        placed = [
            (position, _turn(list(group))) for position, group in groupby(rows, key=_position)
        ]
        return await add_files(conn, key, placed)

    async def append(
        self,
        tx: AsyncConnection,
        key: str,
        *,
        place: Place,
        turns: Sequence[Turn],
        now: datetime,
        also: Mapping[int, int] = _NO_MESSAGES,
    ) -> None:
        """Add `turns` at the end, together, creating the conversation where it is new.

        `also` names further messages of these turns, each with the `message_id` of its turn.
        """
        if not turns:
            return
        start = await _take_places(tx, key, place=place, number=len(turns), now=now)
        placed = list(enumerate(turns, start))
        owner = {"conversation_key": key, "guild_id": place.guild_id}
        rows = [{**owner, **_turn_row(position, turn, now)} for position, turn in placed]
        await tx.execute(_INSERT_TURNS, rows)
        if images := [{**owner, **row} for row in _image_rows(placed)]:
            await tx.execute(_INSERT_IMAGES, images)
        if files := [{**owner, **row} for row in file_rows(placed)]:
            await tx.execute(_INSERT_FILES, files)
        if messages := [{**owner, **row} for row in _message_rows(placed, also)]:
            await tx.execute(_INSERT_MESSAGES, messages)


async def _take_places(
    tx: AsyncConnection, key: str, *, place: Place, number: int, now: datetime
) -> int:
    """Take the next `number` positions; returns the first."""
    parameters = {
        "key": key,
        "guild_id": place.guild_id,
        "channel_id": place.channel_id,
        "now": now,
        "turns": number,
    }
    next_position: int = (await tx.execute(_TAKE_PLACES, parameters)).scalar_one()
    return next_position - number


def _position(row: Row[Any]) -> int:
    return int(row.position)


def _turn(rows: Sequence[Row[Any]]) -> Turn:
    """Make one turn of its rows: one for each picture, or one without."""
    first = rows[0]
    return Turn(
        role=Role(first.role),
        text=first.text,
        images=tuple(_image(row) for row in rows if row.hash is not None),
        message_id=first.message_id or 0,
        parent_id=first.parent_id,
        author_id=first.author_id,
        author_name=first.author_name,
    )


def _image(row: Row[Any]) -> Image:
    return Image(
        hash=row.hash,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        name=row.name,
        note=row.note,
        is_spoiler=row.is_spoiler,
    )


def _turn_row(position: int, turn: Turn, now: datetime) -> dict[str, object]:
    return {
        "position": position,
        "role": turn.role,
        "text": turn.text,
        "message_id": turn.message_id or None,  # 0 stands for a turn that is no message
        "parent_id": turn.parent_id,
        "author_id": turn.author_id,
        "author_name": turn.author_name,
        "created_at": now,
    }


def _image_rows(placed: Iterable[tuple[int, Turn]]) -> Iterator[dict[str, object]]:
    for position, turn in placed:
        for ordinal, image in enumerate(all_images(turn)):
            yield {
                "position": position,
                "ordinal": ordinal,
                "hash": image.hash,
                "media_type": image.media_type,
                "width": image.width,
                "height": image.height,
                "name": image.name,
                "note": image.note,
                "is_spoiler": image.is_spoiler,
            }


def _message_rows(
    placed: Iterable[tuple[int, Turn]], also: Mapping[int, int]
) -> Iterator[dict[str, object]]:
    positions = {turn.message_id: position for position, turn in placed}
    for message_id, turn_id in also.items():
        yield {"message_id": message_id, "position": positions[turn_id]}
