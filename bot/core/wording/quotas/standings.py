"""The standings of a member's limits, and of the caps over them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.core.answers.events import Ending
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Grant, Limit, SubjectKind
from bot.core.quota.rules import RuleSource, Ruling
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import (
    amount,
    because,
    fit,
    how_soon,
    instant,
    listed,
    money,
    number,
    present,
    subject,
)
from bot.core.wording.answers.endings import ending_name
from bot.core.wording.names import plain_text, tokens
from bot.core.wording.quotas.ceilings import CEILING

RESUME_SERVER: Final = "/manage resume where:the whole server"
_BAR_CELLS: Final = 10


def quota_own(
    ruling: Ruling,
    standings: Sequence[Standing],
    *,
    block: Blocked | None = None,
    recent: Sequence[str] = (),
) -> str:
    """The standings of the one who asks; `recent`: lines of `recent_answer`."""
    return _quota(ruling, standings, block, recent, whose=None)


def quota_of(
    ruling: Ruling,
    standings: Sequence[Standing],
    *,
    user_id: int,
    block: Blocked | None = None,
    recent: Sequence[str] = (),
) -> str:
    """The same of a member whom a moderator asks about."""
    return _quota(ruling, standings, block, recent, whose=user_id)


def _quota(
    ruling: Ruling,
    standings: Sequence[Standing],
    block: Blocked | None,
    recent: Sequence[str],
    *,
    whose: int | None,
) -> str:
    own = [standing for standing in standings if not standing.limit.subject.is_capped]
    caps = [standing for standing in standings if standing.limit.subject.is_capped]
    owner = "Your" if whose is None else f"<@{whose}>'s"
    lines = [] if block is None else [f"**{blocked(block, user_id=whose)}**"]
    if ruling.is_unlimited:
        lines.append(f"**{owner} quota**: no limit, {origin(ruling, is_own=whose is None)}.")
    else:
        lines.append(f"**{owner} quota**, {origin(ruling, is_own=whose is None)}:")
    lines += [standing_line(standing) for standing in own]
    if caps:
        lines.append("**Shared by all**:")
        lines += [f"{_place(one.limit)}: {standing_line(one)}" for one in caps]
    lines += [grant_line(grant) for grant in ruling.grants if grant.left]
    if recent:
        lines += [f"**{owner} last answers**:", *recent]
    return fit(lines)


def standing_line(standing: Standing) -> str:
    """A bar of what is left, what has been used, and when it begins anew."""
    left, whole = standing.percent_left, standing.amount
    unit, period = standing.limit.measure.unit, standing.limit.measure.period
    reset = f"resets {how_soon(standing.window.resets_at)}"
    if left is None or whole is None:
        return f"{amount(unit, standing.spent)} used {present(period)} · {reset}"
    used = f"{number(unit, standing.spent)} of {amount(unit, whole)} used {present(period)}"
    more = f" · {number(unit, standing.granted)} more granted" if standing.granted else ""
    held = f" · {number(unit, standing.reserved)} held by answers being written"
    held = held if standing.reserved else ""
    return f"`{_bar(left)}` {left}\u202f% left · {used}{more}{held} · {reset}"


def _bar(percent_left: int) -> str:
    """Draw how much is left; a sliver is never drawn as nothing."""
    cells = -(-percent_left * _BAR_CELLS // 100)
    return "█" * cells + "░" * (_BAR_CELLS - cells)


def _place(cap: Limit) -> str:
    if cap.is_ceiling:
        return CEILING
    is_everything = cap.subject.kind is SubjectKind.EVERYTHING
    return "this bot, everywhere" if is_everything else subject(cap.subject)


def origin(ruling: Ruling, *, is_own: bool = True) -> str:
    """Say whose limits they are."""
    match ruling.source:
        case RuleSource.OWN:
            return "set for you" if is_own else "set for them"
        case RuleSource.ROLES:
            roles = dict.fromkeys(subject(limit.subject) for limit in ruling.limits)
            owner = "your" if is_own else "their"
            by = f"{owner} role{'' if len(roles) == 1 else 's'} {listed(roles)}".strip()
            return f"by {by}" if roles else f"by {owner} roles"
        case RuleSource.EVERYONE:
            return "as for everyone in this server"
        case RuleSource.DEFAULT:
            return "the usual one of this bot"


def grant_line(grant: Grant) -> str:
    """The rest of an extra allowance, and until when it lasts."""
    left = f"{number(grant.unit, grant.left)} of {amount(grant.unit, grant.amount)}"
    who = (
        ""
        if grant.subject.kind is SubjectKind.USER
        else f" (each member of {subject(grant.subject)})"
    )
    return f"**Extra**{who}: {left} left until {instant(grant.expires_at)}.{because(grant.reason)}"


def recent_answer(
    *,
    at: datetime,
    model: str,
    tokens_used: int,
    microusd: int | None,
    is_estimated: bool,
    ending: Ending,
) -> str:
    """One of the last answers with its cost; nothing in it leads anywhere."""
    about = "≈\u202f" if is_estimated else ""
    parts = [f"{about}{tokens(tokens_used)}"]
    parts.append("price not known" if microusd is None else f"{about}{money(microusd)}")
    parts.append(plain_text(model))
    if ending is not Ending.COMPLETED:
        parts.append(ending_name(ending))
    return f"-# {how_soon(at)} · {' · '.join(parts)}"


def blocked(error: Blocked, *, user_id: int | None = None) -> str:
    """Why somebody is not answered, until when, and who can change it."""
    held = error.block
    if error.is_operators:
        who = {SubjectKind.SERVER: "this server"}.get(held.subject.kind, "you")
        who = f"<@{user_id}>" if user_id is not None and who == "you" else who
        return f"The operator of this bot has blocked {who}; only the operator can change that."
    end = "" if held.until is None else f" until {instant(held.until)}"
    reason = because(held.reason)
    match held.subject.kind:
        case SubjectKind.SERVER:
            what, way = "Answers are paused in this whole server", RESUME_SERVER
        case SubjectKind.CHANNEL:
            what, way = f"Answers are paused in {subject(held.subject)}", "/manage resume"
        case SubjectKind.ROLE:
            what = f"Members of {subject(held.subject)} may not use this bot here"
            way = "/manage unblock"
        case _:
            who = "You" if user_id is None else f"<@{user_id}>"
            what, way = f"{who} may not use this bot here", "/manage unblock"
    return f"{what}{end}. A moderator of this server can change that with `{way}`.{reason}"
