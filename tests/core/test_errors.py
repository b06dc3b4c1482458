"""The tree of errors, as it is drawn."""

import re
from pathlib import Path

from bot.core import errors
from bot.core.errors import StoreError

ROOT = Path(__file__).parents[2]
HEADER = re.compile(r"^ *class (\w+)\(([^)]*)\):", re.MULTILINE)


def bases_by_class() -> dict[str, set[str]]:
    """The names of the bases of every class in `bot`, read from its headers: parsing takes seconds."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    headers = (found for source in sources for found in HEADER.findall(source))
    return {name: set(re.findall(r"\w+", bases)) for name, bases in headers}


def test_tree_is_drawn_with_every_error_of_the_project() -> None:
    bases, found = bases_by_class(), {"GlimpseError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more

    drawn = set(re.findall(r"\u2500\u2500 (\w+)", errors.__doc__ or ""))

    assert drawn | {"GlimpseError"} == found


def test_docstring_is_the_message_where_none_is_given() -> None:
    assert str(StoreError()) == "The database can't be used."
