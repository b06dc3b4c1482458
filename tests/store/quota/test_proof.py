"""The proof finds whatever was changed behind the ledger's back, and names it."""

from datetime import timedelta

import pytest
from sqlalchemy import ColumnElement, Executable, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.calendar.windows import windows
from bot.core.conversation.recovery import Account
from bot.core.errors import DatabaseUnavailable
from bot.core.messages.incoming_message import Place
from bot.core.quota.limits import NOTHING, Amounts, Subject, SubjectKind
from bot.store.database import Database
from bot.store.quota import proof
from bot.store.quota.counters import EVERYTHING, CounterKey
from bot.store.quota.proof import Difference, Sums
from bot.store.schema.tables import counters, draws
from bot.store.schema.tables import ledger as ledger_table
from tests.store.rulings import channel, grant, role, server, set_limit, user
from tests.store.samples import (
    ADA,
    BERLIN,
    GRACE,
    NOW,
    SHOP,
    ask,
    charge,
    ledger,
    moderation,
    reserve,
    spend,
    standing,
)

pytestmark = pytest.mark.proof

ARTIST = 71
THREAD = Place(guild_id=SHOP, channel_id=777, parent_id=500)
PARTS_OF_A_DAY = UP_TO_A_DAY[:-1]
USED = Sums(spent=Amounts(tokens=1_200, microusd=2_400, answers=1), exempt=NOTHING)
DRAWN = Sums(spent=USED.spent, exempt=Amounts(tokens=200))
SUBJECTS = (user(), role(ARTIST), channel(500), server(), EVERYTHING)
COLUMNS = ("spent_tokens", "spent_microusd", "answers", "exempt_tokens", "exempt_microusd")


@pytest.fixture
async def booked(database: Database) -> Database:
    """An answer in a thread, 200 of whose tokens were drawn from a grant."""
    async with database.transaction() as tx:
        await set_limit(tx, user(), 1_000)
        await grant(tx, user(), 500)
    await reserve(database, ask(1, place=THREAD, role_ids=(ARTIST,)))
    async with database.transaction() as tx:
        await ledger().settle(tx, 1, charge(1_200, cost=2_400), now=NOW)
    assert await _found(database) == []
    return database


async def _found(database: Database) -> list[Difference]:
    async with database.reading() as conn:
        return await ledger().verify(conn)


async def _tamper(database: Database, statement: Executable) -> list[Difference]:
    async with database.transaction() as tx:
        await tx.execute(statement)
    return await _found(database)


def _key(subject: Subject, period: Period) -> CounterKey:
    return CounterKey(
        guild_id=0 if subject == EVERYTHING else SHOP,
        subject=subject,
        period=period,
        window_starts_at=windows(NOW, BERLIN)[period].key,
    )


def _of(subject: Subject, period: Period) -> tuple[ColumnElement[bool], ...]:
    key = _key(subject, period)
    return (
        counters.c.guild_id == key.guild_id,
        counters.c.subject_kind == subject.kind.value,
        counters.c.subject_id == subject.id,
        counters.c.period == period.value,
    )


@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
async def test_a_counter_that_is_off_by_one_is_named(
    booked: Database, subject: Subject, period: Period
) -> None:
    row = counters.c.spent_tokens + 1
    changed = update(counters).where(*_of(subject, period)).values(spent_tokens=row)

    (found,) = await _tamper(booked, changed)

    assert found.key == _key(subject, period)
    assert found.counted.spent.tokens == 1_201
    assert found.booked == (DRAWN if subject == user() else USED)


@pytest.mark.parametrize("column", COLUMNS)
async def test_every_figure_of_a_counter_is_proven(booked: Database, column: str) -> None:
    changed = (
        update(counters).where(*_of(user(), Period.DAY)).values({column: counters.c[column] + 1})
    )

    (found,) = await _tamper(booked, changed)

    assert found.key == _key(user(), Period.DAY)
    assert found.counted != found.booked == DRAWN


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
async def test_a_counter_that_is_gone_is_named(booked: Database, subject: Subject) -> None:
    gone = delete(counters).where(*_of(subject, Period.MONTH))

    (found,) = await _tamper(booked, gone)

    assert found.key == _key(subject, Period.MONTH)
    assert found.counted == Sums(spent=NOTHING, exempt=NOTHING)


async def test_a_counter_that_nothing_was_booked_for_is_named(booked: Database) -> None:
    invented = {
        "guild_id": SHOP,
        "subject_kind": "user",
        "subject_id": ADA + 1,
        "period": "day",
        "window_starts_at": NOW,
        "spent_tokens": 0,
        "spent_microusd": 0,
        "answers": 0,
        "exempt_tokens": 999,
        "exempt_microusd": 0,
        "exempt_answers": 0,
    }

    (found,) = await _tamper(booked, insert(counters).values(invented))

    assert found.key.subject == user(ADA + 1)
    assert found.counted.exempt == Amounts(tokens=999)
    assert found.booked.exempt == NOTHING


async def test_a_row_slipped_in_is_named_for_all_subjects(
    booked: Database,
) -> None:
    async with booked.reading() as conn:
        (row,) = (await conn.execute(ledger_table.select())).mappings()
    slipped = {**row, "id": None, "message_id": 2, "tokens": 50}
    del slipped["id"]

    found = await _tamper(booked, insert(ledger_table).values(slipped))

    assert {(each.key.subject.kind, each.key.period) for each in found} == {
        (subject.kind, period) for subject in SUBJECTS for period in Period
    }
    assert {each.booked.spent.tokens - each.counted.spent.tokens for each in found} == {50}


async def test_a_reset_that_was_slipped_in_is_named(booked: Database) -> None:
    async with booked.reading() as conn:
        (row,) = (await conn.execute(ledger_table.select())).mappings()
    slipped = {**row, "kind": "reset", "message_id": None, "tokens": -900, "cost_microusd": 0}
    slipped |= {"answers": 0, **{each.row.column: None for each in PARTS_OF_A_DAY}}
    del slipped["id"]

    found = await _tamper(booked, insert(ledger_table).values(slipped))

    assert {(each.key.subject.kind, each.key.period) for each in found} == {
        (SubjectKind.USER, period) for period in Period if period not in PARTS_OF_A_DAY
    }
    assert {each.booked.exempt.tokens for each in found} == {1_100}


async def test_an_answer_moved_to_another_member_is_named_for_both(
    booked: Database,
) -> None:
    found = await _tamper(booked, update(ledger_table).values(user_id=ADA + 1))

    assert {each.key.subject.id for each in found} == {ADA, ADA + 1}
    assert {each.key.period for each in found} == set(Period)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(update(draws).values(amount=1), id="changed"),
        pytest.param(delete(draws), id="deleted"),
    ],
)
async def test_what_was_drawn_is_refused_to_change(booked: Database, statement: Executable) -> None:
    with pytest.raises((IntegrityError, DatabaseUnavailable), match="append-only"):
        await _tamper(booked, statement)


async def test_a_draw_that_was_slipped_in_is_named(booked: Database) -> None:
    async with booked.transaction() as tx:
        number = await grant(tx, user(), 500)
    slipped = {
        "grant_id": number,
        "user_id": ADA,
        "message_id": 1,
        "guild_id": SHOP,
        "amount": 70,
    }

    found = await _tamper(booked, insert(draws).values(slipped))

    assert {each.key for each in found} == {_key(user(), period) for period in Period}
    assert {each.booked.exempt.tokens for each in found} == {270}


async def test_use_for_no_answer_is_named_by_its_grants_instant(booked: Database) -> None:
    async with booked.transaction() as tx:
        number = await grant(tx, user(), 500)
    slipped = {
        "grant_id": number,
        "user_id": ADA,
        "message_id": 404,
        "guild_id": SHOP,
        "amount": 70,
    }

    found = await _tamper(booked, insert(draws).values(slipped))

    assert {each.key.window_starts_at for each in found} == {NOW}
    assert {each.key.subject for each in found} == {user()}
    assert {each.booked.exempt - each.counted.exempt for each in found} == {Amounts(tokens=70)}


async def test_rows_without_an_hour_count_for_their_member_alone(
    database: Database,
) -> None:
    day = windows(NOW, BERLIN)[Period.DAY].key
    old = {
        "kind": "usage",
        "message_id": 9,
        "guild_id": SHOP,
        "channel_id": 500,
        "user_id": ADA,
        "model": "gpt",
        "input_tokens": 60,
        "cached_tokens": 0,
        "output_tokens": 40,
        "reasoning_tokens": 0,
        "tokens": 100,
        "is_estimated": False,
        "ending": "completed",
        "window_starts_at": day,
        "settled_at": NOW,
    }

    (found,) = await _tamper(database, insert(ledger_table).values(old))

    assert found.key == _key(user(), Period.DAY)
    assert found.booked.spent == Amounts(tokens=100, answers=1)


async def test_one_kind_and_period_can_be_proven_by_itself(booked: Database) -> None:
    await _tamper(booked, delete(counters).where(*_of(server(), Period.HOUR)))

    async with booked.reading() as conn:
        hours = await proof.differences_of(conn, SubjectKind.SERVER, Period.HOUR)
        days = await proof.differences_of(conn, SubjectKind.SERVER, Period.DAY)

    assert len(hours) == 1
    assert days == []


async def test_resets_and_their_undoing_are_proven_too(booked: Database) -> None:
    async with booked.transaction() as tx:
        await ledger().reset(tx, moderation())
        later = moderation(at=NOW + timedelta(minutes=1))
        await ledger().unreset(tx, later, of=NOW)

    assert await _found(booked) == []


async def test_verify_finds_a_counter_that_was_tampered_with(database: Database) -> None:
    await spend(database, 1, 100)
    await spend(database, 2, 200, user_id=GRACE)
    async with database.transaction() as tx:
        await tx.execute(
            update(counters).where(counters.c.subject_id == ADA).values(spent_tokens=1, answers=7)
        )

    async with database.reading() as conn:
        differences = await ledger().verify(conn)

    assert {each.key.subject.id for each in differences} == {ADA}
    assert [each.key.period for each in differences] == list(Period)
    assert {each.counted.spent for each in differences} == {Amounts(tokens=1, answers=7)}
    assert {each.booked.spent for each in differences} == {Amounts(tokens=100, answers=1)}


async def test_verify_finds_a_counter_that_is_missing(database: Database) -> None:
    await spend(database, 1, 100)
    async with database.transaction() as tx:
        await tx.execute(counters.delete())

    async with database.reading() as conn:
        differences = await ledger().verify(conn)

    assert len(differences) == 5 * len(Period)  # five subjects, in every window
    assert {each.counted.spent for each in differences} == {NOTHING}


async def test_attempt_that_the_operator_bears_counts_under_caps_alone(database: Database) -> None:
    await reserve(database, ask(1))
    async with database.transaction() as tx:
        assert await ledger().settle_as_borne(tx, 1, charge(1_000, cost=500), now=NOW)
        assert not await ledger().settle_as_borne(tx, 1, charge(1_000, cost=500), now=NOW)
    await reserve(database, ask(1))  # the question may be admitted anew
    async with database.transaction() as tx:
        await ledger().settle(tx, 1, charge(700, cost=300), now=NOW)

    assert await _found(database) == []
    assert (await standing(database)).spent == 700
    async with database.reading() as conn:
        everything = await conn.execute(
            select(counters.c.spent_tokens, counters.c.spent_microusd, counters.c.answers).where(
                counters.c.subject_kind == "everything", counters.c.period == "day"
            )
        )
    assert [tuple(row) for row in everything] == [(1_700, 800, 1)]


async def test_account_of_a_question_knows_how_far_it_has_come(database: Database) -> None:
    """A half reply without a button was taken for whole once its attempt was borne."""
    seen = [await _account(database)]
    await reserve(database, ask(1))
    seen.append(await _account(database))
    async with database.transaction() as tx:
        await ledger().settle_as_borne(tx, 1, charge(1_000), now=NOW)
    seen.append(await _account(database))
    await spend(database, 1, 100)
    seen.append(await _account(database))

    assert seen == [Account.NONE, Account.OPEN, Account.BORNE, Account.SETTLED]


async def _account(database: Database) -> Account:
    async with database.reading() as conn:
        return (await ledger().find_account(conn, 1))[0]


async def test_lost_attempt_that_used_nothing_leaves_no_row(database: Database) -> None:
    await reserve(database, ask(1))
    async with database.transaction() as tx:
        await ledger().settle_as_borne(tx, 1, charge(0), now=NOW)

    async with database.reading() as conn:
        assert await proof.count_rows(conn) == (0, 0)
