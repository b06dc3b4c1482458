"""The record of a deferral: written only where something is deferred, and in order."""

import asyncio

from bot.chat.upkeep.deferrals import Deferrals
from bot.core.errors import DatabaseBusy
from bot.core.secrets import Secret
from bot.gateway.replies.deferral_record import HANDLER, DeferralRecord


class FakeDeferrals(Deferrals):
    def __init__(self, *, is_locked: bool = False) -> None:
        self.written: list[str] = []
        self.lock = asyncio.Event()
        self.is_failing = False
        if not is_locked:
            self.lock.set()

    async def keep(self, interaction_id: int, token: Secret, *, is_edit: bool) -> None:
        await self._write(f"keep {interaction_id}")

    async def forget(self, interaction_id: int) -> None:
        await self._write(f"forget {interaction_id}")

    async def _write(self, what: str) -> None:
        await self.lock.wait()
        if self.is_failing:
            raise DatabaseBusy
        self.written.append(what)


def record(deferrals: Deferrals) -> DeferralRecord:
    return DeferralRecord(deferrals, 5, Secret("token"))


async def until_written() -> None:
    writing = [task for task in asyncio.all_tasks() if task.get_name() == HANDLER]
    if writing:
        await asyncio.wait(writing)


async def test_command_that_answers_at_once_costs_no_write() -> None:
    deferrals = FakeDeferrals()

    record(deferrals).forget()
    await until_written()

    assert deferrals.written == []


async def test_deferral_is_kept_before_and_forgotten_once() -> None:
    deferrals = FakeDeferrals()
    kept = record(deferrals)

    await kept.keep(is_edit=False)
    before = list(deferrals.written)
    kept.forget()
    kept.forget()
    await until_written()

    assert before == ["keep 5"]
    assert deferrals.written == ["keep 5", "forget 5"]


async def test_deferral_does_not_wait_for_a_locked_database() -> None:
    deferrals = FakeDeferrals(is_locked=True)
    kept = record(deferrals)

    await kept.keep(is_edit=False)
    kept.forget()
    before = list(deferrals.written)
    deferrals.lock.set()
    await until_written()

    assert before == []
    assert deferrals.written == ["keep 5", "forget 5"]


async def test_deferral_goes_on_where_the_database_fails() -> None:
    deferrals = FakeDeferrals()
    deferrals.is_failing = True

    await record(deferrals).keep(is_edit=False)

    assert deferrals.written == []
