"""What can be read of a payload that, as a whole, can't."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

AS_GIVEN: Final = object()  # nothing can stand in for such a field
_MOST_ATTEMPTS = 2_000  # some 50 µs each

Payload = Mapping[str, Any]
IsReadable = Callable[[Any], bool]
_C = TypeVar("_C", dict[str, Any], list[Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """Fields that a payload can't do without, each with what stands in for one that can't be read.

    `first` is added before other fields: what they mean depends on it. `nested` says what can't be
    done without in a field that is itself a payload.
    """

    fields: Payload
    first: Sequence[str] = ()
    nested: Mapping[str, "Core"] = field(default_factory=lambda: MappingProxyType({}))


def readable_part(payload: Any, core: Core, is_readable: IsReadable) -> dict[str, Any] | None:
    """As much of `payload` as can be read; None where not even its core can.

    Begins with the core and adds one field after another. A list keeps the elements that can be
    read; an element keeps the rest where leaving out one of its fields is enough.
    """
    return _part(payload, core, _Attempts(is_readable)) if isinstance(payload, dict) else None


class _Attempts:
    """Asks no more often than is good for the loop; then everything else is unreadable."""

    def __init__(self, is_readable: IsReadable, left: list[int] | None = None) -> None:
        self._is_readable = is_readable
        self._left = (
            [_MOST_ATTEMPTS] if left is None else left
        )  # shared with those made by `within`

    def __call__(self, value: Any) -> bool:
        self._left[0] -= 1
        return self._left[0] >= 0 and self._is_readable(value)

    def within(self, build: Callable[[Any], Any]) -> "_Attempts":
        """The same question about a value that is one part of what can be read or not."""
        return _Attempts(lambda value: self._is_readable(build(value)), self._left)


def _part(payload: dict[str, Any], core: Core, is_readable: _Attempts) -> dict[str, Any] | None:
    kept = _skeleton(payload, core)
    if not is_readable(kept):
        return None
    for name in _order(payload, core):
        for value in _versions(
            payload[name], core.nested.get(name), _adding(kept, name, is_readable)
        ):
            kept = {**kept, name: value}
    return kept


def _adding(kept: dict[str, Any], name: str, is_readable: _Attempts) -> _Attempts:
    return is_readable.within(lambda value: {**kept, name: value})


def _skeleton(payload: dict[str, Any], core: Core) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, stand_in in core.fields.items():
        value, nested = payload.get(name), core.nested.get(name)
        if nested is not None and isinstance(value, dict):
            made[name] = _skeleton(value, nested)
        elif stand_in is not AS_GIVEN:
            made[name] = stand_in
        elif name in payload:
            made[name] = value
    return made


def _order(payload: dict[str, Any], core: Core) -> list[str]:
    first = [name for name in core.first if name in payload]
    return first + [name for name in payload if name not in core.first]


def _versions(value: Any, core: Core | None, is_readable: _Attempts) -> list[Any]:
    """The largest readable version of a field's value, or nothing."""
    if is_readable(value):
        return [value]
    if core is not None and isinstance(value, dict):
        part: Any = _part(value, core, is_readable)
    else:
        part = _reduced(value, is_readable)
    return [] if part is None else [part]


def _reduced(value: Any, is_readable: _Attempts) -> Any | None:
    if isinstance(value, list):
        return _reduced_list(value, is_readable)
    return _reduced_dict(value, is_readable) if isinstance(value, dict) else None


def _reduced_list(values: list[Any], is_readable: _Attempts) -> list[Any] | None:
    alone = is_readable.within(lambda value: [value])
    kept = [version for value in values for version in _versions(value, None, alone)]
    return kept if is_readable(kept) else None


def _reduced_dict(value: dict[str, Any], is_readable: _Attempts) -> dict[str, Any] | None:
    for name, inner in value.items():
        rest = {each: other for each, other in value.items() if each != name}
        if is_readable(rest):
            part = _reduced(inner, _adding(value, name, is_readable))
            return rest if part is None else {**value, name: part}
    return _reduced_within(value, is_readable)


def _reduced_within(value: dict[str, Any], is_readable: _Attempts) -> dict[str, Any] | None:
    """Where every field is needed: the one that can be reduced, and helps."""
    for name, inner in value.items():
        part = _reduced(inner, _adding(value, name, is_readable))
        if part is not None:
            return {**value, name: part}
    return None


def left_out(payload: Payload, part: Payload) -> list[str]:
    """The names of the top fields that are missing in `part`, or smaller or made up there."""
    names = {**payload, **part}
    return sorted(
        str(name) for name in names if payload.get(name, AS_GIVEN) != part.get(name, AS_GIVEN)
    )
