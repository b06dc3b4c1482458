"""A key of the configuration: its kind, its default, and the words that explain it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.config.kinds.kind import Kind

Need = Literal["discord", "endpoint"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """`default` is written as TOML would have it; None means that the key is absent."""

    name: str
    kind: Kind
    help: str
    default: object = None
    example: object = "…"  # shown where there is no default; None: it excludes another key's
    need: Need | None = None  # what can't be done without it
    variable: str | None = None  # the environment variable that comes before the file
    is_secret: bool = False  # VARIABLE_FILE may then name a file that holds the value


Section = tuple[str, tuple[Key, ...]]  # what it is about, and its keys
Values = Mapping[str, Mapping[str, Any]]  # of keys, by section and name
