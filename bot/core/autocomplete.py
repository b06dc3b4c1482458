"""What is offered while somebody types: what they have typed first, then what is usual.

Enter takes the first choice, so anything else in its place would be set instead of what was typed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.core import wording
from bot.core.calendar.instants import NotAnInstant, parse_instant
from bot.core.quota.amounts import NotAnAmount, parse_amount

_AMOUNTS: Final = (
    *("10k", "50k", "100k", "500k", "1m"),
    *("$1", "$5", "$20"),
    *("20 answers", "100 answers"),
    "unlimited",
)
_INSTANTS: Final = ("1h", "6h", "1d", "3d", "1w", "4w")


def suggest_amounts(
    typed: str, *, least: int = 0, may_be_unlimited: bool = False
) -> tuple[str, ...]:
    """Amounts as `wording.amount` writes them. A whole number alone is offered in each unit."""
    start = _tidy(typed)
    in_units = (f"${start}", f"{start} answers") if start.isdecimal() else ()
    offered = []
    for each in (start, *in_units, *_usual_amounts(start)):
        try:
            unit, amount = parse_amount(each)
        except NotAnAmount:
            continue
        if may_be_unlimited if amount is None else amount >= least:
            offered.append(wording.amount_or_unlimited(unit, amount))
    return tuple(dict.fromkeys(offered))


def suggest_instants(typed: str, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Spans and dates that `parse_instant` takes; a number alone as hours, days and weeks."""
    start = _tidy(typed)
    in_units = (f"{start}{unit}" for unit in "hdw") if start.isdecimal() else ()
    usual = (each for each in _INSTANTS if each.startswith(start))
    spelt = dict.fromkeys((start, *in_units, *usual))
    return tuple(each for each in spelt if _is_instant(each, now, zone))


def _tidy(typed: str) -> str:
    return " ".join(typed.lower().split())


def _usual_amounts(start: str) -> Iterator[str]:
    """By how people type them, "50k", or by how they are shown, "50,000 tokens"."""
    for each in _AMOUNTS:
        shown = wording.amount_or_unlimited(*parse_amount(each))
        if each.startswith(start) or shown.startswith(start):
            yield each


def _is_instant(text: str, now: datetime, zone: ZoneInfo) -> bool:
    try:
        parse_instant(text, now, zone)
    except NotAnInstant:
        return False
    return True
