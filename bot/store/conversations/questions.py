"""Questions that were taken: what is still owed to who asked, whichever process lives to give it.

A question is open until its answer is settled, owed until all of it is visible, and done then. The
id of its message is the key: no process answers what another has taken.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, RowMapping, Text, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.conversation.memory import Memory
from bot.core.messages.incoming_message import Place
from bot.core.pictures.orders import ShownPicture
from bot.store.conversations import owed_files
from bot.store.conversations.memories import decode_memory, encode_memory
from bot.store.schema.columns import UtcDateTime
from bot.store.schema.tables import questions


class QuestionState(StrEnum):
    OPEN = "open"
    OWED = "owed"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptQuestion:
    """A question as it is kept.

    `message_ids` are the messages that are this question, the one that is answered first.
    `reply_ids` are the messages of the reply so far, `owed` the texts that they are to have, and
    `pictures` how many pictures the first of them is to show; `owed_files` has those. `memory` is
    what the conversation is to remember once all of that is visible.
    `command` is Discord's own description of a slash command or menu, with its token, as JSON.
    """

    message_id: int
    place: Place
    user_id: int
    owner: str
    taken_at: datetime
    state: QuestionState = QuestionState.OPEN
    attempts: int = 1
    message_ids: tuple[int, ...] = ()
    reply_ids: tuple[int, ...] = ()
    owed: tuple[str, ...] = ()
    command: str | None = None
    pictures: int = 0
    memory: Memory | None = None


_TAKE = text("""
    INSERT INTO questions (message_id, guild_id, channel_id, parent_id, user_id, owner, state,
                           taken_at, attempts, message_ids, reply_ids, command)
    VALUES (:message_id, :guild_id, :channel_id, :parent_id, :user_id, :owner, 'open',
            :taken_at, 1, :message_ids, '[]', :command)
    ON CONFLICT (message_id) DO NOTHING
""").bindparams(
    bindparam("message_id", type_=BigInteger),
    bindparam("guild_id", type_=BigInteger),
    bindparam("channel_id", type_=BigInteger),
    bindparam("parent_id", type_=BigInteger),
    bindparam("user_id", type_=BigInteger),
    bindparam("owner", type_=Text),
    bindparam("taken_at", type_=UtcDateTime),
    bindparam("message_ids", type_=Text),
    bindparam("command", type_=Text),
)
_BY_ID = questions.c.message_id == bindparam("message")
_IS_UNFINISHED = questions.c.state.in_([QuestionState.OPEN.value, QuestionState.OWED.value])
_TAKE_OVER = (
    update(questions)
    .where(_BY_ID, _IS_UNFINISHED, questions.c.owner == bindparam("before"))
    .values(owner=bindparam("by"), attempts=questions.c.attempts + 1)
)
_STATE = select(questions.c.state).where(_BY_ID)
_GROW = update(questions).where(_BY_ID).values(message_ids=bindparam("messages"))
_NOTE_REPLY = update(questions).where(_BY_ID).values(reply_ids=bindparam("replies"))
_OWE = (
    update(questions)
    .where(_BY_ID, _IS_UNFINISHED)
    .values(
        state=QuestionState.OWED.value,
        owed=bindparam("texts"),
        pictures=bindparam("files"),
        memory=bindparam("turns"),
    )
    .returning(questions.c.guild_id)
)
_FINISH = (
    update(questions)
    .where(_BY_ID, _IS_UNFINISHED)
    .values(state=QuestionState.DONE.value, owed=None, command=None, memory=None)
    .returning(questions.c.pictures)
)
_UNFINISHED = select(questions).where(_IS_UNFINISHED).order_by(questions.c.message_id)
_KNOWN = select(questions.c.message_id, questions.c.message_ids).where(
    questions.c.channel_id == bindparam("channel"), questions.c.taken_at >= bindparam("since")
)
_PURGE = delete(questions).where(
    questions.c.state == QuestionState.DONE.value, questions.c.taken_at < bindparam("before")
)
_DIRECT_CHANNELS = text("""
    SELECT channel_id FROM (
        SELECT channel_id, last_at AS used_at FROM conversations WHERE guild_id = 0
        UNION ALL SELECT channel_id, taken_at FROM questions WHERE guild_id = 0
    ) AS used
    WHERE used_at >= :since
    GROUP BY channel_id ORDER BY MAX(used_at) DESC LIMIT :count
""").bindparams(bindparam("since", type_=UtcDateTime))


async def take(tx: AsyncConnection, question: KeptQuestion) -> bool:
    """Keep a new question; False: it is known, and some process has it or has answered it."""
    place = question.place
    row = {
        "message_id": question.message_id,
        "guild_id": place.guild_id,
        "channel_id": place.channel_id,
        "parent_id": place.parent_id,
        "user_id": question.user_id,
        "owner": question.owner,
        "taken_at": question.taken_at,
        "message_ids": _encode(question.message_ids or (question.message_id,)),
        "command": question.command,
    }
    return (await tx.execute(_TAKE, row)).rowcount == 1


async def take_over(tx: AsyncConnection, question: KeptQuestion, *, by: str) -> bool:
    """Take up what a dead process has left; False: another one was faster, or it is done."""
    changes = {"message": question.message_id, "before": question.owner, "by": by}
    return (await tx.execute(_TAKE_OVER, changes)).rowcount == 1


async def is_done(conn: AsyncConnection, message_id: int) -> bool:
    """Whether nothing is owed of it any more; False also where it is not known."""
    return await conn.scalar(_STATE, {"message": message_id}) == QuestionState.DONE.value


async def grow(tx: AsyncConnection, message_id: int, message_ids: Iterable[int]) -> None:
    """Note all messages that are this question by now."""
    await tx.execute(_GROW, {"message": message_id, "messages": _encode(message_ids)})


async def note_reply(tx: AsyncConnection, message_id: int, reply_ids: Iterable[int]) -> None:
    """Note the messages in which the answer appears."""
    await tx.execute(_NOTE_REPLY, {"message": message_id, "replies": _encode(reply_ids)})


async def owe(
    tx: AsyncConnection,
    message_id: int,
    texts: Sequence[str],
    pictures: Sequence[ShownPicture] = (),
    *,
    memory: Memory | None = None,
) -> None:
    """Keep a settled answer until all of it is visible; no harm where that is done twice."""
    changes = {
        "message": message_id,
        "texts": json.dumps(texts),
        "files": len(pictures) or None,
        "turns": None if memory is None else encode_memory(memory),
    }
    row = (await tx.execute(_OWE, changes)).first()
    if row is not None and pictures:
        await owed_files.replace(tx, message_id, pictures, guild_id=row.guild_id)


async def finish(tx: AsyncConnection, message_id: int) -> bool:
    """Nothing is owed any more. The id stays, for `purge`; texts, pictures and tokens go.

    False: it was finished before.
    """
    row = (await tx.execute(_FINISH, {"message": message_id})).first()
    if row is not None and row.pictures:
        await owed_files.delete(tx, message_id)
    return row is not None


async def find_unfinished(conn: AsyncConnection) -> list[KeptQuestion]:
    """Find all that are open or owed, whoever has them; oldest first."""
    return [_question(row) for row in (await conn.execute(_UNFINISHED)).mappings()]


async def find_known(conn: AsyncConnection, channel_id: int, *, since: datetime) -> frozenset[int]:
    """Find the messages of that channel that were taken since then, as a question or part of one."""
    rows = await conn.execute(_KNOWN, {"channel": channel_id, "since": since})
    return frozenset(
        each for row in rows for each in (row.message_id, *json.loads(row.message_ids))
    )


async def find_direct_channels(
    conn: AsyncConnection, *, since: datetime, count: int
) -> tuple[int, ...]:
    """Find the channels of direct messages that were used since then, the latest first.

    Discord does not list them for bots.
    """
    rows = await conn.execute(_DIRECT_CHANNELS, {"since": since, "count": count})
    return tuple(rows.scalars())


async def purge(tx: AsyncConnection, *, before: datetime) -> None:
    """Forget what was taken before that instant and is done."""
    await tx.execute(_PURGE, {"before": before})


def _encode(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))


def _question(row: RowMapping) -> KeptQuestion:
    return KeptQuestion(
        message_id=row["message_id"],
        place=Place(
            guild_id=row["guild_id"], channel_id=row["channel_id"], parent_id=row["parent_id"]
        ),
        user_id=row["user_id"],
        owner=row["owner"],
        taken_at=row["taken_at"],
        state=QuestionState(row["state"]),
        attempts=row["attempts"],
        message_ids=tuple(json.loads(row["message_ids"])),
        reply_ids=tuple(json.loads(row["reply_ids"])),
        owed=tuple(json.loads(row["owed"] or "[]")),
        command=row["command"],
        pictures=row["pictures"] or 0,
        memory=None if row["memory"] is None else decode_memory(row["memory"]),
    )
