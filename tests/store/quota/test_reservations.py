"""Open reservations: whose they are, and what was noted of their answers."""

from datetime import timedelta

from bot.core.leases import new_lease
from bot.core.messages.incoming_message import Place
from bot.store.database import Database
from bot.store.processes import leases
from tests.store.samples import (
    ADA,
    NOW,
    SHOP,
    ask,
    ledger,
    reserve,
)


async def test_open_reservations_are_the_owners_and_whatever_has_expired(
    database: Database,
) -> None:
    long_ago = NOW - timedelta(hours=1)
    await reserve(database, ask(1, owner="first"))
    await reserve(database, ask(2, owner="second"))
    await reserve(database, ask(3, owner="second", now=long_ago), now=long_ago)

    async with database.reading() as conn:
        found = await ledger().open_reservations(conn, owner="first", now=NOW)

    assert [each.message_id for each in found] == [3, 1]


async def test_expired_reservation_of_another_living_process_is_left_to_it(
    database: Database,
) -> None:
    """One process settled by estimate what another was still writing."""
    early = NOW - timedelta(hours=1)
    for message_id, owner in enumerate(("first", "alive", "dead"), start=1):
        await reserve(database, ask(message_id, owner=owner, now=early), now=early)
    async with database.transaction() as tx:
        for owner in ("first", "alive"):
            await leases.take(tx, new_lease(owner, "a run", NOW), instead_of=None)

    async with database.reading() as conn:
        left_open = await ledger().open_reservations(conn, owner="first", now=NOW)

    assert [each.message_id for each in left_open] == [1, 3]


async def test_open_reservations_carry_what_was_noted_of_the_answer(database: Database) -> None:
    thread = Place(guild_id=SHOP, channel_id=501, parent_id=500)
    await reserve(database, ask(1, place=thread, wanted=4_000))
    async with database.transaction() as tx:
        await ledger().note_request(tx, 1, input_estimate=700)

    async with database.reading() as conn:
        (found,) = await ledger().open_reservations(conn, owner="first", now=NOW)

    assert found.place == thread
    assert (found.user_id, found.tokens, found.model) == (ADA, 4_000, "gpt-test")
    assert found.input_estimate == 700
    assert found.created_at == NOW


async def test_later_estimate_replaces_the_one_before(database: Database) -> None:
    await reserve(database, ask(1))
    async with database.transaction() as tx:
        await ledger().note_request(tx, 1, input_estimate=700, model="gpt-other")
        await ledger().note_request(tx, 1, input_estimate=1_400)

    async with database.reading() as conn:
        (found,) = await ledger().open_reservations(conn, owner="first", now=NOW)

    assert (found.input_estimate, found.model) == (1_400, "gpt-other")


async def test_open_reservation_that_sent_nothing_has_no_estimate(database: Database) -> None:
    await reserve(database, ask(1))

    async with database.reading() as conn:
        (found,) = await ledger().open_reservations(conn, owner="first", now=NOW)

    assert found.input_estimate is None
