"""Whatever happens in whatever order: nobody is granted too much, and everything adds up.

The ledger on a real database, beside a model made of dictionaries. Clocks change, months end,
moderators change their minds, processes die and others settle what they have left.
"""

import asyncio
import copy
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.core.answers.events import Ending, Usage
from bot.core.calendar.periods import Period
from bot.core.calendar.windows import window
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.messages.incoming_message import Place
from bot.core.models.tokens import RateCard
from bot.core.moderation.changes import Action
from bot.core.quota.allowance import AllowanceRequest, Charge
from bot.core.quota.errors import Blocked, QuotaExceeded
from bot.core.quota.limits import (
    NOTHING,
    Amounts,
    Limit,
    Measure,
    Requester,
    Subject,
    SubjectKind,
    Unit,
)
from bot.core.quota.rules import OperatorRules, default_limits
from bot.store.database import Connection, Database
from bot.store.moderation.audit import ModerationOrder
from bot.store.quota.ledger import Ledger
from bot.store.quota.reservations import ReservationRequest
from bot.store.schema.tables import audit
from tests.store import rulings
from tests.store.quota.quota_model import CEILING, EVERYTHING, LASTING, Model, Pool, Request
from tests.store.samples import BERLIN

T = TypeVar("T")
Outcome = object
Deed = tuple[Callable[[Connection], Awaitable[Outcome]], Callable[[Model], Outcome]]

_runs = itertools.count(1)  # each has servers, and years, of its own in the one database
_numbers = itertools.count(1)

ADA, GRACE, ARTIST, HELPER = 11, 12, 71, 72
ADAS_TOKENS = 3_000  # an hour, in the calm server
PRICE = 3_000_000  # micro-dollars a million tokens: three for each
ZONES = ("Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
_EVES = ((3, 31, 20), (10, 31, 20), (12, 31, 22), (2, 28, 20))  # of a change of clocks, or a month

_users = st.sampled_from([ADA, GRACE])
_channels = st.sampled_from([0, 1])
_measures = st.sampled_from([rulings.TOKENS_A_DAY, rulings.TOKENS_AN_HOUR]) | st.builds(
    Measure, unit=st.sampled_from(Unit), period=st.sampled_from(Period)
)
_kinds = st.sampled_from(
    [
        SubjectKind.USER,
        SubjectKind.ROLE,
        SubjectKind.EVERYONE,
        SubjectKind.CHANNEL,
        SubjectKind.SERVER,
    ]
)
_skews = st.sampled_from([0, 0, 0, 2])  # seconds that another process's clock is late
_any = st.integers(0, 10**6)  # picks one of what there is


def _scale(unit: Unit, hundreds: int) -> int:
    """An amount of about as many answers, in any unit."""
    return {
        Unit.TOKENS: hundreds * 100,
        Unit.DOLLARS: hundreds * 300,
        Unit.ANSWERS: hundreds // 20,
    }[unit]


class QuotaMachine(RuleBasedStateMachine):
    url: ClassVar[str]
    runner: ClassVar[asyncio.Runner]
    databases: ClassVar[list[Database]]  # two processes

    @initialize(
        eve=st.sampled_from(_EVES),
        default=st.sampled_from([6_000, 6_000, None]),
        caps=st.dictionaries(_measures, st.integers(20, 300), max_size=2),
        ceiling=st.sampled_from([None, 9_000, 20_000]),
    )
    def begin(
        self,
        eve: tuple[int, int, int],
        default: int | None,
        caps: dict[Measure, int],
        ceiling: int | None,
    ) -> None:
        run = next(_runs)
        self.busy, self.calm = 2 * run, 2 * run + 1  # nobody changes a limit in the calm server
        month, day, hour = eve
        # No run comes as far as the next one begins, by so many steps of a month.
        self.now = datetime(2026 + 5 * (run % 1_500), month, day, hour, tzinfo=UTC)
        if month in {3, 10}:  # the last Sunday
            self.now -= timedelta(days=self.now.isoweekday() % 7)
            self.now -= timedelta(days=1) if month == 3 else timedelta()
        house_caps = {each: _scale(each.unit, much) for each, much in caps.items()}
        self.model = Model(BERLIN, default, house_caps, ceiling)
        self.ledger = Ledger(
            BERLIN,
            OperatorRules(
                default=default_limits(default),
                caps=tuple(
                    Limit(subject=EVERYTHING, measure=measure, amount=amount)
                    for measure, amount in house_caps.items()
                ),
                server_ceiling=ceiling,
            ),
        )
        self.roles: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.resets: list[tuple[int, int, datetime]] = []
        self.changes: list[tuple[Action, int, Subject]] = []
        self.caps = {
            (self._channel(self.calm, 0), Measure(unit=Unit.TOKENS, period=Period.HOUR)): 9_000,
            (self._server(self.calm), Measure(unit=Unit.DOLLARS, period=Period.WEEK)): 60_000,
        }
        for (subject, measure), amount in self.caps.items():
            self._set_limit(self.calm, subject, measure, amount)
        self._set_limit(self.calm, rulings.user(ADA), rulings.TOKENS_AN_HOUR, ADAS_TOKENS)
        self._set_limit(self.calm, rulings.user(ADA), rulings.TOKENS_A_DAY, ADAS_TOKENS + 500)
        self.roles[self.busy, ADA] = {ARTIST, HELPER}
        for role, tokens in ((ARTIST, 4_000), (HELPER, 5_000)):
            self._set_limit(self.busy, rulings.role(role), rulings.TOKENS_A_DAY, tokens)
        for guild, unit in itertools.product((self.busy, self.calm), (Unit.TOKENS, Unit.ANSWERS)):
            self._grant(guild, rulings.user(ADA), unit, 100, hours=900)

    # -- answers ------------------------------------------------------------------------------

    @rule(
        user=_users,
        is_busy=st.booleans(),
        channel=_channels,
        wanted=st.integers(900, 9_000),
        smallest=st.integers(1, 900),
        price=st.sampled_from([PRICE, PRICE, None]),
        owner=st.sampled_from(["first", "second"]),
        skew=_skews,
    )
    def reserve(self, skew: int, **asked: Any) -> None:
        now = self.now - timedelta(seconds=skew)
        request = self._request(now=now, **asked)
        self._both(self._reserving(request, now))

    @rule(
        askers=st.lists(st.tuples(_users, _channels, st.booleans()), min_size=2, max_size=3),
        wanted=st.integers(900, 9_000),
        smallest=st.integers(1, 900),
        which=_any,
        share=st.integers(0, 12),
    )
    def race(
        self,
        askers: list[tuple[int, int, bool]],
        wanted: int,
        smallest: int,
        which: int,
        share: int,
    ) -> None:
        """All at once, in two processes: it must end as if one had come after the other."""
        deeds = []
        if self.model.open:
            message_id = self._pick(sorted(self.model.open), which)
            deeds.append(self._settling(message_id, self._used(message_id, share), PRICE))
        for user, channel, is_busy in askers:
            request = self._request(
                user=user,
                channel=channel,
                is_busy=is_busy,
                wanted=wanted,
                smallest=smallest,
                price=PRICE,
                owner="first",
                now=self.now,
            )
            deeds.append(self._reserving(request, self.now))
        outcomes = self._at_once([deed for deed, _ in deeds])
        for order in itertools.permutations(range(len(deeds))):
            model = copy.deepcopy(self.model)
            expected = {number: deeds[number][1](model) for number in order}
            if all(expected[number] == outcome for number, outcome in enumerate(outcomes)):
                self.model = model
                return
        raise AssertionError(f"no order of events explains {outcomes}")

    @rule(which=_any, share=st.integers(0, 14), price=st.sampled_from([PRICE, PRICE, None]))
    def settle(self, which: int, share: int, price: int | None) -> None:
        if not self.model.open:
            return
        message_id = self._pick(sorted(self.model.open), which)
        self._both(self._settling(message_id, self._used(message_id, share), price))

    @rule(which=_any)
    def settle_again(self, which: int) -> None:
        if not self.model.answers:
            return
        message_id = self._pick(sorted(self.model.answers), which)
        self._both(self._settling(message_id, 1_000, PRICE))

    @rule(which=_any)
    def ask_again(self, which: int) -> None:
        """A replayed event."""
        if not self.model.open and not self.model.answers:
            return
        message_id = self._pick(sorted([*self.model.open, *self.model.answers]), which)
        known = self.model.open.get(message_id)
        who = known.request.who if known else self.model.answers[message_id].who
        request = Request(message_id, who, 900, 1, PRICE, self.now + LASTING, "first")
        self._both(self._reserving(request, self.now))

    @rule(owner=st.sampled_from(["first", "second", "heir"]), share=st.integers(0, 12))
    def die_and_be_settled_by_others(self, owner: str, share: int) -> None:
        """A process ends at any point; another one settles what is left of it, now or later."""
        left = self._read(partial(self.ledger.open_reservations, owner=owner, now=self.now))
        mine = [each for each in left if each.place.guild_id in {self.busy, self.calm}]
        assert [each.message_id for each in mine] == self.model.left_open(owner, self.now)
        for each in mine:
            self._both(self._settling(each.message_id, each.tokens * share // 12, PRICE))

    @rule(user=_users, is_busy=st.booleans(), is_settling=st.booleans(), which=_any)
    def die_in_the_middle(self, user: int, is_busy: bool, is_settling: bool, which: int) -> None:
        """What a transaction had done when its process died has not happened."""
        if is_settling and self.model.open:
            deed, _ = self._settling(self._pick(sorted(self.model.open), which), 700, PRICE)
        else:
            request = self._request(
                user=user,
                is_busy=is_busy,
                channel=0,
                wanted=2_000,
                smallest=1,
                price=PRICE,
                owner="first",
                now=self.now,
            )
            deed, _ = self._reserving(request, self.now)

        async def die(tx: Connection) -> None:
            await deed(tx)
            raise _Died

        with suppress(_Died):
            self._at_once([die])

    @rule()
    def open_the_database_again(self) -> None:
        self.runner.run(_close())
        type(self).databases = self.runner.run(_open(self.url))

    # -- moderators ---------------------------------------------------------------------------

    @rule(kind=_kinds, which=_any, measure=_measures, hundreds=st.none() | st.integers(0, 150))
    def set_limit(
        self, kind: SubjectKind, which: int, measure: Measure, hundreds: int | None
    ) -> None:
        subject = self._subject(kind, which)
        if hundreds is not None or not subject.is_capped:
            amount = None if hundreds is None else _scale(measure.unit, hundreds)
            self._set_limit(self.busy, subject, measure, amount)

    @rule(kind=_kinds, which=_any)
    def clear_limits(self, kind: SubjectKind, which: int) -> None:
        subject = self._subject(kind, which)
        self._write(partial(rulings.clear_limits, subject=subject, guild_id=self.busy))
        if self.model.limits.pop((self.busy, subject), None):
            self.changes.append((Action.CLEAR_LIMIT, self.busy, subject))

    @rule(
        is_role=st.booleans(),
        which=_any,
        unit=st.sampled_from(Unit),
        hundreds=st.integers(10, 100),
        hours=st.sampled_from([1, 30, 900]),
        is_busy=st.booleans(),
    )
    def grant(
        self, is_role: bool, which: int, unit: Unit, hundreds: int, hours: int, is_busy: bool
    ) -> None:
        subject = self._subject(SubjectKind.ROLE if is_role else SubjectKind.USER, which)
        self._grant(self._guild(is_busy), subject, unit, hundreds, hours=hours)

    @rule(which=_any)
    def revoke(self, which: int) -> None:
        if not self.model.grants:
            return
        grant_id = self._pick(sorted(self.model.grants), which)
        pool = self.model.grants[grant_id]
        self._write(partial(rulings.revoke, grant_id=grant_id, guild_id=pool.guild_id))
        if grant_id not in self.model.revoked:
            self.changes.append((Action.REVOKE, pool.guild_id, pool.subject))
        self.model.revoked.add(grant_id)

    @rule(which=_any, share=st.integers(10, 12))
    def revoke_what_an_answer_draws_from(self, which: int, share: int) -> None:
        drawing = sorted(number for number, each in self.model.open.items() if each.grants)
        if not drawing:
            return
        message_id = self._pick(drawing, which)
        grants = self.model.open[message_id].grants
        self.revoke(which=sorted(self.model.grants).index(self._pick(grants, which)))
        self.settle(which=sorted(self.model.open).index(message_id), share=share, price=PRICE)

    @rule(
        kind=st.sampled_from(
            [SubjectKind.USER, SubjectKind.ROLE, SubjectKind.CHANNEL, SubjectKind.SERVER]
        ),
        which=_any,
        minutes=st.none() | st.sampled_from([1, 10, 600]),
    )
    def block_or_pause(self, kind: SubjectKind, which: int, minutes: int | None) -> None:
        subject = self._subject(kind, which)
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        self._write(partial(rulings.block, subject=subject, until=until, guild_id=self.busy))
        self.model.blocks[self.busy, subject] = until
        self.changes.append((Action.BLOCK, self.busy, subject))

    @rule()
    def unblock_all(self) -> None:
        for (guild, subject), until in self.model.blocks.items():
            self._write(partial(rulings.unblock, subject=subject, at=self.now, guild_id=guild))
            if until is None or until > self.now:
                self.changes.append((Action.UNBLOCK, guild, subject))
        self.model.blocks.clear()

    @rule(user=_users, role=st.sampled_from([ARTIST, HELPER]), is_busy=st.booleans())
    def gain_or_lose_a_role(self, user: int, role: int, is_busy: bool) -> None:
        self.roles[self._guild(is_busy), user] ^= {role}

    @rule(user=_users, is_busy=st.booleans())
    def reset(self, user: int, is_busy: bool) -> None:
        self.now += timedelta(milliseconds=1)  # no two resets are of one instant
        guild = self._guild(is_busy)
        given_back = self._write(partial(self.ledger.reset, order=self._moderation(guild, user)))
        assert given_back == self.model.reset(guild, user, self.now)
        self.resets.append((guild, user, self.now))

    @rule(which=_any)
    def unreset(self, which: int) -> None:
        if not self.resets:
            return
        self.now += timedelta(milliseconds=1)
        guild, user, of = self._pick(self.resets, which)
        self.resets.remove((guild, user, of))
        self._write(partial(self.ledger.unreset, order=self._moderation(guild, user), of=of))
        self.model.unreset(guild, user, of, self.now)

    @rule(zone=st.sampled_from(ZONES), is_busy=st.booleans())
    def move_to_another_zone(self, zone: str, is_busy: bool) -> None:
        guild = self._guild(is_busy)
        self._write(partial(rulings.set_zone, zone=zone, guild_id=guild))
        before = self.model.zones.get(guild)
        if before is None or before.key != zone:
            self.changes.append((Action.SET_PREFERENCE, guild, rulings.server(guild)))
        self.model.zones[guild] = ZoneInfo(zone)

    # -- time ---------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 4, 11, 61, 9 * 60, 27 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(period=st.sampled_from(Period), seconds=st.sampled_from([-1, 0, 1]))
    def come_to_the_end_of_a_window(self, period: Period, seconds: int) -> None:
        zone = self.model.zones.get(self.busy, BERLIN)
        end = window(period, self.now + timedelta(seconds=2), zone).resets_at
        self.now = end + timedelta(seconds=seconds)

    @rule(
        user=_users,
        is_busy=st.booleans(),
        wanted=st.integers(900, 9_000),
        period=st.sampled_from(Period),
    )
    def ask_on_both_sides_of_the_end_of_a_window(self, period: Period, **asked: Any) -> None:
        self.come_to_the_end_of_a_window(period=period, seconds=-1)
        for _ in range(2):
            request = self._request(
                **asked, channel=0, smallest=1, price=PRICE, owner="first", now=self.now
            )
            self._both(self._reserving(request, self.now))
            self.now += timedelta(seconds=2)

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def every_standing_is_what_the_model_says(self) -> None:
        for guild, user in itertools.product((self.busy, self.calm), (ADA, GRACE)):
            who = self._requester(guild, user, 0)
            told = self._read(partial(self.ledger.explain, requester=who, now=self.now))
            standings = [
                (
                    _named(each.limit),
                    each.limit.measure,
                    each.amount,
                    each.window.key,
                    each.spent,
                    each.reserved,
                    each.granted,
                )
                for each in told.standings
            ]
            assert sorted(standings, key=str) == sorted(
                self.model.standings(who, self.now), key=str
            )
            assert (told.block is not None) == self.model.is_blocked(who, self.now)
            assert [(each.id, each.left) for each in told.rules.grants] == [
                (each, self.model.left_of(each, user))
                for each in self.model.grants_of(who, self.now)
            ]

    @invariant()
    def what_nobody_changed_was_overrun_by_no_more_than_was_used_beyond_reservations(self) -> None:
        caps = [*self.caps.items()]
        caps += [((EVERYTHING, measure), most) for measure, most in self.model.house_caps.items()]
        for (subject, measure), amount in caps:
            for used, excess in self._sums(subject, measure):
                assert used <= amount + excess
        for used, excess in self._sums(rulings.user(ADA), rulings.TOKENS_AN_HOUR):
            assert used <= ADAS_TOKENS + excess
        for used, excess in self._sums(rulings.user(GRACE), rulings.TOKENS_A_DAY):
            assert self.model.default is None or used <= self.model.default + excess

    @invariant()
    def no_server_was_granted_more_than_the_operators_ceiling_in_a_day(self) -> None:
        """Not even the one whose moderators have changed everything."""
        used: dict[tuple[int, datetime], int] = defaultdict(int)
        for each in self.model.answers.values():
            within = each.used - each.excess
            used[each.who.guild_id, self.model.day_of(each.keys)] += within.tokens
        for amount in used.values():
            assert self.model.ceiling is None or amount <= self.model.ceiling

    def teardown(self) -> None:
        if not hasattr(self, "ledger"):
            return
        assert self._read(self.ledger.verify) == []
        assert self._read(self._audited) == self.changes
        a_while_later = self.now + LASTING
        for guild, user in itertools.product((self.busy, self.calm), (ADA, GRACE)):
            who = self._requester(guild, user, 0)
            told = self._read(partial(self.ledger.explain, requester=who, now=a_while_later))
            assert [each.reserved for each in told.standings] == [0] * len(told.standings)

    async def _audited(self, conn: Connection) -> list[tuple[Action, int, Subject]]:
        rows = await conn.execute(
            select(audit).where(audit.c.guild_id.in_([self.busy, self.calm])).order_by(audit.c.id)
        )
        return [
            (
                Action(row.action),
                row.guild_id,
                Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
            )
            for row in rows
        ]

    # -- how ----------------------------------------------------------------------------------

    def _sums(self, subject: Subject, measure: Measure) -> list[tuple[int, int]]:
        """Used and excess of each window, in the calm server; of a user, less drawn and forgiven."""
        used: dict[datetime, int] = defaultdict(int)
        excess: dict[datetime, int] = defaultdict(int)
        for each in self.model.answers.values():
            if subject != EVERYTHING and each.who.guild_id != self.calm:
                continue
            if subject.kind is SubjectKind.CHANNEL and each.who.channel_id != subject.id:
                continue
            if subject.kind is SubjectKind.USER and each.who.user_id != subject.id:
                continue
            key = each.keys[measure.period]
            counted = each.used - (each.drawn if subject.kind is SubjectKind.USER else NOTHING)
            used[key] += counted.of(measure.unit)
            excess[key] += (each.excess + each.lost).of(measure.unit)
        for forgiven in self.model.forgiven:
            if (forgiven.guild_id, forgiven.user_id) == (self.calm, subject.id):
                # By a moderator's word, it may be used once more.
                much = abs(forgiven.amounts.of(measure.unit))
                if measure.period in forgiven.keys:
                    excess[forgiven.keys[measure.period]] += much
        return [(used[key], excess[key]) for key in used]

    def _request(
        self,
        *,
        user: int,
        is_busy: bool,
        channel: int,
        wanted: int,
        smallest: int,
        price: int | None,
        owner: str,
        now: datetime,
    ) -> Request:
        who = self._requester(self._guild(is_busy), user, channel)
        return Request(next(_numbers), who, wanted, smallest, price, now + LASTING, owner)

    def _reserving(self, request: Request, now: datetime) -> Deed:
        who, price = request.who, request.price
        asked = ReservationRequest(
            message_id=request.message_id,
            # In a thread.
            place=Place(
                guild_id=who.guild_id, channel_id=who.channel_id + 5, parent_id=who.channel_id
            ),
            requester=who,
            wanted=AllowanceRequest(
                tokens=request.wanted,
                smallest=request.smallest,
                prices=None if price is None else RateCard(input=price, output=price),
            ),
            expires_at=request.expires_at,
            model="gpt-test",
            owner=request.owner,
        )

        async def reserve(tx: Connection) -> Amounts:
            return (await self.ledger.reserve(tx, asked, now=now)).allowance.held

        return reserve, lambda model: model.reserve(request, now)

    def _settling(self, message_id: int, used: int, price: int | None) -> Deed:
        cost = None if price is None else used * price // 1_000_000
        usage = Usage(input_tokens=used - used // 3, output_tokens=used // 3)
        told = Charge(ending=Ending.COMPLETED, model="gpt", usage=usage, cost_microusd=cost)
        now = self.now

        async def settle(tx: Connection) -> set[tuple[Subject, int]] | None:
            settled = await self.ledger.settle(tx, message_id, told, now=now)
            if settled is None:
                return None
            return {(_named(each.limit), each.percent) for each in settled.crossings}

        amounts = Amounts(tokens=used, microusd=cost or 0, answers=1 if used else 0)
        return settle, lambda model: model.settle(message_id, amounts, now)

    def _used(self, message_id: int, share: int) -> int:
        """Up to a little more than was held."""
        return self.model.open[message_id].held.tokens * share // 12

    def _both(self, deed: Deed) -> None:
        (outcome,) = self._at_once([deed[0]])
        assert outcome == deed[1](self.model)

    def _at_once(
        self, deeds: Sequence[Callable[[Connection], Awaitable[Outcome]]]
    ) -> list[Outcome]:
        async def do(number: int, deed: Callable[[Connection], Awaitable[Outcome]]) -> Outcome:
            try:
                async with self.databases[number % 2].transaction() as tx:
                    return await deed(tx)
            except QuotaExceeded:
                return "refused"
            except Blocked:
                return "blocked"
            except AlreadyAnswered:
                return "answered"

        async def run() -> list[Outcome]:
            return await asyncio.gather(*(do(*each) for each in enumerate(deeds)))

        return self.runner.run(run())

    def _set_limit(
        self, guild: int, subject: Subject, measure: Measure, amount: int | None
    ) -> None:
        self._write(
            partial(
                rulings.set_limit, subject=subject, amount=amount, measure=measure, guild_id=guild
            )
        )
        self.model.set_limit(guild, subject, measure, amount)
        self.changes.append((Action.SET_LIMIT, guild, subject))

    def _grant(
        self, guild: int, subject: Subject, unit: Unit, hundreds: int, *, hours: int
    ) -> None:
        amount, expiry = _scale(unit, hundreds) or 1, self.now + timedelta(hours=hours)
        grant_id = self._write(
            partial(
                rulings.grant,
                subject=subject,
                amount=amount,
                unit=unit,
                expires_at=expiry,
                guild_id=guild,
            )
        )
        self.model.grants[grant_id] = Pool(guild, subject, unit, amount, expiry)
        self.changes.append((Action.GRANT, guild, subject))

    def _guild(self, is_busy: bool) -> int:
        return self.busy if is_busy else self.calm

    def _requester(self, guild: int, user: int, channel: int) -> Requester:
        return Requester(
            guild_id=guild,
            user_id=user,
            role_ids=tuple(sorted(self.roles[guild, user])),
            channel_id=self._channel(guild, channel).id,
        )

    def _subject(self, kind: SubjectKind, which: int) -> Subject:
        match kind:
            case SubjectKind.USER:
                return rulings.user((ADA, GRACE)[which % 2])
            case SubjectKind.ROLE:
                return rulings.role((ARTIST, HELPER)[which % 2])
            case SubjectKind.CHANNEL:
                return self._channel(self.busy, which % 2)
            case _:
                return Subject(kind=kind, id=self.busy)

    def _channel(self, guild: int, number: int) -> Subject:
        return rulings.channel(guild * 100 + number)

    def _server(self, guild: int) -> Subject:
        return rulings.server(guild)

    def _moderation(self, guild: int, user: int) -> ModerationOrder:
        return ModerationOrder(guild_id=guild, subject_id=user, by=99, at=self.now)

    def _pick(self, of: Sequence[T], which: int) -> T:
        return of[which % len(of)]

    def _write(self, use: Callable[[Connection], Awaitable[T]]) -> T:
        async def run() -> T:
            async with self.databases[0].transaction() as tx:
                return await use(tx)

        return self.runner.run(run())

    def _read(self, use: Callable[[Connection], Awaitable[T]]) -> T:
        async def run() -> T:
            async with self.databases[0].reading() as conn:
                return await use(conn)

        return self.runner.run(run())


def _named(limit: Limit) -> Subject:
    return CEILING if limit.is_ceiling else limit.subject


class _Died(Exception):
    pass


class _Openings:
    """The contexts of the databases, to be left in another call than they are entered in."""

    open: ClassVar[list[Any]] = []


async def _open(url: str) -> list[Database]:
    _Openings.open = [Database.open(url) for _ in range(2)]
    return [await each.__aenter__() for each in _Openings.open]


async def _close() -> None:
    for each in _Openings.open:
        await each.__aexit__(None, None, None)


def _run(url: str, *, examples: int, steps: int) -> None:
    with asyncio.Runner(debug=False) as runner:  # watching each step would take most of the time
        QuotaMachine.url, QuotaMachine.runner = url, runner
        QuotaMachine.databases = runner.run(_open(url))
        try:
            run_state_machine_as_test(
                QuotaMachine,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    suppress_health_check=[HealthCheck.too_slow],
                ),
            )
        finally:
            runner.run(_close())


def test_no_order_of_events_grants_more_than_a_limit(url: str) -> None:
    _run(url, examples=5, steps=15)


@pytest.mark.proof
def test_very_many_orders_of_events_grant_no_more(url: str) -> None:
    _run(url, examples=25, steps=30)
