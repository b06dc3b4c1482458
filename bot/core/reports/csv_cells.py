"""Tables as spreadsheets read them: CSV (RFC 4180), every value as harmless as it looks."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

Value = str | int | bool | Decimal | datetime | None

# What a spreadsheet takes for a formula where a text begins with it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(values: Iterable[Value]) -> str:
    """Texts in quotes, numbers without; nothing at all for None."""
    return ",".join([_WRITE[type(value)](value) for value in values]) + "\r\n"


def dollars_of(microusd: int | None) -> Decimal | None:
    """Exact, with six digits after the point."""
    return None if microusd is None else Decimal(microusd).scaleb(-6)


def text_of(number: int | None) -> str | None:
    """An id is a text: as a number, a spreadsheet would round it."""
    return None if number is None else str(number)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(text: str) -> str:
    tame = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + tame.replace('"', '""') + '"'


_WRITE: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: lambda value: f"{value:f}",
    datetime: _instant,
    str: _text,
}
