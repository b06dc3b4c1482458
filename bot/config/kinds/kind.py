"""Kinds of values: each reads a TOML value, or rejects it with half a sentence."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeGuard

# Longer words may be a key that was pasted into the wrong place, so they are not repeated.
_LONGEST_SHOWN_WORD = 20

_DOMAIN = re.compile(r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")

_TYPE_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
    datetime: "a date",
    date: "a date",
    time: "a time of day",
}


class Rejected(Exception):
    """Half a sentence that follows the key's name: what is wrong, and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """`allowed` completes "must be …"; `read` raises Rejected."""

    allowed: str
    read: Callable[[object], object]


def type_name(value: object) -> str:
    return _TYPE_NAMES.get(type(value), "something else")


def shown(value: object) -> str:
    """The value as a message may repeat it: short, on one line, and never what could be a key."""
    if isinstance(value, bool | int | float):
        return json.dumps(value) if len(str(value)) <= _LONGEST_SHOWN_WORD else "a long number"
    if not isinstance(value, str):
        return type_name(value)
    if any(len(word) > _LONGEST_SHOWN_WORD for word in re.split(r"[\s/]", value)):
        return f"text of {len(value)} characters"
    return json.dumps(value if len(value) <= 60 else value[:59] + "…", ensure_ascii=False)


def must_be(value: object, allowed: str) -> Rejected:
    return Rejected(f"is {shown(value)}, but must be {allowed}")


def whole(minimum: int, maximum: int) -> Kind:
    allowed = f"a whole number from {minimum:_} to {maximum:_}"

    def read(value: object) -> int:
        if type(value) is not int or not minimum <= value <= maximum:  # a bool is no number
            raise must_be(value, allowed)
        return value

    return Kind(allowed=allowed, read=read)


def limit(maximum: int) -> Kind:
    """An amount of tokens, or "unlimited", which is read as None."""
    amount = whole(0, maximum)
    allowed = f'{amount.allowed}, or "unlimited"'

    def read(value: object) -> object:
        if value == "unlimited":
            return None
        try:
            return amount.read(value)
        except Rejected:
            raise must_be(value, allowed) from None

    return Kind(allowed=allowed, read=read)


def seconds(minimum: float, maximum: float) -> Kind:
    return _between(minimum, maximum, what="a number of seconds")


def number(minimum: float, maximum: float) -> Kind:
    return _between(minimum, maximum, what="a number")


def dollars(maximum: int) -> Kind:
    """An amount of US dollars, read as whole micro-dollars, rounded up."""
    allowed = f"a number of US dollars from 0 to {maximum:_}"

    def read(value: object) -> int:
        if not _is_between(value, 0, maximum):
            raise must_be(value, allowed)
        return math.ceil(round(float(value) * 1_000_000, 3))

    return Kind(allowed=allowed, read=read)


def domains() -> Kind:
    """Hosts without a scheme or a path; those under them are meant as well."""
    allowed = 'a list of domains, such as ["wikipedia.org"]'

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise must_be(value, allowed)
        for entry in value:
            if not isinstance(entry, str) or not _DOMAIN.fullmatch(entry):
                raise Rejected(f"holds {shown(entry)}, which is no domain such as wikipedia.org")
        return tuple(entry.lower() for entry in value)

    return Kind(allowed=allowed, read=read)


def country() -> Kind:
    """ISO 3166-1 alpha-2, as the Responses API wants it."""
    allowed = 'the two letters of a country, such as "DE"'

    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch("[A-Za-z]{2}", value):
            raise must_be(value, allowed)
        return value.upper()

    return Kind(allowed=allowed, read=read)


def switch() -> Kind:
    allowed = "true or false, without quotes"

    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise must_be(value, allowed)
        return value

    return Kind(allowed=allowed, read=read)


def choice(*words: str) -> Kind:
    """One of some words, in upper or lower case; an enum's members stand for themselves."""
    *firsts, last = (f'"{word}"' for word in words)
    allowed = f"{', '.join(firsts)} or {last}"

    def read(value: object) -> str:
        if isinstance(value, str):
            for word in words:
                if word.lower() == value.lower():
                    return word
        raise must_be(value, allowed)

    return Kind(allowed=allowed, read=read)


def choices(*words: str) -> Kind:
    """A list of some of the words."""
    one = choice(*words)
    allowed = f"a list of any of {one.allowed}"

    def read(value: object) -> frozenset[object]:
        if not isinstance(value, list | tuple | frozenset):
            raise must_be(value, allowed)
        return frozenset(one.read(entry) for entry in value)

    return Kind(allowed=allowed, read=read)


def text(maximum: int) -> Kind:
    """Prose of several lines."""
    allowed = f"text of 1 to {maximum:_} characters"

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > maximum:
            raise must_be(value, allowed)
        return value

    return Kind(allowed=allowed, read=read)


def word(maximum: int) -> Kind:
    """A name without spaces."""
    allowed = f"a name of 1 to {maximum} characters without spaces"

    def read(value: object) -> str:
        if not isinstance(value, str) or not value.isprintable():
            raise must_be(value, allowed)
        if not 0 < len(value) <= maximum or any(letter.isspace() for letter in value):
            raise must_be(value, allowed)
        return value

    return Kind(allowed=allowed, read=read)


def words(maximum: int) -> Kind:
    """A list of names without spaces, each once, in its order."""
    one = word(maximum)
    allowed = f"a list of names of 1 to {maximum} characters without spaces"

    def read(value: object) -> tuple[object, ...]:
        if not isinstance(value, list | tuple):
            raise must_be(value, allowed)
        for at, entry in enumerate(value):
            try:
                one.read(entry)
            except Rejected:
                raise Rejected(f"holds {shown(entry)}, but must be {allowed}") from None
            if entry in value[:at]:
                raise Rejected(f"holds {shown(entry)} twice: leave one out")
        return tuple(value)

    return Kind(allowed=allowed, read=read)


def path() -> Kind:
    """A path; `~` is the home directory, a relative one starts at the working directory."""
    allowed = "a path"

    def read(value: object) -> Path:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise must_be(value, allowed)
        try:
            return Path(value).expanduser()
        except RuntimeError:
            raise Rejected("begins with ~, but the home directory is not known") from None

    return Kind(allowed=allowed, read=read)


def _between(minimum: float, maximum: float, *, what: str) -> Kind:
    allowed = f"{what} from {minimum:g} to {maximum:g}"

    def read(value: object) -> float:
        if not _is_between(value, minimum, maximum):
            raise must_be(value, allowed)
        return float(value)

    return Kind(allowed=allowed, read=read)


def _is_between(value: object, minimum: float, maximum: float) -> TypeGuard[float]:
    """Whether it is a number at all, which a bool and NaN are not, and within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return minimum <= value <= maximum
