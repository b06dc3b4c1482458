"""Use of grants: they pay for what of an answer its limits do not cover."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, RowMapping, bindparam, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.calendar.periods import Period
from bot.core.quota.allowance import needed_from_grants
from bot.core.quota.limits import NOTHING, Amounts, Limit, Measure, Subject, SubjectKind, Unit
from bot.core.quota.rules import Ruling
from bot.core.quota.standings import Standing
from bot.store.schema.tables import draws

_INSERT = insert(draws)

_LEFT = text("""
    SELECT id, unit, CASE WHEN revoked_at IS NULL THEN amount ELSE 0 END AS amount,
           (SELECT CAST(SUM(draws.amount) AS BIGINT) FROM draws
            WHERE draws.grant_id = grants.id AND draws.user_id = :user) AS used
    FROM grants WHERE id IN :grants
""").bindparams(
    bindparam("user", type_=BigInteger), bindparam("grants", type_=BigInteger, expanding=True)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantTerms:
    """Limits and grants of an answer, as they were when it was admitted; more may be granted since."""

    limits: tuple[Limit, ...]  # that bound it; the subjects are not kept
    grants: tuple[int, ...]  # in the order in which they are used


def encode_terms(ruling: Ruling) -> str | None:
    """As JSON, for the reservation's row; None where nothing is limited, and no grant is used."""
    if not ruling.limits:
        return None
    limits = [
        [limit.measure.unit.value, limit.measure.period.value, limit.amount]
        for limit in ruling.limits
    ]
    return json.dumps({"limits": limits, "grants": [grant.id for grant in ruling.grants]})


def decode_terms(written: str) -> GrantTerms:
    held = json.loads(written)
    nobody = Subject(kind=SubjectKind.USER, id=0)
    limits = (
        Limit(
            subject=nobody,
            measure=Measure(unit=Unit(unit), period=Period(period)),
            amount=amount,
        )
        for unit, period, amount in held["limits"]
    )
    return GrantTerms(limits=tuple(limits), grants=tuple(held["grants"]))


async def take_from_grants(
    tx: AsyncConnection,
    reservation: RowMapping,
    terms: GrantTerms,
    standings: Sequence[Standing],
    used: Amounts,
) -> Amounts:
    """Take what the limits do not cover from the grants that expire first; returns how much it was.

    `standings` are those of the terms' limits, from before `used`. To be called under the
    user's lock.
    """
    over = needed_from_grants(standings, used)
    if over == NOTHING:
        return NOTHING
    parameters = {"user": reservation["user_id"], "grants": list(terms.grants)}
    found = {row.id: row for row in await tx.execute(_LEFT, parameters)}
    taken = NOTHING
    rows = []
    for grant_id in terms.grants:
        row = found.get(grant_id)
        if row is None:
            continue
        unit = Unit(row.unit)
        amount = min((over - taken).of(unit), row.amount - (row.used or 0))
        if amount <= 0:
            continue
        taken += Amounts.by_unit({unit: amount})
        rows.append(
            {
                "grant_id": grant_id,
                "user_id": reservation["user_id"],
                "message_id": reservation["message_id"],
                "guild_id": reservation["guild_id"],
                "amount": amount,
            }
        )
    if rows:
        await tx.execute(_INSERT, rows)
    return taken
