"""Grants: given, drawn from, revoked and given again; never deleted."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.core.moderation.audit_values import grant_of
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limits import Grant, Subject, SubjectKind, Unit
from bot.store.database import Database
from bot.store.moderation import grants
from bot.store.moderation.audit import ModerationOrder
from bot.store.schema.tables import audit
from bot.store.schema.tables import grants as grants_table
from tests.store.samples import ADA, LIMIT, MODERATOR, NOW, SHOP, ask, reserve

TOMORROW = NOW + timedelta(days=1)
HERS = Subject(kind=SubjectKind.USER, id=ADA)
ARTISTS = Subject(kind=SubjectKind.ROLE, id=5)


def order(
    subject: Subject = HERS, *, guild_id: int = SHOP, at: datetime = NOW, reason: str = ""
) -> ModerationOrder:
    return ModerationOrder(
        guild_id=guild_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        by=MODERATOR,
        at=at,
        reason=reason,
    )


async def give(
    database: Database,
    amount: int = 700,
    *,
    subject: Subject = HERS,
    unit: Unit = Unit.TOKENS,
    expires_at: datetime = TOMORROW,
    guild_id: int = SHOP,
) -> Grant:
    moderation = order(subject, guild_id=guild_id, reason="a contest")
    async with database.transaction() as tx:
        change = await grants.add(tx, moderation, unit, amount, expires_at)
    return grant_of(change.after or {}, subject)


async def revoke(database: Database, grant: Grant) -> Change | None:
    async with database.transaction() as tx:
        return await grants.revoke(tx, order(grant.subject), grant)


async def of_server(database: Database, *, now: datetime = NOW) -> list[int]:
    async with database.reading() as conn:
        return [grant.id for grant in await grants.of_server(conn, SHOP, now=now)]


async def test_grant_is_given_and_written_down(database: Database) -> None:
    grant = await give(database, unit=Unit.DOLLARS, subject=ARTISTS)

    async with database.reading() as conn:
        (found,) = await grants.of_server(conn, SHOP, now=NOW)
        (row,) = (await conn.execute(select(audit))).all()
    assert (found.subject, found.unit, found.amount, found.left) == (
        ARTISTS,
        Unit.DOLLARS,
        700,
        700,
    )
    assert (found.expires_at, found.reason) == (TOMORROW, "a contest")
    assert (found.id, grant.amount) == (grant.id, 700)
    assert (row.action, row.before, row.reason) == (Action.GRANT, None, "a contest")


async def test_grant_adds_to_the_limit_of_the_next_answer(database: Database) -> None:
    await give(database, 700)
    await reserve(database, ask(1, wanted=LIMIT))

    reserved = await reserve(database, ask(2, wanted=LIMIT))

    assert reserved.allowance.tokens == 700


async def test_grants_of_a_server_are_those_that_can_be_used(database: Database) -> None:
    late = await give(database, expires_at=TOMORROW)
    soon = await give(database, expires_at=NOW + timedelta(hours=1))
    revoked = await give(database)
    await give(database, guild_id=8)
    await revoke(database, revoked)

    assert await of_server(database) == [soon.id, late.id]
    assert await of_server(database, now=NOW + timedelta(hours=1)) == [late.id]
    assert await of_server(database, now=TOMORROW) == []


async def test_revoked_grant_gives_no_more_but_stays_in_the_books(database: Database) -> None:
    grant = await give(database)

    change = await revoke(database, grant)

    assert change is not None
    assert (change.action, change.after) == (Action.REVOKE, None)
    assert grant_of(change.before or {}, HERS) == grant
    async with database.reading() as conn:
        assert await grants.find_standing(conn, guild_id=SHOP, grant_id=grant.id) is None
        (row,) = (await conn.execute(select(grants_table))).all()
    assert (row.amount, row.revoked_at) == (700, NOW)


async def test_grant_is_revoked_once_and_given_again_once(database: Database) -> None:
    grant = await give(database)

    async with database.transaction() as tx:
        changes = [
            await grants.grant_again(tx, order(), grant),  # it is not revoked
            await grants.revoke(tx, order(), grant),
            await grants.revoke(tx, order(), grant),
            await grants.grant_again(tx, order(), grant),
        ]

    assert [change and change.action for change in changes] == [
        None,
        Action.REVOKE,
        None,
        Action.GRANT,
    ]
    async with database.reading() as conn:
        found = await grants.find_standing(conn, guild_id=SHOP, grant_id=grant.id)
    assert found is not None
    assert found.id == grant.id


async def test_grant_of_another_server_is_not_touched(database: Database) -> None:
    grant = await give(database, guild_id=8)

    assert await revoke(database, grant) is None  # an order of this server
    async with database.reading() as conn:
        assert await grants.find_standing(conn, guild_id=8, grant_id=grant.id) is not None
        assert await grants.find_standing(conn, guild_id=SHOP, grant_id=grant.id) is None
