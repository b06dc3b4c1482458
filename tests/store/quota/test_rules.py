"""What is read for a requester: what applies to them there, and nothing else."""

import re
from datetime import timedelta

import pytest

from bot.core.messages.incoming_message import Place
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import Block, Limit, Requester, Rules, SubjectKind, Unit
from bot.store.database import Database
from bot.store.quota import rules
from bot.store.quota.rules import RequesterRules
from bot.store.schema.tables import preferences
from tests.store.rulings import (
    ANSWERS_A_DAY,
    TOKENS_A_DAY,
    TOKENS_AN_HOUR,
    block,
    channel,
    everyone,
    grant,
    revoke,
    role,
    server,
    set_limit,
    set_zone,
    user,
)
from tests.store.samples import ADA, GRACE, NOW, PLACE, SHOP, ask, charge, ledger, reserve, spend

ARTIST, HELPER, STRANGER = 71, 72, 73
ELSEWHERE = SHOP + 1
ASKING = Requester(
    guild_id=SHOP, user_id=ADA, role_ids=(ARTIST, HELPER), channel_id=PLACE.channel_id
)
APPLYING = [
    user(ADA),
    role(ARTIST),
    role(HELPER),
    channel(PLACE.channel_id),
    server(),
    everyone(),
]
OTHERS = [user(GRACE), role(STRANGER), channel(PLACE.channel_id + 1)]


async def _read(database: Database, requester: Requester = ASKING, **asked: int) -> RequesterRules:
    async with database.reading() as conn:
        return await rules.read(conn, requester, now=NOW, **asked)


async def test_nothing_applies_where_nothing_was_decided(database: Database) -> None:
    found = await _read(database)

    assert found == RequesterRules(rules=Rules(), zone=None, is_known=False)


async def test_limits_of_user_roles_channel_and_server_are_read(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        for number, subject in enumerate([*APPLYING, *OTHERS]):
            await set_limit(tx, subject, number)
            await set_limit(tx, subject, number + 100, ANSWERS_A_DAY)

    found = await _read(database)

    expected = {
        Limit(subject=subject, measure=measure, amount=number + more)
        for number, subject in enumerate(APPLYING)
        for measure, more in ((TOKENS_A_DAY, 0), (ANSWERS_A_DAY, 100))
    }
    assert set(found.rules.limits) == expected


async def test_limits_of_other_servers_are_not_read(database: Database) -> None:
    async with database.transaction() as tx:
        for subject in (*APPLYING, server(ELSEWHERE), everyone(ELSEWHERE)):
            await set_limit(tx, subject, 5, guild_id=ELSEWHERE)
            await block(tx, subject, guild_id=ELSEWHERE)
            if subject.kind in {SubjectKind.USER, SubjectKind.ROLE}:
                await grant(tx, subject, 5, guild_id=ELSEWHERE)
        await set_zone(tx, "Asia/Tokyo", guild_id=ELSEWHERE)

    assert await _read(database) == RequesterRules(rules=Rules(), zone=None)


async def test_a_member_without_roles_is_read_without_any(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, role(ARTIST), 5)
        await block(tx, role(ARTIST))
        await grant(tx, role(ARTIST), 5)

    found = await _read(database, Requester(guild_id=SHOP, user_id=ADA))

    assert found.rules == Rules()


async def test_a_thread_is_read_with_the_limits_of_its_channel(database: Database) -> None:
    thread = Place(guild_id=SHOP, channel_id=777, parent_id=PLACE.channel_id)
    async with database.transaction() as tx:
        await set_limit(tx, channel(PLACE.channel_id), 5)
        await set_limit(tx, channel(777), 6)

    found = await _read(database, Requester.at(thread, ADA))

    assert [each.amount for each in found.rules.limits] == [5]


async def test_an_unlimited_one_is_read_as_such(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 5)
        await set_limit(tx, user(), 5, TOKENS_AN_HOUR)
        await set_limit(tx, user(), None)

    found = await _read(database)

    assert [each.amount for each in found.rules.limits] == [None]


async def test_blocks_that_hold_are_read_until_their_instant(database: Database) -> None:
    soon = NOW + timedelta(microseconds=1)
    async with database.transaction() as tx:
        await block(tx, user(), soon)
        await block(tx, role(ARTIST))
        await block(tx, role(HELPER), NOW)
        await block(tx, channel(PLACE.channel_id), NOW - timedelta(days=1))
        await block(tx, server())
        for subject in OTHERS:
            await block(tx, subject)

    found = await _read(database)

    assert set(found.rules.blocks) == {
        Block(subject=user(), until=soon),
        Block(subject=role(ARTIST), until=None),
        Block(subject=server(), until=None),
    }


async def test_grants_that_hold_are_read_what_expires_first_first(database: Database) -> None:
    day = timedelta(days=1)
    async with database.transaction() as tx:
        late = await grant(tx, user(), 100, expires_at=NOW + 9 * day)
        soon = await grant(tx, role(HELPER), 200, Unit.DOLLARS, expires_at=NOW + day)
        alike = await grant(tx, user(), 300, Unit.ANSWERS, expires_at=NOW + 9 * day)
        await grant(tx, user(), 400, expires_at=NOW)
        await revoke(tx, await grant(tx, user(), 500))
        await grant(tx, user(GRACE), 600)
        await grant(tx, role(STRANGER), 700)

    found = await _read(database)

    assert [(each.id, each.left, each.unit) for each in found.rules.grants] == [
        (soon, 200, Unit.DOLLARS),
        (late, 100, Unit.TOKENS),
        (alike, 300, Unit.ANSWERS),
    ]
    assert found.rules.grants[0].reason == "for the fair"
    assert found.rules.grants[0].expires_at == NOW + day


async def test_the_rest_of_a_roles_grant_is_each_members_own(database: Database) -> None:
    async with database.transaction() as tx:
        await set_limit(tx, user(), 0)
        await grant(tx, role(ARTIST), 5_000)
    await reserve(database, ask(1, role_ids=(ARTIST,)))
    async with database.transaction() as tx:
        await ledger().settle(tx, 1, charge(1_200), now=NOW)

    hers = await _read(database, Requester(guild_id=SHOP, user_id=ADA, role_ids=(ARTIST,)))
    anothers = await _read(database, Requester(guild_id=SHOP, user_id=GRACE, role_ids=(ARTIST,)))

    assert [each.left for each in hers.rules.grants] == [3_800]
    assert [each.left for each in anothers.rules.grants] == [5_000]


async def test_the_zone_is_the_servers_and_no_channels(database: Database) -> None:
    async with database.transaction() as tx:
        await set_zone(tx, "Asia/Kolkata")
        await tx.execute(
            preferences.insert(),
            {
                "guild_id": SHOP,
                "scope": Scope.CHANNEL.value,
                "scope_id": PLACE.channel_id,
                "topic": Topic.TIME_ZONE.value,
                "value": "Asia/Tokyo",
                "set_by": 1,
                "set_at": NOW,
            },
        )

    assert (await _read(database)).zone == "Asia/Kolkata"


async def test_an_unknown_zone_gives_way_to_the_operators(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await set_zone(tx, "Mars/Olympus_Mons")

    async with database.reading() as conn:
        explained = await ledger().explain(conn, ASKING, now=NOW)

    assert explained.zone.key == "Europe/Berlin"


@pytest.mark.parametrize("is_settled", [False, True])
async def test_a_message_that_is_or_was_answered_is_known(
    database: Database, is_settled: bool
) -> None:
    if is_settled:
        await spend(database, 1, 100)
    else:
        await reserve(database, ask(1))

    assert (await _read(database, message_id=1)).is_known
    assert not (await _read(database, message_id=2)).is_known
    assert not (await _read(database)).is_known


async def test_what_applies_is_found_by_key_among_many_others(
    sqlite_url: str,
) -> None:
    listed = re.sub(r"IN :\w+", "IN (1, 2)", rules._READ.format(instant="TEXT"))
    written = re.sub(r":\w+", "1", listed)
    async with Database.open(sqlite_url) as database, database.reading() as conn:
        plan = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}")
        steps = [row.detail for row in plan]

    searched = [step for step in steps if step.split()[1] in {"limits", "blocks", "grants"}]
    assert len(searched) == 3
    assert all("subject_kind=? AND subject_id=?" in step for step in searched)
    assert not [step for step in steps if step.startswith("SCAN")]
