"""Rows of the printed table, and the few statistics that they need."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure as it is printed; `aim` is what the project holds itself to, if anything."""

    name: str
    value: str
    aim: str = ""


def table(rows: Iterable[Row]) -> str:
    return "\n".join(f"  {row.name:<66} {row.value:>22}  {row.aim}".rstrip() for row in rows)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


def spread(values: Sequence[float], *, unit: str = "s") -> str:
    """Median and 95th percentile."""
    factor, digits = (1e3, 1) if unit == "ms" else (1.0, 3)
    middle, high = percentile(values, 0.5) * factor, percentile(values, 0.95) * factor
    return f"{middle:.{digits}f} / {high:.{digits}f} {unit}"
