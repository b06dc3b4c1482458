"""The audit: what was changed, page by page, and what has been undone; also by many at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.chat.moderation.undo import undo
from bot.core.calendar.periods import Period
from bot.core.moderation.audit_values import limits_of, spent_of
from bot.core.moderation.changes import Action, Change, Obstacle
from bot.core.moderation.errors import CannotUndo
from bot.core.quota.limits import Amounts, Measure, Subject, SubjectKind, Unit
from bot.store.database import Database
from bot.store.moderation import audit, limits
from bot.store.moderation.audit import ModerationOrder
from bot.store.moderation.locks import lock
from bot.store.schema.tables import audit as audit_table
from tests.store.samples import ADA, MODERATOR, NOW, SHOP, ledger

HERS = Subject(kind=SubjectKind.USER, id=ADA)
DAILY = Measure(unit=Unit.TOKENS, period=Period.DAY)
UNLIMITED = Measure(unit=Unit.ANSWERS, period=Period.HOUR)


def order(
    *, guild_id: int = SHOP, subject_id: int = ADA, undoes: int | None = None
) -> ModerationOrder:
    return ModerationOrder(
        guild_id=guild_id,
        subject_id=subject_id,
        by=MODERATOR,
        at=NOW,
        reason="why not",
        undoes=undoes,
    )


async def record(database: Database, order: ModerationOrder, amount: int = 5) -> Change:
    after = {"limits": [{"unit": "tokens", "period": "day", "amount": amount}]}
    async with database.transaction() as tx:
        return await audit.record(tx, order, Action.SET_LIMIT, before=None, after=after)


async def find(database: Database, change_id: int, *, guild_id: int = SHOP) -> Change | None:
    async with database.reading() as conn:
        return await audit.find(conn, guild_id=guild_id, change_id=change_id)


async def test_change_is_found_as_it_was_recorded(database: Database) -> None:
    change = await record(database, order())

    assert await find(database, change.id) == change
    assert (change.by, change.at, change.reason) == (MODERATOR, NOW, "why not")
    assert change.subject == HERS


async def test_change_of_another_server_is_not_found(database: Database) -> None:
    change = await record(database, order(guild_id=8))

    assert await find(database, change.id) is None
    assert await find(database, change.id + 1, guild_id=8) is None


async def test_pages_are_newest_first_and_without_gaps(database: Database) -> None:
    changes = [await record(database, order(), amount) for amount in range(5)]
    await record(database, order(guild_id=8))

    pages: list[list[int]] = []
    before_id: int | None = None
    while not pages or pages[-1]:
        async with database.reading() as conn:
            page = await audit.newest(conn, guild_id=SHOP, before_id=before_id, size=2)
        pages.append([change.id for change in page])
        before_id = page[-1].id if page else None

    newest_first = [change.id for change in reversed(changes)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:], []]


async def test_undone_change_is_known_as_such_with_who_undid_it(database: Database) -> None:
    change = await record(database, order())
    undoing = await record(database, order(undoes=change.id))

    found, other = await find(database, change.id), await find(database, undoing.id)

    assert found is not None
    assert other is not None
    assert (found.is_undone, other.is_undone) == (True, False)
    assert other.undoes == change.id
    async with database.reading() as conn:
        assert await audit.find_undoing(conn, found) == undoing
        assert await audit.find_undoing(conn, other) is None


async def test_later_changes_are_those_of_the_same_subject(database: Database) -> None:
    first = await record(database, order())
    second = await record(database, order(), 6)
    await record(database, order(subject_id=12))
    await record(database, order(guild_id=8))

    async with database.reading() as conn:
        assert await audit.later(conn, first) == [second]
        assert await audit.later(conn, second) == []


async def test_rows_of_earlier_versions_are_read(database: Database) -> None:
    row = {
        "guild_id": SHOP,
        "at": NOW,
        "actor_id": MODERATOR,
        "subject_kind": "user",
        "subject_id": ADA,
        "reason": "",
    }
    limit = {"action": "set-limit", "before": None, "after": '{"amount": null}'}
    reset = {"action": "reset", "before": '{"spent": 700}', "after": '{"spent": 0}'}
    async with database.transaction() as tx:
        await tx.execute(insert(audit_table), [{**row, **limit}, {**row, **reset}])

    async with database.reading() as conn:
        newer, older = await audit.newest(conn, guild_id=SHOP, before_id=None, size=10)

    assert limits_of(older.after, HERS)[0].amount is None
    assert limits_of(older.after, HERS)[0].measure == DAILY
    assert (spent_of(newer.before), newer.after) == (Amounts(tokens=700), None)


# -- many at once -------------------------------------------------------------------------------


@pytest.fixture
async def processes(url: str) -> AsyncIterator[list[Database]]:
    """The same database opened as several processes would."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Database.open(url)) for _ in range(3)]


async def set_limit(database: Database, measure: Measure, amount: int | None) -> Change:
    async with database.transaction() as tx:
        await lock(tx, SHOP, [HERS])
        return await limits.put(tx, order(), measure, amount)


async def test_orders_at_once_follow_each_other_without_a_gap(processes: list[Database]) -> None:
    orders: list[tuple[Measure, int | None]] = [(DAILY, amount) for amount in range(5)]
    orders += [(UNLIMITED, None)] * 4

    await asyncio.gather(
        *(
            set_limit(processes[number % len(processes)], *each)
            for number, each in enumerate(orders)
        )
    )

    async with processes[0].reading() as conn:
        changes = await audit.newest(conn, guild_id=SHOP, before_id=None, size=20)
        held = await limits.of_subject(conn, SHOP, HERS)
    changes.reverse()
    assert len(changes) == len(orders)
    assert [each.before for each in changes[1:]] == [each.after for each in changes[:-1]]
    assert len(held) == 1
    assert held == limits_of(changes[-1].after, HERS)


async def test_change_that_many_undo_at_once_is_undone_once(processes: list[Database]) -> None:
    await set_limit(processes[0], DAILY, 5)
    change = await set_limit(processes[0], DAILY, 50)

    async def take_back(database: Database) -> Change:
        later = NOW + timedelta(minutes=1)
        async with database.transaction() as tx:
            return await undo(
                tx, ledger=ledger(), guild_id=SHOP, change_id=change.id, by=MODERATOR, now=later
            )

    done = await asyncio.gather(
        *(take_back(database) for database in processes * 2), return_exceptions=True
    )

    undone = [each for each in done if isinstance(each, Change)]
    refused = [each for each in done if isinstance(each, CannotUndo)]
    assert (len(undone), len(refused)) == (1, 5)
    assert {each.because for each in refused} == {Obstacle.UNDONE}
    assert [each.change for each in refused] == undone * 5
    async with processes[0].reading() as conn:
        (limit,) = await limits.of_subject(conn, SHOP, HERS)
    assert limit.amount == 5
