"""Sections and keys that do not exist, and what was probably meant."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.config.kinds import type_name
from bot.config.sections import SECTIONS

_KEYS_OF = {section: tuple(key.name for key in keys) for section, (_, keys) in SECTIONS.items()}
_SECTION_NAMES = {section: f"[{section}]" for section in SECTIONS}
_LONGEST_NAME = 26  # characters; ours are shorter


def find_strays(tables: Mapping[str, Any], section: str = "") -> Iterator[str]:
    """Name every key and section that nothing reads: it is a mistake, and silence would hide it."""
    for name, value in tables.items():
        path = f"{section}.{name}" if section else name
        if path in SECTIONS:
            yield from (
                find_strays(value, path) if isinstance(value, dict) else [_no_table(path, value)]
            )
        elif name not in _KEYS_OF.get(section, ()):
            yield _stray_section(path) if isinstance(value, dict) else _stray_key(section, name)


def _no_table(section: str, value: object) -> str:
    return f"`{section}` is {type_name(value)}, but must be a section: write [{section}] on a line of its own."


def _stray_section(path: str) -> str:
    return f"there is no section [{_shown_name(path)}]{_meant(path, _SECTION_NAMES, cutoff=0.6) or '.'}"


def _stray_key(section: str, name: str) -> str:
    """A key may be right but in the wrong section, misspelt, or both."""
    place = f"[{section}] has no key" if section else "outside all sections there is no key"
    local = {key: f"`{key}`" for key in _KEYS_OF.get(section, ())}
    anywhere = {key: f"`{key}` of [{home}]" for home, keys in _KEYS_OF.items() for key in keys}
    hint = (
        _meant(name, anywhere, cutoff=1)
        or _meant(name, local, cutoff=0.65)
        or _meant(name, anywhere, cutoff=0.75)
    )
    return f"{place} `{_shown_name(name)}`{hint or '.'}"


def _meant(name: str, candidates: Mapping[str, str], *, cutoff: float) -> str:
    near = difflib.get_close_matches(name.lower(), candidates, n=1, cutoff=cutoff)
    return f"; did you mean {candidates[near[0]]}?" if near else ""


def _shown_name(name: str) -> str:
    """What stands where a name belongs may be a key that was pasted there."""
    return re.sub(r"[^ -~]", "?", name) if len(name) <= _LONGEST_NAME else name[:3] + "…"
