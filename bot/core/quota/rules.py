"""The rule that decides about a requester: one chain, read from the top.

1. The operator's block.
2. A pause of the server, then of the channel.
3. A block of the user, then of one of their roles.
4. Limits: the user's own; else those of their roles; else everyone's; else the configured default.
5. Every cap must have room as well, and so must the operator's ceiling for the server.

Of several roles' limits in one measure the highest counts, and a role without limit goes before all;
limits in different measures hold side by side.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Final

from bot.core.calendar.periods import Period
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import (
    DIRECT,
    Block,
    Grant,
    Limit,
    Measure,
    Requester,
    Rules,
    Subject,
    SubjectKind,
    Unit,
    of_subjects,
)

_TOKENS_A_DAY: Final = Measure(unit=Unit.TOKENS, period=Period.DAY)


class RuleSource(StrEnum):
    """Sources of the limits that hold."""

    OWN = "own"
    ROLES = "roles"
    EVERYONE = "everyone"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorRules:
    """Rules that the operator has laid down in the configuration."""

    default: tuple[Limit, ...] = ()  # of everyone, where no moderator says otherwise
    caps: tuple[Limit, ...] = ()  # on everything
    server_ceiling: int | None = None  # tokens a day for each server; None: there is none
    blocked_users: frozenset[int] = frozenset()
    blocked_servers: frozenset[int] = frozenset()

    def ceiling(self, guild_id: int) -> Limit | None:
        """A cap on the server that no moderator can pass; direct messages are no server.

        Its days are the operator's: moderators choose the time zone of their server.
        """
        if self.server_ceiling is None or guild_id == DIRECT:
            return None
        return Limit(
            subject=Subject(kind=SubjectKind.SERVER, id=guild_id),
            measure=_TOKENS_A_DAY,
            amount=self.server_ceiling,
            is_ceiling=True,
        )


def default_limits(tokens: int | None) -> tuple[Limit, ...]:
    """Everyone's limit by the configuration, in tokens a day; None: unlimited."""
    everyone = Subject(kind=SubjectKind.EVERYONE, id=0)
    return (Limit(subject=everyone, measure=_TOKENS_A_DAY, amount=tokens),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """The limits that bind; none with `amount` None among them."""

    source: RuleSource
    limits: tuple[Limit, ...]  # the requester's
    caps: tuple[Limit, ...]
    grants: tuple[Grant, ...] = ()

    @property
    def is_unlimited(self) -> bool:
        return not self.limits


def find_block(
    rules: Rules, requester: Requester, operator: OperatorRules, now: datetime
) -> Blocked | None:
    """Why the requester is not answered at all, if so; the first reason of the chain."""
    if requester.user_id in operator.blocked_users:
        return _by_operator(SubjectKind.USER, requester.user_id)
    if requester.guild_id in operator.blocked_servers and not requester.is_direct:
        return _by_operator(SubjectKind.SERVER, requester.guild_id)
    applying = [block for block in rules.blocks if not block.is_over(now)]
    return Blocked(min(applying, key=_precedence)) if applying else None


def _precedence(block: Block) -> tuple[int, float, int]:
    """Of several roles' blocks the one that lasts longest."""
    order = (SubjectKind.SERVER, SubjectKind.CHANNEL, SubjectKind.USER, SubjectKind.ROLE)
    until = inf if block.until is None else block.until.timestamp()
    return order.index(block.subject.kind), -until, block.subject.id


def _by_operator(kind: SubjectKind, of: int) -> Blocked:
    block = Block(subject=Subject(kind=kind, id=of), until=None)
    return Blocked(block, is_operators=True)


def rule(rules: Rules, requester: Requester, operator: OperatorRules) -> Ruling:
    """Find the limits that bind. `rules` are those of the requester."""
    source, limits = _level(rules, operator)
    ceiling = operator.ceiling(requester.guild_id)
    caps = (*_caps(rules.limits), *operator.caps, *([] if ceiling is None else [ceiling]))
    return Ruling(
        source=source,
        limits=tuple(sorted(_bounded(limits), key=_order)),
        caps=tuple(sorted(caps, key=_order)),
        grants=rules.grants,
    )


def _level(rules: Rules, operator: OperatorRules) -> tuple[RuleSource, tuple[Limit, ...]]:
    if own := of_subjects(rules.limits, SubjectKind.USER):
        return RuleSource.OWN, own
    if roles := of_subjects(rules.limits, SubjectKind.ROLE):
        return RuleSource.ROLES, _highest(roles)
    if everyone := of_subjects(rules.limits, SubjectKind.EVERYONE):
        return RuleSource.EVERYONE, everyone
    return RuleSource.DEFAULT, operator.default


def _highest(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Of each measure; a limit that is none leaves no other."""
    highest: dict[Measure, Limit] = {}
    for limit in sorted(limits, key=_order):
        if limit.amount is None:
            return (limit,)
        held = highest.get(limit.measure)
        if held is None or held.amount is None or limit.amount > held.amount:
            highest[limit.measure] = limit
    return tuple(highest.values())


def _bounded(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    held = tuple(limits)
    return () if any(limit.amount is None for limit in held) else held


def _caps(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit.subject.is_capped and limit.amount is not None)


def _order(limit: Limit) -> tuple[bool, str, str, str, int]:
    of, measure = limit.subject, limit.measure
    return limit.is_ceiling, of.kind.value, measure.unit.value, measure.period.value, of.id
