"""Blocks and pauses: put, replaced, lifted, over by themselves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.moderation.changes import Action, Change
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Block, Subject, SubjectKind
from bot.store.database import Database
from bot.store.moderation import blocks
from bot.store.moderation.audit import ModerationOrder
from bot.store.schema.tables import audit
from tests.store.samples import ADA, MODERATOR, NOW, PLACE, SHOP, ask, reserve

LATER = NOW + timedelta(hours=1)
HERS = Subject(kind=SubjectKind.USER, id=ADA)
SUBJECTS = [
    HERS,
    Subject(kind=SubjectKind.ROLE, id=5),
    Subject(kind=SubjectKind.CHANNEL, id=PLACE.channel_id),
    Subject(kind=SubjectKind.SERVER, id=SHOP),
]


def order(subject: Subject = HERS, *, guild_id: int = SHOP, at: datetime = NOW) -> ModerationOrder:
    return ModerationOrder(
        guild_id=guild_id, subject_kind=subject.kind, subject_id=subject.id, by=MODERATOR, at=at
    )


async def put(
    database: Database,
    until: datetime | None = None,
    *,
    subject: Subject = HERS,
    guild_id: int = SHOP,
    at: datetime = NOW,
) -> Change:
    async with database.transaction() as tx:
        moderation = order(subject, guild_id=guild_id, at=at)
        return await blocks.put(tx, moderation, until, reason="spam")


async def remove(database: Database, *, at: datetime = NOW) -> Change | None:
    async with database.transaction() as tx:
        return await blocks.remove(tx, order(at=at))


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
async def test_blocked_subject_is_not_answered_until_then(
    database: Database, subject: Subject
) -> None:
    change = await put(database, LATER, subject=subject)

    with pytest.raises(Blocked) as caught:
        await reserve(database, ask(1, role_ids=(SHOP, 5)))
    await reserve(database, ask(2, role_ids=(SHOP, 5), now=LATER), now=LATER)

    assert caught.value.block == Block(subject=subject, until=LATER, reason="spam")
    assert (change.action, change.subject, change.before) == (Action.BLOCK, subject, None)
    assert change.after == {"until": LATER.isoformat(), "reason": "spam"}


async def test_block_for_good_has_no_end(database: Database) -> None:
    change = await put(database)

    async with database.reading() as conn:
        found = await blocks.find(conn, SHOP, HERS)
    assert found == Block(subject=HERS, until=None, reason="spam")
    assert change.after == {"until": None, "reason": "spam"}


async def test_block_is_replaced_and_says_what_there_was(database: Database) -> None:
    first = await put(database, LATER)
    second = await put(database)

    assert second.before == first.after
    async with database.reading() as conn:
        assert len(await blocks.of_server(conn, SHOP, now=NOW)) == 1


async def test_block_that_is_over_is_as_good_as_none(database: Database) -> None:
    await put(database, LATER)

    assert await remove(database, at=LATER) is None
    again = await put(database, at=LATER)

    assert again.before is None
    async with database.reading() as conn:
        assert len((await conn.execute(select(audit))).all()) == 2


async def test_lifted_block_is_gone_and_lifted_once(database: Database) -> None:
    await put(database, LATER)

    lifted, again = await remove(database), await remove(database)

    assert lifted is not None
    assert (lifted.action, lifted.after) == (Action.UNBLOCK, None)
    assert lifted.before == {"until": LATER.isoformat(), "reason": "spam"}
    assert again is None
    await reserve(database, ask(1))


async def test_blocks_of_a_server_are_its_own_and_not_over(database: Database) -> None:
    for subject in SUBJECTS:
        await put(database, LATER, subject=subject)
    await put(database, subject=HERS, guild_id=8)

    async with database.reading() as conn:
        now = await blocks.of_server(conn, SHOP, now=NOW)
        then = await blocks.of_server(conn, SHOP, now=LATER)

    assert {block.subject for block in now} == set(SUBJECTS)
    assert then == ()
