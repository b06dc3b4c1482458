"""What moderators do: limits of a user's own and resets, each written down."""

import json
from datetime import timedelta

from sqlalchemy import select

from bot.store.database import Database
from bot.store.limits import OwnLimit
from bot.store.tables import audit
from bot.store.tables import ledger as ledger_table
from tests.store.samples import (
    ADA,
    GRACE,
    LIMIT,
    MODERATOR,
    NOW,
    SHOP,
    ask,
    ledger,
    moderation,
    reserve,
    spend,
)


async def test_set_limit_replaces_the_default_for_that_user_only(database: Database) -> None:
    async with database.transaction() as tx:
        previous = await ledger().set_limit(tx, moderation(), amount=50)

    async with database.reading() as conn:
        hers = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=NOW)
        others = await ledger().standing(conn, guild_id=SHOP, user_id=GRACE, now=NOW)
    assert previous is None
    assert (hers.amount, hers.is_own) == (50, True)
    assert (others.amount, others.is_own) == (LIMIT, False)


async def test_set_limit_to_nothing_at_all_means_unlimited(database: Database) -> None:
    async with database.transaction() as tx:
        await ledger().set_limit(tx, moderation(), amount=None)

    async with database.reading() as conn:
        standing = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=NOW)
    assert (standing.amount, standing.is_own) == (None, True)


async def test_set_limit_again_returns_the_one_before(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    async with database.transaction() as tx:
        await ledger().set_limit(tx, moderation(reason="generous"), amount=50_000)

    async with database.transaction() as tx:
        previous = await ledger().set_limit(tx, moderation(at=later), amount=10)

    assert previous == OwnLimit(amount=50_000, set_by=MODERATOR, set_at=NOW, reason="generous")


async def test_clear_limit_lets_the_default_apply_again(database: Database) -> None:
    async with database.transaction() as tx:
        await ledger().set_limit(tx, moderation(), amount=50)

    async with database.transaction() as tx:
        previous = await ledger().clear_limit(tx, moderation())

    async with database.reading() as conn:
        standing = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=NOW)
    assert previous is not None
    assert previous.amount == 50
    assert (standing.amount, standing.is_own) == (LIMIT, False)


async def test_clear_limit_where_there_is_none_changes_and_writes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        previous = await ledger().clear_limit(tx, moderation())

    async with database.reading() as conn:
        assert previous is None
        assert (await conn.execute(select(audit))).all() == []


async def test_reset_gives_back_what_was_spent_and_keeps_counters_equal_to_the_ledger(
    database: Database,
) -> None:
    await spend(database, 1, 300)
    await spend(database, 2, 400)

    async with database.transaction() as tx:
        given_back = await ledger().reset(tx, moderation())

    async with database.reading() as conn:
        standing = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=NOW)
        kinds = (await conn.execute(select(ledger_table.c.kind, ledger_table.c.tokens))).all()
        assert await ledger().verify(conn) == []
    assert given_back == 700
    assert standing.spent == 0
    assert sorted(map(tuple, kinds)) == [("reset", -700), ("usage", 300), ("usage", 400)]


async def test_reset_of_a_user_who_spent_nothing_gives_nothing_back(database: Database) -> None:
    async with database.transaction() as tx:
        given_back = await ledger().reset(tx, moderation())

    async with database.reading() as conn:
        assert given_back == 0
        assert (await conn.execute(select(ledger_table))).all() == []


async def test_reset_leaves_yesterday_and_open_reservations_alone(database: Database) -> None:
    yesterday = NOW - timedelta(days=1)
    await spend(database, 1, 300, now=yesterday)
    await spend(database, 2, 400)
    await reserve(database, ask(3, wanted=1_000))

    async with database.transaction() as tx:
        await ledger().reset(tx, moderation())

    async with database.reading() as conn:
        before = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=yesterday)
        today = await ledger().standing(conn, guild_id=SHOP, user_id=ADA, now=NOW)
    assert before.spent == 300
    assert (today.spent, today.reserved) == (0, 1_000)


async def test_every_change_of_a_moderator_is_written_down_from_what_to_what(
    database: Database,
) -> None:
    await spend(database, 1, 300)
    async with database.transaction() as tx:
        await ledger().set_limit(tx, moderation(reason="an artist"), amount=50_000)
        await ledger().set_limit(tx, moderation(), amount=None)
        await ledger().clear_limit(tx, moderation())
        await ledger().reset(tx, moderation(reason="a bug of ours"))

    async with database.reading() as conn:
        rows = (await conn.execute(select(audit).order_by(audit.c.id))).all()
    assert [
        (row.action, json.loads(row.before or "null"), json.loads(row.after or "null"), row.reason)
        for row in rows
    ] == [
        ("set-limit", None, {"amount": 50_000}, "an artist"),
        ("set-limit", {"amount": 50_000}, {"amount": None}, ""),
        ("clear-limit", {"amount": None}, None, ""),
        ("reset", {"spent": 300}, {"spent": 0}, "a bug of ours"),
    ]
    first = rows[0]
    assert (first.guild_id, first.actor_id, first.at) == (SHOP, MODERATOR, NOW)
    assert (first.subject_kind, first.subject_id) == ("user", ADA)
