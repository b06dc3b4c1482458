"""Limits that moderators set: one of each measure, or unlimited; each change written down."""

import pytest
from sqlalchemy import select

from bot.core.calendar.periods import Period
from bot.core.moderation.audit_values import limits_of
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limits import Limit, Measure, Subject, SubjectKind, Unit
from bot.store.database import Database
from bot.store.moderation import limits
from bot.store.moderation.audit import ModerationOrder
from bot.store.schema.tables import audit
from bot.store.schema.tables import limits as limits_table
from tests.store.samples import ADA, MODERATOR, NOW, SHOP, ask, reserve

DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
MONTHLY = Measure(unit=Unit.DOLLARS, period=Period.MONTH)
SUBJECTS = [
    Subject(kind=SubjectKind.USER, id=ADA),
    Subject(kind=SubjectKind.ROLE, id=5),
    Subject(kind=SubjectKind.EVERYONE, id=SHOP),
    Subject(kind=SubjectKind.CHANNEL, id=500),
    Subject(kind=SubjectKind.SERVER, id=SHOP),
]
HERS = SUBJECTS[0]


def order(subject: Subject = HERS, *, guild_id: int = SHOP, by: int = MODERATOR) -> ModerationOrder:
    return ModerationOrder(
        guild_id=guild_id, subject_kind=subject.kind, subject_id=subject.id, by=by, at=NOW
    )


async def put(
    database: Database,
    measure: Measure,
    amount: int | None,
    subject: Subject = HERS,
    *,
    by: int = MODERATOR,
) -> Change:
    async with database.transaction() as tx:
        return await limits.put(tx, order(subject, by=by), measure, amount)


async def remove(database: Database, measure: Measure | None = None) -> Change | None:
    async with database.transaction() as tx:
        return await limits.remove(tx, order(), measure)


async def held(database: Database, subject: Subject = HERS) -> dict[Measure, int | None]:
    async with database.reading() as conn:
        found = await limits.of_subject(conn, SHOP, subject)
    return {limit.measure: limit.amount for limit in found}


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
async def test_limit_is_set_for_any_subject(database: Database, subject: Subject) -> None:
    change = await put(database, DAILY, 50, subject)

    assert await held(database, subject) == {DAILY: 50}
    assert (change.action, change.subject, change.before) == (Action.SET_LIMIT, subject, None)
    assert limits_of(change.after, subject) == (Limit(subject=subject, measure=DAILY, amount=50),)


async def test_limits_of_several_measures_stand_side_by_side(database: Database) -> None:
    await put(database, DAILY, 50)
    change = await put(database, MONTHLY, 5_000_000)

    assert await held(database) == {DAILY: 50, MONTHLY: 5_000_000}
    assert limits_of(change.before, HERS) == (Limit(subject=HERS, measure=DAILY, amount=50),)
    assert len(limits_of(change.after, HERS)) == 2


async def test_limit_of_the_same_measure_is_replaced(database: Database) -> None:
    await put(database, DAILY, 50)
    await put(database, DAILY, 0)

    assert await held(database) == {DAILY: 0}


async def test_unlimited_replaces_all_others_and_an_amount_replaces_it(database: Database) -> None:
    await put(database, DAILY, 50)
    await put(database, MONTHLY, 60)

    unlimited = await put(database, DAILY, None)
    alone = await held(database)
    bounded = await put(database, MONTHLY, 70)

    assert alone == {DAILY: None}
    assert len(limits_of(unlimited.before, HERS)) == 2
    assert await held(database) == {MONTHLY: 70}
    assert limits_of(bounded.before, HERS) == (Limit(subject=HERS, measure=DAILY, amount=None),)


async def test_limit_that_stays_keeps_the_name_of_who_set_it(database: Database) -> None:
    await put(database, DAILY, 50, by=1)
    await put(database, MONTHLY, 60, by=2)

    async with database.reading() as conn:
        rows = (await conn.execute(select(limits_table))).all()
    assert {(row.unit, row.set_by) for row in rows} == {("tokens", 1), ("dollars", 2)}


async def test_one_limit_or_all_are_removed(database: Database) -> None:
    for measure in (DAILY, MONTHLY, Measure(unit=Unit.ANSWERS, period=Period.HOUR)):
        await put(database, measure, 50)

    one = await remove(database, DAILY)
    left = await held(database)
    rest = await remove(database)

    assert one is not None
    assert (one.action, len(limits_of(one.before, HERS))) == (Action.CLEAR_LIMIT, 3)
    assert len(limits_of(one.after, HERS)) == len(left) == 2
    assert rest is not None
    assert rest.after is None
    assert await held(database) == {}


async def test_removing_what_is_not_there_changes_and_writes_nothing(database: Database) -> None:
    assert await remove(database) is None
    await put(database, DAILY, 50)
    assert await remove(database, MONTHLY) is None

    async with database.reading() as conn:
        assert len((await conn.execute(select(audit))).all()) == 1
    assert await held(database) == {DAILY: 50}


async def test_limits_of_a_server_are_all_of_its_own(database: Database) -> None:
    for subject in SUBJECTS:
        await put(database, DAILY, 50, subject)
        await put(database, MONTHLY, 60, subject)
    async with database.transaction() as tx:
        await limits.put(tx, order(guild_id=8), DAILY, 1)

    async with database.reading() as conn:
        found = await limits.of_server(conn, SHOP)

    assert len(found) == 10
    assert {limit.amount for limit in found} == {50, 60}
    assert [found[index].subject for index in range(0, 10, 2)] == [
        found[index].subject for index in range(1, 10, 2)
    ]


async def test_limit_takes_effect_on_the_next_reservation(database: Database) -> None:
    await put(database, DAILY, 600)

    reserved = await reserve(database, ask(1, wanted=4_000))

    assert reserved.allowance.tokens == 600


async def test_rolled_back_change_is_not_written_down(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await limits.put(tx, order(), DAILY, 50)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with database.reading() as conn:
        assert (await conn.execute(select(audit))).all() == []
    assert await held(database) == {}
