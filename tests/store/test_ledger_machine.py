"""Whatever happens in whatever order: nobody is granted too much, and the ledger adds up."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core.errors import QuotaExceeded
from bot.core.limits import Requester
from bot.core.messages import Place
from bot.core.windows import day_window
from bot.store.audit import Moderation
from bot.store.database import Connection, Database
from tests.store.samples import BERLIN, LIMIT, NOW, ask, charge, ledger

_servers = itertools.count(1)  # each run has a server of its own in the one database
_messages = itertools.count(1)
_users = st.sampled_from([11, 12])

T = TypeVar("T")
Account = tuple[int, datetime]  # a user in a window


@dataclass(frozen=True)
class Held:
    account: Account
    tokens: int
    expires_at: datetime


class LedgerMachine(RuleBasedStateMachine):
    """The ledger, beside a few dictionaries that say the same in a simpler way."""

    database: Database
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.server = next(_servers)
        self.now = NOW
        self.held: dict[int, Held] = {}
        self.spent: dict[Account, int] = defaultdict(int)
        self.excess: dict[Account, int] = defaultdict(int)  # used, though not held back

    @rule(user_id=_users, wanted=st.integers(900, LIMIT), smallest=st.integers(1, 900))
    def reserve(self, user_id: int, wanted: int, smallest: int) -> None:
        place = Place(guild_id=self.server, channel_id=1)
        request = ask(
            next(_messages),
            user_id=user_id,
            wanted=wanted,
            smallest=smallest,
            now=self.now,
            place=place,
        )
        account = self._account(user_id)
        left = max(0, LIMIT - self.spent[account] - self._reserved(account))
        try:
            reserved = self._write(lambda tx: ledger().reserve(tx, request, now=self.now))
        except QuotaExceeded:
            assert left < smallest
            return
        assert reserved.allowance.tokens == min(wanted, left)
        self.held[request.message_id] = Held(account, reserved.allowance.tokens, request.expires_at)

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 100), used=st.integers(0, 12_000))
    def settle(self, which: int, used: int) -> None:
        message_id = sorted(self.held)[which % len(self.held)]
        held = self.held.pop(message_id)
        self._write(lambda tx: ledger().settle(tx, message_id, charge(used), now=self.now))
        self.spent[held.account] += used
        still_held = held.tokens if held.expires_at > self.now else 0
        self.excess[held.account] += max(0, used - still_held)

    @rule(which=st.integers(1, 100))
    def settle_again(self, which: int) -> None:
        message_id = 10**15 + which  # nobody has reserved for it
        again = self._write(lambda tx: ledger().settle(tx, message_id, charge(1_000), now=self.now))
        assert again is None

    @rule(user_id=_users)
    def reset(self, user_id: int) -> None:
        moderation = Moderation(guild_id=self.server, subject_id=user_id, by=99, at=self.now)
        account = self._account(user_id)
        given_back = self._write(lambda tx: ledger().reset(tx, moderation))
        assert given_back.tokens == self.spent[account]
        self.spent[account] = 0

    @rule(minutes=st.sampled_from([1, 5, 11, 60, 9 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def every_standing_is_what_was_reserved_and_used(self) -> None:
        for user_id in (11, 12):
            requester = Requester(guild_id=self.server, user_id=user_id)
            explained = self._read(partial(ledger().explain, requester=requester, now=self.now))
            (standing,) = explained.standings
            account = self._account(user_id)
            assert standing.spent == self.spent[account]
            assert standing.reserved == self._reserved(account)
            assert standing.spent + standing.reserved <= LIMIT + self.excess[account]

    @invariant()
    def counters_and_ledger_agree(self) -> None:
        assert self._read(ledger().verify) == []

    def _account(self, user_id: int) -> Account:
        return user_id, day_window(self.now, BERLIN).starts_at

    def _reserved(self, account: Account) -> int:
        return sum(
            held.tokens
            for held in self.held.values()
            if held.account == account and held.expires_at > self.now
        )

    def _write(self, use: Callable[[Connection], Awaitable[T]]) -> T:
        async def run() -> T:
            async with self.database.transaction() as tx:
                return await use(tx)

        return self.runner.run(run())

    def _read(self, use: Callable[[Connection], Awaitable[T]]) -> T:
        async def run() -> T:
            async with self.database.reading() as conn:
                return await use(conn)

        return self.runner.run(run())


def test_ledger_under_any_order_of_events_grants_no_more_than_the_limit(url: str) -> None:
    with asyncio.Runner() as runner:
        opening = Database.open(url)
        LedgerMachine.runner, LedgerMachine.database = runner, runner.run(opening.__aenter__())
        try:
            run_state_machine_as_test(
                LedgerMachine,
                settings=settings(
                    max_examples=8,
                    stateful_step_count=15,
                    deadline=None,
                    database=None,
                    suppress_health_check=[HealthCheck.too_slow],
                ),
            )
        finally:
            runner.run(opening.__aexit__(None, None, None))
