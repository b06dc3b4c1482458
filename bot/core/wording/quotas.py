"""Quotas, as members and moderators read them."""

from collections.abc import Sequence
from typing import Final

from bot.core.amounts import AmountTooLarge, NotAnAmount
from bot.core.ruling import Source
from bot.core.standings import Standing
from bot.core.wording.names import file_name, tokens

_BAR_CELLS: Final = 10


def quota_own(standings: Sequence[Standing], source: Source) -> str:
    return _standings(standings, source, whose="Your quota")


def quota_of(standings: Sequence[Standing], source: Source, *, user_id: int) -> str:
    return _standings(standings, source, whose=f"The quota of <@{user_id}>")


def _standings(standings: Sequence[Standing], source: Source, *, whose: str) -> str:
    if not standings:
        return f"{whose}: no limit."
    return "\n".join(_standing(each, source, whose=whose) for each in standings)


def _standing(standing: Standing, source: Source, *, whose: str) -> str:
    reset = f"resets <t:{int(standing.window.resets_at.timestamp())}:R>"
    held = f" · {standing.reserved:,} held by answers being written" if standing.reserved else ""
    origin = "set by a moderator" if source is Source.OWN else "as for everyone"
    left = standing.percent_left or 0
    return (
        f"{whose}: {tokens(standing.amount or 0)} a {standing.window.period}, {origin}.\n"
        f"`{_bar(left)}` {left}\u202f% left\n"
        f"{tokens(standing.spent)} used today{held} · {reset}"
    )


def _bar(percent_left: int) -> str:
    """Draw how much is left; a sliver is never drawn as nothing."""
    cells = -(-percent_left * _BAR_CELLS // 100)
    return "█" * cells + "░" * (_BAR_CELLS - cells)


def quota_set(*, user_id: int, amount: int | None) -> str:
    if amount is None:
        return f"<@{user_id}> now has no limit."
    if amount == 0:
        return f"<@{user_id}> now has no quota: I won't answer them."
    return f"<@{user_id}> now has {tokens(amount)} a day."


def quota_reset(*, user_id: int, forgiven: int) -> str:
    """Confirm that what was spent today no longer counts."""
    if not forgiven:
        return f"<@{user_id}> had used nothing today; nothing has changed."
    return f"<@{user_id}> starts afresh: {tokens(forgiven)} used today no longer count."


def quota_default(*, user_id: int, amount: int | None) -> str:
    """Confirm that a user's own limit was taken away again."""
    limit = "no limit" if amount is None else f"{tokens(amount)} a day"
    return f"<@{user_id}> has the usual quota again: {limit}."


def quota_not_allowed() -> str:
    return "Only people who may manage this server can do that. Your own quota: `/quota me`."


def not_an_amount(error: NotAnAmount) -> str:
    examples = "Please write for example `50000`, `50k`, `1.5m` or `unlimited`."
    if isinstance(error, AmountTooLarge):
        return f"{file_name(error.text)} is more than any quota can be. {examples}"
    return f"{file_name(error.text)} is no amount of tokens. {examples}"


def only_in_a_server() -> str:
    return "This works in servers only."
