"""Tables as spreadsheets read them: CSV (RFC 4180), every value as harmless as it looks."""

# ruff: noqa: PLR0911 - a `match` over types is a table

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

Value = str | int | bool | Decimal | datetime | None

# What a spreadsheet takes for a formula where a text begins with it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(values: Iterable[Value]) -> str:
    """Texts in quotes, numbers without; nothing at all for None."""
    return ",".join(map(_field, values)) + "\r\n"


def dollars_of(microusd: int | None) -> Decimal | None:
    """Exact, with six digits after the point."""
    return None if microusd is None else Decimal(microusd).scaleb(-6)


def text_of(number: int | None) -> str | None:
    """An id is a text: as a number, a spreadsheet would round it."""
    return None if number is None else str(number)


def _field(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return _instant(value)
        case str():
            return _text(value)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(text: str) -> str:
    tame = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + tame.replace('"', '""') + '"'
