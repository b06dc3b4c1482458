"""A result of `glimpse check`, and the lines that it is printed as."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Final

_INDENT: Final = " " * 21  # of everything that is said, beside the mark and the subject


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    subject: str
    name: str = ""  # which of several it is
    is_good: bool
    found: str
    advice: str = ""  # what to do about it; also where it is good but could be better
    is_risky: bool = False  # good, but for something that should not stay so

    def written(self, columns: int | None = None) -> str:
        """A line, and a second one where there is something to do; `columns` None: however long."""
        mark = ("warn" if self.is_risky else "ok  ") if self.is_good else "FAIL"
        found = f"{self.name}: {self.found}" if self.name else self.found
        lines = _fold(found, f"{mark}  {self.subject:<14} ", _INDENT, columns)
        if self.advice:
            lines += _fold(self.advice, f"{_INDENT}→ ", f"{_INDENT}  ", columns)
        return "".join(f"{line}\n" for line in lines)


def _fold(text: str, first: str, further: str, columns: int | None) -> list[str]:
    """Break between words; an address stays whole, so that it can be opened."""
    if columns is None:
        return [f"{first}{text}"]
    return wrap(
        text,
        max(columns, 2 * len(further)),
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )
