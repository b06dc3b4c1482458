"""Claims, as use cases need them."""

from datetime import datetime, timedelta

from bot.chat.upkeep.claims import KEPT, Claims
from bot.core.leases import new_lease, tag_of
from bot.store.database import Database
from bot.store.processes import leases
from tests.chat.conftest import NOON
from tests.store.samples import ask, reserve


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def test_claim_is_forgotten_after_a_day(database: Database) -> None:
    clock = Clock()
    claims = Claims(database, clock, owner="main")
    assert await claims.claim(1)

    clock.now = NOON + KEPT
    await claims.purge()
    was_kept = not await claims.claim(1)
    clock.now += timedelta(seconds=1)
    await claims.purge()

    assert was_kept
    assert await claims.claim(1)


async def test_answer_is_written_elsewhere_while_its_process_lives(database: Database) -> None:
    clock = Clock()
    await reserve(database, ask(1, owner="other", now=NOON), now=NOON)
    async with database.transaction() as tx:
        await leases.take(tx, new_lease("other", "a run", NOON), instead_of=None)
    claims = Claims(database, clock, owner="main")

    while_it_lives = await claims.is_written_elsewhere(1)
    by_itself = await Claims(database, clock, owner="other").is_written_elsewhere(1)
    clock.now = NOON + timedelta(minutes=1)

    assert while_it_lives
    assert not by_itself
    assert not await claims.is_written_elsewhere(1)


async def test_claim_is_left_to_the_process_that_has_asked(database: Database) -> None:
    clock = Clock()
    async with database.transaction() as tx:
        await leases.take(tx, new_lease("other", "a run", NOON), instead_of=None)
    ours, theirs = (Claims(database, clock, owner=name) for name in ("main", "other"))
    tag = tag_of("other")

    before = await ours.claim(1, only_by=tag)
    by_them = await theirs.claim(1, only_by=tag)
    after = await ours.claim(1, only_by=tag)
    clock.now = NOON + timedelta(minutes=1)

    assert (before, by_them, after) == (None, True, False)
    assert await ours.claim(2, only_by=tag)
