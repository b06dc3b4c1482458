"""`/quota why`: the whole chain of rules in its order, and which one decided."""

from collections.abc import Sequence
from typing import Final

from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Block, Limit, Requester, Rules, SubjectKind, of_subjects
from bot.core.quota.rules import RuleSource, Ruling
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import (
    LONGEST_TEXT,
    because,
    fit,
    how_soon,
    instant,
    limit_amount,
    limit_amounts,
    listed,
    number,
    subject,
)
from bot.core.wording.quotas.ceilings import CEILING
from bot.core.wording.quotas.standings import blocked, grant_line

_MOST_ROLES: Final = 6
_NOT_REACHED: Final = "not looked at, what stands above decides"
_BLOCKS: Final = (
    (SubjectKind.SERVER, "This server is paused"),
    (SubjectKind.CHANNEL, "This channel is paused"),
    (SubjectKind.USER, "You are blocked"),
    (SubjectKind.ROLE, "One of your roles is blocked"),
)
_WAYS: Final = {
    RuleSource.OWN: "/manage set user",
    RuleSource.ROLES: "/manage set role",
    RuleSource.EVERYONE: "/manage set everyone",
    RuleSource.DEFAULT: "/manage set everyone",
}
_LIMITS: Final = (
    (RuleSource.OWN, SubjectKind.USER, "Limits of your own"),
    (RuleSource.ROLES, SubjectKind.ROLE, "Limits of your roles"),
    (RuleSource.EVERYONE, SubjectKind.EVERYONE, "Limits of everyone in this server"),
)


def quota_why(
    requester: Requester,
    rules: Rules,
    ruling: Ruling,
    standings: Sequence[Standing],
    *,
    block: Blocked | None,
) -> str:
    """The chain of rules from the top, and what came of each; the one that decides is bold."""
    is_blocked = block is not None
    lines = _block_lines(requester, rules, block)
    lines += _limit_lines(requester, rules, ruling, is_reached=not is_blocked)
    if not requester.is_direct or ruling.caps:
        lines.append(_caps_line(standings, is_reached=not is_blocked))
    numbered = [f"{number_of}. {line}" for number_of, line in enumerate(lines, start=1)]
    grants = [grant_line(grant) for grant in ruling.grants]
    heading = "Looked at from the top, for your next answer here; what decides is **bold**."
    verdict = _verdict(requester, ruling, standings, block)
    room = LONGEST_TEXT - len(verdict) - 1
    return f"{fit([heading, *numbered, *grants], longest=room)}\n{verdict}"


def _block_lines(requester: Requester, rules: Rules, block: Blocked | None) -> list[str]:
    is_operators = block is not None and block.is_operators
    lines = [f"The operator has blocked you or this server: {'**yes**' if is_operators else 'no'}"]
    decides = None if block is None or block.is_operators else block.block
    is_reached = not is_operators
    for kind, words in () if requester.is_direct else _BLOCKS:
        held = [one for one in rules.blocks if one.subject.kind is kind]
        lines.append(f"{words}: {_blocks(held, decides) if is_reached else _NOT_REACHED}")
        is_reached = is_reached and (decides is None or decides.subject.kind is not kind)
    return lines


def _blocks(held: Sequence[Block], decides: Block | None) -> str:
    if decides is None or decides not in held:
        return "no"
    end = "" if decides.until is None else f" until {instant(decides.until)}"
    who = f" ({subject(decides.subject)})" if decides.subject.kind is SubjectKind.ROLE else ""
    return f"**yes**{who}{end}.{because(decides.reason)}"


def _limit_lines(
    requester: Requester, rules: Rules, ruling: Ruling, *, is_reached: bool
) -> list[str]:
    lines = []
    decides = is_reached and ruling.source is RuleSource.DEFAULT
    for source, kind, words in () if requester.is_direct else _LIMITS:
        held = of_subjects(rules.limits, kind)
        told = _level(held, ruling, source) if is_reached else _not_reached(held)
        lines.append(f"{words}: {told}")
        is_reached = is_reached and ruling.source is not source
    usual = f"**{_binding(ruling)}**" if decides else _NOT_REACHED
    return [*lines, f"The usual limits of this bot: {usual}"]


def _level(held: Sequence[Limit], ruling: Ruling, source: RuleSource) -> str:
    if not held:
        return "none"
    if source is not RuleSource.ROLES:
        return f"**{limit_amounts(held)}**"
    every = _of_roles(held)
    if len({limit.subject for limit in held}) == 1:
        return f"**{every}**"
    how = (
        "a role without a limit goes before all"
        if ruling.is_unlimited
        else "the highest of each counts"
    )
    return f"{every}; {how}: **{_binding(ruling)}**"


def _not_reached(held: Sequence[Limit]) -> str:
    return f"{_of_roles(held)}; {_NOT_REACHED}" if held else "none"


def _of_roles(held: Sequence[Limit]) -> str:
    """Of several subjects, each with its name."""
    subjects = sorted({limit.subject for limit in held}, key=lambda of: of.id)
    named = [
        (f"{subject(of)} " if of.kind is SubjectKind.ROLE else "")
        + limit_amounts(limit for limit in held if limit.subject == of)
        for of in subjects[:_MOST_ROLES]
    ]
    left = len(subjects) - len(named)
    return "; ".join([*named, f"and {left} more"] if left else named)


def _binding(ruling: Ruling) -> str:
    return limit_amounts(ruling.limits, nothing="no limit")


def _caps_line(standings: Sequence[Standing], *, is_reached: bool) -> str:
    caps = [standing for standing in standings if standing.limit.subject.is_capped]
    named = "; ".join(map(_cap, caps)) if is_reached else caps and _NOT_REACHED
    return f"Caps, which must have room as well: {named or 'none'}"


def _cap(standing: Standing) -> str:
    limit = standing.limit
    of = CEILING if limit.is_ceiling else subject(limit.subject)
    words = f"{of} {limit_amount(limit.measure, limit.amount)}"
    left = standing.remaining
    if left is None:
        return words
    told = f"{words}, {number(limit.measure.unit, left)} left"
    return told if left else f"**{told}**, resets {how_soon(standing.window.resets_at)}"


def _verdict(
    requester: Requester,
    ruling: Ruling,
    standings: Sequence[Standing],
    block: Blocked | None,
) -> str:
    if block is not None:
        return f"So you are not answered here. {blocked(block)}"
    full = [standing for standing in standings if standing.remaining == 0]
    so = f"So you have {_binding(ruling)} here"
    if any(standing.amount == 0 for standing in full):
        so += ", and are not answered"
    elif full:
        so += ", and no answer until there is room again"
    return f"{so}. {_who(requester, ruling, full)}"


def _who(requester: Requester, ruling: Ruling, full: Sequence[Standing]) -> str:
    """Who can change what decides, and with which command: that of a full cap, if there is one."""
    if requester.is_direct:
        return "In direct messages only the operator of this bot can change that."
    caps = [each.limit.subject.kind for each in full if each.limit.subject.is_capped]
    if SubjectKind.EVERYTHING in caps or any(each.limit.is_ceiling for each in full):
        return "Only the operator of this bot can change that."
    ways = [f"`/manage set {kind.value}`" for kind in dict.fromkeys(caps)]
    if len(caps) < len(full) or not full:
        ways.insert(0, f"`{_WAYS[ruling.source]}`")
    return f"A moderator of this server can change that with {listed(ways)}."
