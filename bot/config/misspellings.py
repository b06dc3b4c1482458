"""Sections and keys that do not exist, and what was probably meant."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.config.key import Section
from bot.config.kinds.kind import type_name
from bot.config.sections import SECTIONS

Sections = Mapping[str, Section]

# Of several sections with the same key the first is meant.
_ANYWHERE = {
    key.name: f"`{key.name}` of [{home}]"
    for home, (_, keys) in reversed(SECTIONS.items())
    for key in keys
}
_LONGEST_NAME = 26  # characters; ours are shorter


def find_strays(
    tables: Mapping[str, Any], sections: Sections = SECTIONS, section: str = ""
) -> Iterator[str]:
    """Name every key and section that nothing reads: it is a mistake, and silence would hide it."""
    own = [key.name for key in sections[section][1]] if section in sections else []
    for name, value in tables.items():
        path = f"{section}.{name}" if section else name
        if path in sections or any(known.startswith(f"{path}.") for known in sections):
            if isinstance(value, dict):
                yield from find_strays(value, sections, path)
            else:
                yield _no_table(path, value)
        elif name not in own:
            is_section = isinstance(value, dict)
            yield _stray_section(path, sections) if is_section else _stray_key(section, name, own)


def _no_table(section: str, value: object) -> str:
    return f"`{section}` is {type_name(value)}, but must be a section: write [{section}] on a line of its own."


def _stray_section(path: str, sections: Sections) -> str:
    names = {section: f"[{section}]" for section in sections}
    return f"there is no section [{shown_name(path)}]{_meant(path, names, cutoff=0.6) or '.'}"


def _stray_key(section: str, name: str, own: Sequence[str]) -> str:
    """A key may be right but in the wrong section, misspelt, or both."""
    place = f"[{section}] has no key" if section else "outside all sections there is no key"
    local = {key: f"`{key}`" for key in own}
    hint = (
        _meant(name, _ANYWHERE, cutoff=1)
        or _meant(name, local, cutoff=0.65)
        or _meant(name, _ANYWHERE, cutoff=0.75)
    )
    return f"{place} `{shown_name(name)}`{hint or '.'}"


def _meant(name: str, candidates: Mapping[str, str], *, cutoff: float) -> str:
    near = difflib.get_close_matches(name.lower(), candidates, n=1, cutoff=cutoff)
    return f"; did you mean {candidates[near[0]]}?" if near else ""


def shown_name(name: str) -> str:
    """Cut a long name short: it may be a secret key that was pasted there."""
    return re.sub(r"[^ -~]", "?", name) if len(name) <= _LONGEST_NAME else name[:3] + "…"
