"""Amounts, limits and those they are for, in words."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Amounts, Limit, Measure, Subject, SubjectKind, Unit
from bot.core.wording.names import plain_text
from bot.core.wording.names import tokens as token_count

LONGEST_REASON: Final = 200  # characters
LONGEST_TEXT: Final = 1_900  # characters of a message, less what may stand under it


def amount(unit: Unit, value: int) -> str:
    """Write it exactly, so that it can be typed again."""
    match unit:
        case Unit.TOKENS:
            return token_count(value)
        case Unit.DOLLARS:
            return money(value)
        case Unit.ANSWERS:
            return "1 answer" if value == 1 else f"{value:,} answers"


def amount_or_unlimited(unit: Unit, value: int | None) -> str:
    """The same; None is unlimited, whatever the unit."""
    return "unlimited" if value is None else amount(unit, value)


def money(microusd: int) -> str:
    """Exact: "$5", "$0.50", "$0.0125"."""
    whole, cents = divmod(microusd, 1_000_000)
    if not cents:
        return f"${whole:,}"
    decimals = f"{Decimal(cents).scaleb(-6):.6f}"[2:].rstrip("0")
    return f"${whole:,}.{decimals:0<2}"


def number(unit: Unit, value: int) -> str:
    """The figure alone, where the unit stands next to it."""
    return money(value) if unit is Unit.DOLLARS else f"{value:,}"


def amounts(held: Amounts) -> str:
    """Amounts of all units in one phrase: "1,200 tokens, $0.50 and 3 answers"."""
    parts = [amount(unit, held.of(unit)) for unit in Unit if held.of(unit)]
    return listed(parts) or amount(Unit.TOKENS, 0)


def listed(parts: Iterable[str]) -> str:
    held = list(parts)
    return " and ".join([", ".join(held[:-1]), held[-1]] if len(held) > 1 else held)


def either(parts: Iterable[str]) -> str:
    """Name what there is to choose from: "hour, day or week"."""
    held = list(parts)
    return " or ".join([", ".join(held[:-1]), held[-1]] if len(held) > 1 else held)


def per(period: Period) -> str:
    return period.row.words.per


def present(period: Period) -> str:
    """Name the window that is now."""
    return period.row.words.present


def limit_amount(measure: Measure, value: int | None) -> str:
    return "no limit" if value is None else f"{amount(measure.unit, value)} {per(measure.period)}"


def limit_amounts(limits: Iterable[Limit], *, nothing: str = "none") -> str:
    """All limits of one subject, in a fixed order."""
    ordered = sorted(limits, key=lambda limit: limit.measure)
    return listed(limit_amount(limit.measure, limit.amount) for limit in ordered) or nothing


def subject(of: Subject) -> str:  # noqa: PLR0911 - a table
    """Name it so that Discord shows its name."""
    match of.kind:
        case SubjectKind.USER:
            return f"<@{of.id}>"
        case SubjectKind.ROLE:
            return f"<@&{of.id}>"
        case SubjectKind.EVERYONE:
            return "everyone in this server"
        case SubjectKind.CHANNEL:
            return f"<#{of.id}>"
        case SubjectKind.SERVER:
            return "this server"
        case SubjectKind.EVERYTHING:
            return "everything this bot answers"


def those_of(of: Subject) -> str:
    """Name those who are meant, at the start of a sentence."""
    match of.kind:
        case SubjectKind.ROLE:
            return f"Each member of <@&{of.id}>"
        case SubjectKind.EVERYONE:
            return "Everyone in this server"
        case SubjectKind.SERVER:
            return "This server"
        case SubjectKind.EVERYTHING:
            return "Everything this bot answers"
        case _:
            return subject(of)


def instant(at: datetime) -> str:
    """A date and a time, by the reader's own clock."""
    return f"<t:{int(at.timestamp())}:f>"


def how_soon(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"


def until(at: datetime | None) -> str:
    return "until a moderator takes it back" if at is None else f"until {instant(at)}"


def because(reason: str) -> str:
    """Append a reason to a sentence that has ended; empty where there is none."""
    return f" Reason: {plain_text(reason, longest=LONGEST_REASON)}" if reason.strip() else ""


def fit(lines: Iterable[str], *, longest: int = LONGEST_TEXT) -> str:
    """As many whole lines as one message holds, and how many it does not."""
    held = list(lines)
    kept = held[: fitting(held, longest=longest)]
    left = len(held) - len(kept)
    if left:
        kept.append(f"… and {left:,} more line{'' if left == 1 else 's'}")
    return "\n".join(kept)


def fitting(lines: Iterable[str], *, longest: int = LONGEST_TEXT) -> int:
    """The number of whole lines that one message holds beside a last one that counts the rest."""
    room = longest - len("\n… and 1,000 more lines")
    number_of = 0
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        number_of += 1
    return number_of
