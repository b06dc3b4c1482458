"""The ledger: who may use how many tokens, who has, and the proof that it adds up.

A reservation row holds an allowance back while an answer is written; settling replaces it by a
row of the append-only ledger and adds that to the counter of the window the reservation was made
in, all in the caller's transaction. The message id is the key of all three steps, so a replayed
event, a second process or a second settlement changes nothing.

Locks: the subject's counter first, before any figure is read.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import AlreadyAnswered
from bot.core.quota import Allowance, Charge, Standing, day_window, grant_allowance
from bot.store import counters, figures, limits, reservations
from bot.store.audit import Action, Moderation, record
from bot.store.counters import CounterKey, Difference, Totals
from bot.store.figures import Figures
from bot.store.limits import OwnLimit
from bot.store.reservations import OpenReservation, Reply, ReservationRequest
from bot.store.tables import ledger

_INSERT = insert(ledger).inline()  # the row's id is of no use


@dataclass(frozen=True, kw_only=True, slots=True)
class Reserved:
    """A granted reservation, and the standing with it counted in."""

    allowance: Allowance
    standing: Standing


class Ledger:
    """Limits count in calendar days of `zone`; `default_amount` None means unlimited."""

    def __init__(self, zone: ZoneInfo, default_amount: int | None) -> None:
        self._zone = zone
        self._default_amount = (
            default_amount  # tokens a day, for users without a limit of their own
        )

    async def standing(
        self, conn: AsyncConnection, *, guild_id: int, user_id: int, now: datetime
    ) -> Standing:
        key = self._key(guild_id, user_id, now)
        return self._standing(await figures.read(conn, key, now=now), now)

    async def reserve(
        self, tx: AsyncConnection, request: ReservationRequest, *, now: datetime
    ) -> Reserved:
        """Grant an allowance and hold it back; after a refusal `tx` is to be rolled back.

        Raises AlreadyAnswered where the message has a reservation or a ledger row, and
        QuotaExceeded where less than `request.smallest` is left.
        """
        key = self._key(request.place.guild_id, request.user_id, now)
        await counters.lock_for_update(tx, key)
        found = await figures.read_for_admission(tx, key, message_id=request.message_id, now=now)
        if found.is_known:
            raise AlreadyAnswered
        standing = self._standing(found, now)
        allowance = grant_allowance([standing], wanted=request.wanted, smallest=request.smallest)
        await reservations.add(tx, request, allowance, now=now)
        held = replace(standing, reserved=standing.reserved + allowance.tokens)
        return Reserved(allowance=allowance, standing=held)

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
        reply = Reply(
            channel_id=channel_id,
            message_id=reply_message_id,
            input_estimate=input_estimate,
            model=model,
        )
        await reservations.note_reply(tx, message_id, reply)

    async def settle(
        self, tx: AsyncConnection, message_id: int, charge: Charge, *, now: datetime
    ) -> Standing | None:
        """Book what was used, all of it, and return today's standing.

        The charge goes to the window the reservation was made in. None, and nothing is booked,
        where there is no open reservation: it has been settled before.
        """
        reservation = await reservations.take(tx, message_id)
        if reservation is None:
            return None
        await tx.execute(_INSERT, _usage_row(reservation, charge, now))
        key = CounterKey(
            guild_id=reservation["guild_id"],
            subject_id=reservation["user_id"],
            window_starts_at=reservation["window_starts_at"],
        )
        used = Totals(
            tokens=charge.usage.total_tokens, microusd=charge.cost_microusd or 0, answers=1
        )
        await counters.add(tx, key, used)
        return await self.standing(tx, guild_id=key.guild_id, user_id=key.subject_id, now=now)

    async def open_reservations(
        self, conn: AsyncConnection, *, owner: str, now: datetime
    ) -> list[OpenReservation]:
        """Those of `owner`, and anybody's that have expired; oldest first."""
        return await reservations.find_left_open(conn, owner=owner, now=now)

    async def set_limit(
        self, tx: AsyncConnection, moderation: Moderation, *, amount: int | None
    ) -> OwnLimit | None:
        """Give the subject a limit of its own (None: unlimited); returns the one before."""
        await self._lock(tx, moderation)
        return await limits.put(tx, moderation, amount=amount)

    async def clear_limit(self, tx: AsyncConnection, moderation: Moderation) -> OwnLimit | None:
        """Let the default apply again; returns the limit that is gone."""
        await self._lock(tx, moderation)
        return await limits.remove(tx, moderation)

    async def reset(self, tx: AsyncConnection, moderation: Moderation) -> int:
        """Give back what was spent in the present window; returns how many tokens.

        Money stays spent, and what answers hold reserved stays reserved.
        """
        key = await self._lock(tx, moderation)
        spent = (await figures.read(tx, key, now=moderation.at)).spent
        if spent:
            await tx.execute(_INSERT, _reset_row(key, -spent, moderation.at))
            await counters.add(tx, key, Totals(tokens=-spent, microusd=0, answers=0))
        await record(tx, moderation, Action.RESET, before={"spent": spent}, after={"spent": 0})
        return spent

    async def verify(self, conn: AsyncConnection) -> list[Difference]:
        """Prove that counters and ledger agree: an empty list."""
        return await counters.differences(conn)

    async def _lock(self, tx: AsyncConnection, moderation: Moderation) -> CounterKey:
        key = self._key(moderation.guild_id, moderation.subject_id, moderation.at)
        await counters.lock_for_update(tx, key)
        return key

    def _key(self, guild_id: int, user_id: int, now: datetime) -> CounterKey:
        starts_at = day_window(now, self._zone).starts_at
        return CounterKey(guild_id=guild_id, subject_id=user_id, window_starts_at=starts_at)

    def _standing(self, found: Figures, now: datetime) -> Standing:
        return Standing(
            amount=found.own_amount if found.is_own else self._default_amount,
            spent=found.spent,
            reserved=found.reserved,
            window=day_window(now, self._zone),
            is_own=found.is_own,
        )


def _usage_row(reservation: RowMapping, charge: Charge, now: datetime) -> dict[str, object]:
    usage = charge.usage
    return {
        "kind": "usage",
        "message_id": reservation["message_id"],
        "guild_id": reservation["guild_id"],
        "channel_id": reservation["channel_id"],
        "user_id": reservation["user_id"],
        "model": charge.model,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "tokens": usage.total_tokens,
        "cost_microusd": charge.cost_microusd,
        "is_estimated": charge.is_estimated,
        "ending": charge.ending,
        "window_starts_at": reservation["window_starts_at"],
        "admitted_at": reservation["created_at"],
        "settled_at": now,
    }


def _reset_row(key: CounterKey, tokens: int, now: datetime) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens"), 0
    )
    return {
        **nothing,
        "kind": "reset",
        "guild_id": key.guild_id,
        "user_id": key.subject_id,
        "tokens": tokens,
        "is_estimated": False,
        "window_starts_at": key.window_starts_at,
        "settled_at": now,
    }
