"""Kinds of values about pictures that are made: sizes, qualities, and prices."""

import re
from collections.abc import Callable, Mapping

from bot.config.kinds.kind import Kind, Rejected, must_be, shown

_MOST = 12  # choices of one option; Discord allows 25
_DEAREST = 1_000.0  # dollars; more is a slip of the finger
_SIZE = re.compile(r"auto|[1-9][0-9]{1,3}x[1-9][0-9]{1,3}")
_QUALITY = re.compile(r"[a-z][a-z0-9-]{0,19}")
_PRICE = re.compile(r"(any|[a-z0-9-]+|[a-z0-9-]+ +[1-9][0-9]*x[0-9]+) +([0-9]+(?:\.[0-9]+)?)")


def sizes() -> Kind:
    example = '["auto", "1024x1024"]'
    return _words(f"a list of picture sizes, such as {example}", _SIZE)


def qualities() -> Kind:
    return _words('a list of qualities, such as ["auto", "low"]', _QUALITY)


def _words(allowed: str, pattern: re.Pattern[str]) -> Kind:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not 0 < len(value) <= _MOST:
            raise must_be(value, allowed)
        for word in value:
            if not isinstance(word, str) or not pattern.fullmatch(word):
                raise Rejected(f"holds {shown(word)}, but must be {allowed}")
        return tuple(dict.fromkeys(value))

    return Kind(allowed=allowed, read=read)


def picture_prices() -> Kind:
    """Prices of single pictures in dollars, by quality and size; read as micro-dollars."""
    allowed = 'a list such as ["low 1024x1024 0.011", "high 0.17", "any 0.04"]'
    return Kind(allowed=allowed, read=_read_prices(allowed))


def _read_prices(allowed: str) -> Callable[[object], Mapping[str, int]]:
    def read(value: object) -> Mapping[str, int]:
        if not isinstance(value, list | tuple):
            raise must_be(value, allowed)
        prices: dict[str, int] = {}
        for line in value:
            found = _PRICE.fullmatch(line.strip()) if isinstance(line, str) else None
            if found is None or float(found[2]) > _DEAREST:
                raise Rejected(f"holds {shown(line)}, but must be {allowed}")
            prices[" ".join(found[1].split())] = round(float(found[2]) * 1_000_000)
        return prices

    return read
