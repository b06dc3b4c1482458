"""`/manage show`: everything that moderators have laid down in a server."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.core.quota.limits import Block, Grant, Limit, Subject
from bot.core.wording.amounts import (
    LONGEST_TEXT,
    amount,
    because,
    fit,
    instant,
    limit_amounts,
    subject,
    those_of,
    until,
)
from bot.core.wording.quotas.ceilings import ceiling_line


def server_rules(  # noqa: PLR0913 - all that is set
    limits: Sequence[Limit],
    grants: Sequence[Grant],
    blocks: Sequence[Block],
    *,
    zone: str,
    log_channel: int | None,
    ceiling: Limit | None = None,
    gone: int = 0,
    is_log_there: bool = True,
) -> str:
    """All limits, caps, grants, blocks and pauses, and where the days begin and changes are told.

    `ceiling`: the operator's, over all of it. `gone`: roles with rules that are not there any more. `is_log_there`: whether the bot sees the
    channel for changes.
    """
    own = [limit for limit in limits if not limit.subject.is_capped]
    caps = [limit for limit in limits if limit.subject.is_capped]
    pauses = [block for block in blocks if block.subject.is_capped]
    people = [block for block in blocks if not block.subject.is_capped]
    lines = [
        *_section("Paused", [_block_line(block) for block in pauses]),
        *_section("Blocked", [_block_line(block) for block in people]),
        *_section("Limits, for each", _limit_lines(own)),
        *_section("Caps, for all together", _limit_lines(caps)),
        *_section("Extra allowances", [_grant_line(grant) for grant in grants]),
    ]
    footing = _footing(zone, log_channel, is_log_there=is_log_there) + _gone(gone)
    if ceiling is not None:
        footing = f"{ceiling_line(ceiling)}\n{footing}"
    return f"{fit(lines or [_nothing_set()], longest=LONGEST_TEXT - len(footing))}\n{footing}"


def _nothing_set() -> str:
    return (
        "Nothing is set in this server: everybody has the usual limits of this bot. "
        "`/manage set everyone` limits each member, `/manage set role` and `/manage set user` make "
        "exceptions, `/manage set channel` and `/manage set server` cap what all use together."
    )


def _footing(zone: str, log_channel: int | None, *, is_log_there: bool) -> str:
    way = "`/manage settings log-channel` sets a channel for them."
    if log_channel is None:
        told = f"Changes are told nowhere: {way}"
    elif is_log_there:
        told = f"Changes are told in <#{log_channel}>."
    else:
        told = f"Changes are told nowhere, as I can't see <#{log_channel}>: {way}"
    return f"-# Days begin at midnight in {zone}. {told}\n-# One member: `/manage show user:`"


def _gone(roles: int) -> str:
    if not roles:
        return ""
    which = "a role that is" if roles == 1 else f"{roles:,} roles that are"
    return f"\n-# Left out: what was set for {which} gone; it binds nobody."


def _section(name: str, lines: Sequence[str]) -> list[str]:
    return [f"**{name}**", *lines] if lines else []


def _limit_lines(limits: Iterable[Limit]) -> list[str]:
    ordered = sorted(limits, key=lambda limit: _order(limit.subject))
    return [
        f"- {_capital(subject(of))}: {limit_amounts(held)}"
        for of, held in groupby(ordered, key=lambda limit: limit.subject)
    ]


def _order(of: Subject) -> tuple[int, int]:
    """Those that touch most people first."""
    kinds = ("everyone", "server", "role", "channel", "user")
    return (kinds.index(of.kind.value) if of.kind.value in kinds else 0, of.id)


def _grant_line(grant: Grant) -> str:
    end = instant(grant.expires_at)
    return f"- {those_of(grant.subject)}: {amount(grant.unit, grant.amount)} until {end}.{because(grant.reason)}"


def _block_line(block: Block) -> str:
    return f"- {_capital(subject(block.subject))}, {until(block.until)}.{because(block.reason)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
