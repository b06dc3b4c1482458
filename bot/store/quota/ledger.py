"""The ledger: who may use how much, who has, and the proof that it adds up.

A reservation row holds an allowance back while an answer is written; settling replaces it by a
row of the append-only ledger and adds that to the counters of the windows the reservation was made
in, all in the caller's transaction. The message id is the key of all three steps, so a replayed
event, a second process or a second settlement changes nothing.

Locks: the user first, before anything is read; then the subjects of the caps that bind, before any
figure is; then counters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.answers.events import NOTHING_USED
from bot.core.calendar.periods import Period
from bot.core.calendar.time_zones import zone_or
from bot.core.calendar.windows import window, windows
from bot.core.conversation.errors import AlreadyAnswered
from bot.core.conversation.recovery import Account
from bot.core.quota.allowance import Allowance, Charge, Crossing, crossing, grant_allowance
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import (
    NOTHING,
    Amounts,
    Grant,
    Limit,
    Requester,
    Rules,
    Subject,
    SubjectKind,
)
from bot.core.quota.rules import OperatorRules, Ruling, find_block, rule
from bot.core.quota.standings import Standing, with_reserved
from bot.store.moderation.audit import ModerationOrder
from bot.store.moderation.locks import lock
from bot.store.quota import bookings, figures, grant_use, proof, reservations, rules
from bot.store.quota.counters import Keys
from bot.store.quota.figures import Zones
from bot.store.quota.proof import Difference
from bot.store.quota.reservations import NotedReply, OpenReservation, ReservationRequest
from bot.store.quota.rules import RequesterRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserved:
    """A granted reservation, and the standings with it counted in."""

    allowance: Allowance
    standings: tuple[Standing, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The standings after an answer, and the caps of which it has passed a share to warn of."""

    standings: tuple[Standing, ...]
    crossings: tuple[Crossing, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaExplanation:
    """All that decides about a requester at this moment."""

    block: Blocked | None
    rules: Rules
    ruling: Ruling
    standings: tuple[Standing, ...]  # of the limits first, then of the caps
    zone: ZoneInfo


class Ledger:
    """Windows are those of the server's own zone, or of `zone`; a ceiling's day is always of `zone`."""

    def __init__(self, zone: ZoneInfo, operator: OperatorRules) -> None:
        self._zone = zone
        self._operator = operator

    def ceiling(self, guild_id: int) -> Limit | None:
        """The operator's limit on a server, whatever its moderators set."""
        return self._operator.ceiling(guild_id)

    async def explain(
        self, conn: AsyncConnection, requester: Requester, *, now: datetime
    ) -> QuotaExplanation:
        found = await rules.read(conn, requester, now=now)
        return await self._explain(conn, requester, found, now)

    async def _explain(
        self, conn: AsyncConnection, requester: Requester, found: RequesterRules, now: datetime
    ) -> QuotaExplanation:
        ruling = rule(found.rules, requester, self._operator)
        zones = self._zones(found)
        held = await figures.standings(conn, ruling, requester, now=now, zones=zones)
        return QuotaExplanation(
            block=find_block(found.rules, requester, self._operator, now),
            rules=found.rules,
            ruling=ruling,
            standings=held,
            zone=zones.server,
        )

    async def reserve(
        self, tx: AsyncConnection, request: ReservationRequest, *, now: datetime
    ) -> Reserved:
        """Grant an allowance and hold it back; after a refusal `tx` is to be rolled back.

        Raises AlreadyAnswered where the message has a reservation or a ledger row, Blocked, and
        QuotaExceeded where the smallest answer does not fit under one of the limits.
        """
        requester = request.requester
        # What is left of their grants is among the rules.
        await lock(tx, requester.guild_id, [_user(requester.user_id)])
        found = await rules.read(tx, requester, now=now, message_id=request.message_id)
        if found.is_known:
            raise AlreadyAnswered
        block = find_block(found.rules, requester, self._operator, now)
        if block is not None:
            raise block
        ruling = rule(found.rules, requester, self._operator)
        zones = self._zones(found)
        await lock(tx, requester.guild_id, (cap.subject for cap in ruling.caps))
        held = await figures.standings(tx, ruling, requester, now=now, zones=zones)
        allowance = grant_allowance(held, request.wanted, is_direct=requester.is_direct)
        await reservations.add(
            tx,
            request,
            allowance,
            keys={period: each.key for period, each in windows(now, zones.server).items()},
            drawing=grant_use.encode_terms(ruling),
            now=now,
        )
        return Reserved(allowance=allowance, standings=with_reserved(held, allowance.held))

    async def note_request(
        self, tx: AsyncConnection, message_id: int, *, input_estimate: int
    ) -> None:
        """Note how many tokens have been sent so far, should nobody live to settle it."""
        await reservations.note_request(tx, message_id, input_estimate=input_estimate)

    async def note_reply(
        self,
        tx: AsyncConnection,
        message_id: int,
        *,
        channel_id: int,
        reply_message_id: int,
        input_estimate: int | None = None,
        model: str | None = None,
    ) -> None:
        """Note where the answer appears, should nobody live to finish it.

        `input_estimate` is what has been sent so far, and `model` what answers it.
        """
        reply = NotedReply(
            channel_id=channel_id,
            message_id=reply_message_id,
            input_estimate=input_estimate,
            model=model,
        )
        await reservations.note_reply(tx, message_id, reply)

    async def settle(
        self,
        tx: AsyncConnection,
        message_id: int,
        charge: Charge,
        *,
        now: datetime,
        role_ids: tuple[int, ...] = (),
    ) -> Settled | None:
        """Book what was used, all of it, and return the standings after it.

        The charge goes to the windows the reservation was made in. None, and nothing is booked,
        where there is no open reservation: it has been settled before. `role_ids` are for the
        standings, and for grants that were given since it was made.
        """
        reservation = await reservations.take(tx, message_id)
        if reservation is None:
            return None
        requester = _requester(reservation, role_ids)
        found = await rules.read(tx, requester, now=now)
        taken = await self._take_from_grants(tx, reservation, found.rules.grants, charge.amounts)
        await bookings.book(tx, reservation, charge, exempt=taken, now=now)
        if taken != NOTHING:  # and so less is left of the grants
            found = await rules.read(tx, requester, now=now)
        after = await self._explain(tx, requester, found, now)
        keys = bookings.keys_in(reservation)
        return Settled(
            standings=after.standings,
            crossings=self._crossings(after.standings, charge.amounts, keys),
        )

    async def settle_as_borne(
        self, tx: AsyncConnection, message_id: int, charge: Charge, *, now: datetime
    ) -> bool:
        """Book what an attempt used that a crash has ended, at the operator's expense.

        The question may be admitted anew afterwards. False, and nothing is booked, where there is
        no open reservation.
        """
        reservation = await reservations.take(tx, message_id)
        if reservation is None:
            return False
        if charge.usage != NOTHING_USED:
            await bookings.book_borne(tx, reservation, charge, now=now)
        return True

    async def _take_from_grants(
        self,
        tx: AsyncConnection,
        reservation: RowMapping,
        granted: Iterable[Grant],
        used: Amounts,
    ) -> Amounts:
        """Use what was granted when the answer was admitted, then what is granted by now."""
        if reservation["drawing"] is None:
            return NOTHING
        terms = grant_use.decode_terms(reservation["drawing"])
        terms = replace(
            terms, grants=tuple(dict.fromkeys([*terms.grants, *(each.id for each in granted)]))
        )
        if not terms.grants:
            return NOTHING
        requester = _requester(reservation, ())
        await lock(tx, requester.guild_id, [_user(requester.user_id)])
        before = await figures.spent_in(
            tx, terms.limits, requester, keys=bookings.keys_in(reservation)
        )
        return await grant_use.take_from_grants(tx, reservation, terms, before, used)

    async def open_reservations(
        self, conn: AsyncConnection, *, owner: str, now: datetime
    ) -> list[OpenReservation]:
        """Those of `owner`, and those of dead processes that have expired; oldest first."""
        return await reservations.find_left_open(conn, owner=owner, now=now)

    async def find_account(
        self, conn: AsyncConnection, message_id: int
    ) -> tuple[Account, OpenReservation | None]:
        """Find how far the answer to that message is known, and its open reservation."""
        reservation = await reservations.find(conn, message_id)
        if reservation is not None:
            return Account.OPEN, reservation
        if await bookings.is_settled(conn, message_id):
            return Account.SETTLED, None
        is_borne = await bookings.is_borne(conn, message_id)
        return (Account.BORNE if is_borne else Account.NONE), None

    async def reset(self, tx: AsyncConnection, order: ModerationOrder) -> Amounts:
        """Forgive a user what counts today against their limits; returns how much it was.

        It stays spent in all reports and under all caps, and what answers hold stays reserved.
        """
        guild_id, user_id = order.guild_id, order.subject_id
        requester = Requester(guild_id=guild_id, user_id=user_id)
        await lock(tx, guild_id, [_user(user_id)])
        found = await rules.read(tx, requester, now=order.at)
        zone = self.zone_of(found)
        keys = {period: each.key for period, each in windows(order.at, zone).items()}
        counts = await figures.spent_today(tx, requester, keys=keys)
        await bookings.forgive(tx, guild_id, user_id, bookings.split(counts, keys), order.at)
        return counts.get(Period.DAY, NOTHING)

    async def unreset(self, tx: AsyncConnection, order: ModerationOrder, *, of: datetime) -> None:
        """Let count again what was forgiven at the instant `of`."""
        guild_id, user_id = order.guild_id, order.subject_id
        await lock(tx, guild_id, [_user(user_id)])
        forgiven = await bookings.find_forgiven(tx, guild_id, user_id, of)
        back = [(keys, -amounts) for keys, amounts in forgiven]
        await bookings.forgive(tx, guild_id, user_id, back, order.at)

    async def verify(self, conn: AsyncConnection) -> list[Difference]:
        """Prove that counters and ledger agree: an empty list."""
        return await proof.differences(conn)

    def zone_of(self, found: RequesterRules) -> ZoneInfo:
        """The server's; a zone that is no longer known gives way to the operator's."""
        return zone_or(self._zone, found.zone)

    def _zones(self, found: RequesterRules) -> Zones:
        return Zones(server=self.zone_of(found), operator=self._zone)

    def _crossings(
        self, standings: Iterable[Standing], used: Amounts, keys: Keys
    ) -> tuple[Crossing, ...]:
        """By what the answer has added; the counters' rows are locked, so nobody else sees the same."""
        day = window(Period.DAY, keys[Period.HOUR], self._zone)
        found = []
        for each in standings:
            measure = each.limit.measure
            key = day.key if each.limit.is_ceiling else keys[measure.period]
            if not each.limit.subject.is_capped or each.window.key != key:
                continue
            added = used.of(measure.unit)
            passed = crossing(each.limit, each.window, before=each.spent - added, after=each.spent)
            if passed is not None:
                found.append(passed)
        return tuple(found)


def _user(user_id: int) -> Subject:
    return Subject(kind=SubjectKind.USER, id=user_id)


def _requester(reservation: RowMapping, role_ids: tuple[int, ...]) -> Requester:
    parent, channel = reservation["parent_id"], reservation["channel_id"]
    return Requester(
        guild_id=reservation["guild_id"],
        user_id=reservation["user_id"],
        role_ids=role_ids,
        channel_id=channel if parent is None else parent,
    )
