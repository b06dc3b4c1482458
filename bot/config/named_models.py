"""Sections that the operator names: [models."gpt-5.2"] and the like, any number of one kind."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.config.key import Key, Section
from bot.config.kinds.kind import Rejected, type_name
from bot.config.misspellings import shown_name

_LONGEST: Final = 200  # characters of a name


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedSections:
    """Values of every named section, by its name, and what is wrong with them."""

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


Check = Callable[[Mapping[str, Any]], Iterator[str]]


def read_named(
    parent: str, section: Section, tables: Mapping[str, Any], check: Check
) -> NamedSections:
    """Read every [PARENT."NAME"]; `check` names what contradicts itself in one without a mistake.

    TOML keeps their order, and itself refuses one written twice.
    """
    given = tables.get(parent, {})
    if not isinstance(given, dict):
        return NamedSections(
            problems=(
                f"`{parent}` is {type_name(given)}, but must be sections: "
                f'write [{parent}."NAME"] on a line of its own.',
            )
        )
    values: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for name, table in given.items():
        place = f'[{parent}."{shown_name(name)}"]'
        wrong = [_misnamed(parent, name, table)] if _misnamed(parent, name, table) else []
        if not wrong:
            values[name], wrong = _read(section, table)
            wrong = wrong or list(check(values[name]))
        problems += (
            f"{place} {each}" if each.endswith("?") else f"{place} {each}." for each in wrong
        )
    return NamedSections(values=values, problems=tuple(problems))


def _misnamed(parent: str, name: str, table: object) -> str:
    if not isinstance(table, dict):
        return f"is {type_name(table)}, but must be a section"
    if not 0 < len(name) <= _LONGEST:
        return f"has a name of {len(name)} characters: 1 to {_LONGEST} are allowed"
    further = next((key for key, value in table.items() if isinstance(value, dict)), None)
    if further is not None:
        meant = shown_name(f"{name}.{further}")
        return f'holds a section: write a name with dots in quotes, [{parent}."{meant}"]'
    return ""


def _read(section: Section, table: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    _, keys = section
    names = {key.name: key for key in keys}
    wrong = [_stray(name, names) for name in table if name not in names]
    values: dict[str, Any] = {}
    for key in keys:
        try:
            values[key.name] = key.kind.read(table[key.name]) if key.name in table else None
        except Rejected as complaint:
            wrong.append(f"{key.name} {complaint}")
    return values, wrong


def _stray(name: str, names: Mapping[str, Key]) -> str:
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.65)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"has no key `{shown_name(name)}`{hint}"
