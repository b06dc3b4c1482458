"""Moderators' decisions, as they apply to one requester: one statement, one trip."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import TextClause

from bot.core.calendar.periods import Period
from bot.core.moderation.preferences import Scope, Topic
from bot.core.quota.limits import (
    Block,
    Grant,
    Limit,
    Measure,
    Requester,
    Rules,
    Subject,
    SubjectKind,
    Unit,
)
from bot.store.schema.columns import UtcDateTime

_NO_MESSAGE = -1

# The first two conditions say no more than the third: by them the rows are found in the tables'
# keys, however many other members have limits and grants.
_NEAR = (
    "subject_kind IN ('user', 'role', 'channel', 'everyone', 'server') AND subject_id IN :subjects"
)
_MINE = "(subject_kind = 'user' AND subject_id = :user OR subject_kind = 'role' AND subject_id IN :roles)"
_APPLYING = """
    (subject_kind = 'user' AND subject_id = :user
     OR subject_kind = 'role' AND subject_id IN :roles
     OR subject_kind = 'channel' AND subject_id = :channel
     OR subject_kind IN ('everyone', 'server'))
"""
_READ = f"""
    SELECT 'limit' AS tag, subject_kind AS kind, subject_id AS id, unit, period,
           amount, CAST(NULL AS BIGINT) AS used, CAST(NULL AS {{instant}}) AS instant,
           reason AS words, CAST(NULL AS BIGINT) AS grant_id
    FROM limits WHERE guild_id = :guild AND {_NEAR} AND {_APPLYING}
    UNION ALL
    SELECT 'block', subject_kind, subject_id, NULL, NULL, NULL, NULL, until, reason, NULL
    FROM blocks WHERE guild_id = :guild AND {_NEAR} AND {_APPLYING} AND (until IS NULL OR until > :now)
    UNION ALL
    SELECT 'grant', subject_kind, subject_id, unit, NULL, amount,
           (SELECT CAST(SUM(draws.amount) AS BIGINT) FROM draws
            WHERE draws.grant_id = grants.id AND draws.user_id = :user),
           expires_at, reason, id
    FROM grants
    WHERE guild_id = :guild AND {_NEAR} AND {_MINE} AND expires_at > :now AND revoked_at IS NULL
    UNION ALL
    SELECT 'zone', NULL, NULL, NULL, NULL, NULL, NULL, NULL, value, NULL
    FROM preferences
    WHERE guild_id = :guild AND scope = :scope AND scope_id = :guild AND topic = :zone
    UNION ALL
    SELECT 'known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM reservations WHERE message_id = :message
    UNION ALL
    SELECT 'known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM ledger WHERE message_id = :message
"""


def _statement(instant: str) -> TextClause:
    return text(_READ.format(instant=instant)).bindparams(
        bindparam("guild", type_=BigInteger),
        bindparam("user", type_=BigInteger),
        bindparam("roles", type_=BigInteger, expanding=True),
        bindparam("subjects", type_=BigInteger, expanding=True),
        bindparam("channel", type_=BigInteger),
        bindparam("now", type_=UtcDateTime),
        bindparam("scope", type_=String),
        bindparam("zone", type_=String),
        bindparam("message", type_=BigInteger),
    )


# SQLite keeps instants as text, and a cast to any other type would make numbers of them.
_ON = {
    "sqlite": _statement("TEXT").columns(instant=UtcDateTime),
    "postgresql": _statement("TIMESTAMP WITH TIME ZONE").columns(instant=UtcDateTime),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RequesterRules:
    """The rules of one requester, and what else the same statement finds."""

    rules: Rules
    zone: str | None  # of the server, by its moderators; None: as the operator has it
    is_known: bool = False  # the message has a reservation or a ledger row


async def read(
    conn: AsyncConnection, requester: Requester, *, now: datetime, message_id: int = _NO_MESSAGE
) -> RequesterRules:
    """`message_id`: whether it is being answered, or has been, is asked along."""
    parameters = {
        "guild": requester.guild_id,
        "user": requester.user_id,
        "roles": requester.role_ids,
        "subjects": (
            requester.user_id,
            requester.channel_id,
            requester.guild_id,
            *requester.role_ids,
        ),
        "channel": requester.channel_id,
        "now": now,
        "scope": Scope.SERVER.value,
        "zone": Topic.TIME_ZONE.value,
        "message": message_id,
    }
    rows = (await conn.execute(_ON[conn.dialect.name], parameters)).all()
    limits, grants, blocks = [], [], []
    zone, is_known = None, False
    for tag, kind, subject_id, unit, period, amount, used, instant, words, grant_id in rows:
        match tag:
            case "limit":
                measure = Measure(unit=Unit(unit), period=Period(period))
                limits.append(
                    Limit(subject=_subject(kind, subject_id), measure=measure, amount=amount)
                )
            case "block":
                blocks.append(
                    Block(subject=_subject(kind, subject_id), until=instant, reason=words)
                )
            case "grant":
                grants.append(
                    Grant(
                        id=grant_id,
                        subject=_subject(kind, subject_id),
                        unit=Unit(unit),
                        amount=amount,
                        left=max(0, amount - (used or 0)),
                        expires_at=instant,
                        reason=words,
                    )
                )
            case "zone":
                zone = words
            case _:
                is_known = True
    grants.sort(key=lambda grant: (grant.expires_at, grant.id))  # what expires first goes first
    rules = Rules(limits=tuple(limits), grants=tuple(grants), blocks=tuple(blocks))
    return RequesterRules(rules=rules, zone=zone, is_known=is_known)


def _subject(kind: str, subject_id: int) -> Subject:
    return Subject(kind=SubjectKind(kind), id=subject_id)
