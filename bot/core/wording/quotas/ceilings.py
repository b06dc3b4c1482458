"""The operator's ceiling for a server: what it is called, and what it says when it binds."""

from typing import Final

from bot.core.quota.limits import Limit
from bot.core.quota.standings import Standing
from bot.core.wording.amounts import amount, how_soon, limit_amount, number, per

CEILING: Final = "the operator's ceiling for this server"


def ceiling_reached(standing: Standing, *, what: str) -> str:
    """One sentence: what is used up, when it resets, and who can raise it. `what` did not fit."""
    allowed = "that the operator of this bot allows"
    whole = amount(standing.limit.measure.unit, standing.amount or 0)
    span = per(standing.limit.measure.period)
    if not standing.amount:
        return (
            "The operator of this bot allows this server nothing, so nobody is answered here: only "
            "the operator can change that, moderators can't."
        )
    if not standing.spent and not standing.reserved:
        return (
            f"The {whole} {allowed} this server {span} are too few for {what}: only the operator "
            "can raise that, moderators can't."
        )
    reset = how_soon(standing.window.resets_at)
    return (
        f"{_what_is_left(standing, f'the {whole} {allowed}', span, what)}: the ceiling resets "
        f"{reset}, and only the operator can raise it, moderators can't."
    )


def _what_is_left(standing: Standing, whole: str, span: str, what: str) -> str:
    unit, left = standing.limit.measure.unit, standing.remaining or 0
    if standing.reserved:
        held = number(unit, standing.reserved)
        return (
            f"Of {whole} this server {span}, {number(unit, left)} can be used and {held} are held "
            "by answers being written, so please wait for those"
        )
    if not left:
        return f"This server has reached {whole} it {span}"
    return (
        f"This server has only {number(unit, left)} left of {whole} it {span}, too few for {what}"
    )


def ceiling_binds(ceiling: Limit) -> str:
    """A remark on something that promises more."""
    much = limit_amount(ceiling.measure, ceiling.amount)
    return f"-# The operator's ceiling of {much} for this server binds all the same."


def ceiling_line(ceiling: Limit) -> str:
    much = limit_amount(ceiling.measure, ceiling.amount)
    return f"-# The operator's ceiling for this server: {much}. No moderator can raise it."
