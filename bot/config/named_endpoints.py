"""Further endpoints: sections that the operator names, with the keys of [endpoint]."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.config.key import Key, Section
from bot.config.kinds.kind import type_name
from bot.config.misspellings import shown_name
from bot.config.sections import SECTIONS

FIRST: Final = "main"  # what the endpoint of [endpoint] is called among others
ENDPOINTS: Final = "endpoints"
TIMEOUTS: Final = "timeouts"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_OF_A_FILE: Final = re.compile(r"(.*[-_])?file", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSections:
    """Sections of further endpoints in their order, and what is wrong with their names."""

    sections: Mapping[str, Section] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def find_endpoint_sections(tables: Mapping[str, Any]) -> EndpointSections:
    """Find every [endpoints.NAME]. TOML keeps their order, and itself refuses one written twice."""
    endpoints = tables.get(ENDPOINTS, {})
    if not isinstance(endpoints, dict):
        found = f"`{ENDPOINTS}` is {type_name(endpoints)}, but must be sections"
        return EndpointSections(
            problems=(f"{found}: write [{ENDPOINTS}.NAME] on a line of its own.",)
        )
    sections: dict[str, Section] = {}
    problems: list[str] = []
    taken: dict[str, str] = {}  # by the variable of the key
    for name, table in endpoints.items():
        complaint = _complaint(name, table, taken)
        if complaint:
            problems.append(f"[{ENDPOINTS}.{shown_name(name)}] {complaint}.")
            continue
        taken[_suffix(name)] = name
        sections |= _sections(name)
    return EndpointSections(sections=sections, problems=tuple(problems))


def without_bad_names(tables: Mapping[str, Any], named: EndpointSections) -> Mapping[str, Any]:
    """The tables without what `named.problems` tells of already."""
    endpoints = tables.get(ENDPOINTS)
    held = endpoints if isinstance(endpoints, dict) else {}
    good = {name: each for name, each in held.items() if f"{ENDPOINTS}.{name}" in named.sections}
    others = {name: each for name, each in tables.items() if name != ENDPOINTS}
    return {**others, ENDPOINTS: good} if good else others


def endpoint_names(values: Mapping[str, object]) -> Iterator[str]:
    """The names of further endpoints among the sections of `values`, in their order."""
    for section in values:
        parent, _, name = section.partition(".")
        if parent == ENDPOINTS and name and "." not in name:
            yield name


def is_endpoint(section: str) -> bool:
    parent, _, name = section.partition(".")
    return section == "endpoint" or (parent == ENDPOINTS and bool(name) and "." not in name)


def _complaint(name: str, table: object, taken: Mapping[str, str]) -> str:
    """Say what is wrong with a name; its key's variable is made of it, so that must be unambiguous."""
    if not isinstance(table, dict):
        return (
            f"is {type_name(table)}, but must be a section: "
            f"[{ENDPOINTS}] has no keys of its own, only sections [{ENDPOINTS}.NAME]"
        )
    other = taken.get(_suffix(name))
    complaints = (
        (
            not _NAME.fullmatch(name),
            "has no good name: 1 to 32 letters, digits, - and _ are allowed, a letter first",
        ),
        (
            name.lower() == FIRST,
            f"can't be called that: `{FIRST}` is what the endpoint of [endpoint] is called",
        ),
        (
            bool(_OF_A_FILE.fullmatch(name)),
            "can't be called that: a variable that ends in _FILE names a file with the key",
        ),
        (
            other is not None,
            f"has a name too much like [{ENDPOINTS}.{other}]: "
            f"the keys of both would be GLIMPSE_API_KEY_{_suffix(name)}",
        ),
    )
    return next((complaint for applies, complaint in complaints if applies), "")


def _suffix(name: str) -> str:
    return name.upper().replace("-", "_")


def _sections(name: str) -> Iterator[tuple[str, Section]]:
    about, keys = SECTIONS["endpoint"]
    yield f"{ENDPOINTS}.{name}", (about, tuple(_renamed(key, name) for key in keys))
    yield f"{ENDPOINTS}.{name}.{TIMEOUTS}", SECTIONS[f"endpoint.{TIMEOUTS}"]


def _renamed(key: Key, name: str) -> Key:
    return replace(key, variable=f"{key.variable}_{_suffix(name)}") if key.variable else key
