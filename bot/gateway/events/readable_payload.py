"""What can be read of a payload that, as a whole, can't."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

AS_GIVEN: Final = object()  # nothing can stand in for such a field
LONGEST: Final = 0.08  # seconds
_DEEPEST = 12  # levels of lists and objects that are looked into; Discord's own have half as many

Payload = Mapping[str, Any]
IsReadable = Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """Fields that a payload can't do without, each with what stands in for one that can't be read.

    `first` is added before other fields: what they mean depends on it. `nested` says what can't be
    done without in a field that is itself a payload.
    """

    fields: Payload
    first: Sequence[str] = ()
    nested: Mapping[str, "Core"] = field(default_factory=lambda: MappingProxyType({}))


def readable_part(
    payload: Any,
    core: Core,
    is_readable: IsReadable,
    *,
    clock: Callable[[], float],
    longest: float = LONGEST,
) -> dict[str, Any] | None:
    """As much of `payload` as can be read; None where not even its core can.

    Begins with the core and adds one field after another. A list keeps the elements that can be
    read; an element keeps the rest where leaving out one of its fields is enough. After
    `longest` by the `clock`, in seconds, everything else counts as unreadable. The best clock is
    that of this thread's own work: a busy machine is not to lose a field.
    """
    if not isinstance(payload, dict):
        return None
    return _part(payload, core, _Attempts(is_readable, clock, clock() + longest))


class _Attempts:
    """Asks no longer than is good for the loop; then everything else is unreadable."""

    def __init__(
        self, is_readable: IsReadable, clock: Callable[[], float], end: float, depth: int = 0
    ) -> None:
        self.depth = depth
        self._is_readable = is_readable
        self._clock = clock
        self._end = end

    @property
    def is_over(self) -> bool:
        return self._clock() >= self._end

    def __call__(self, value: Any) -> bool:
        return not self.is_over and self._is_readable(value)

    def within(self, build: Callable[[Any], Any]) -> "_Attempts":
        """The same question about a value that is one part of what can be read or not."""

        def is_readable(value: Any) -> bool:
            return self._is_readable(build(value))

        return _Attempts(is_readable, self._clock, self._end, self.depth + 1)


def _part(payload: dict[str, Any], core: Core, is_readable: _Attempts) -> dict[str, Any] | None:
    kept = _skeleton(payload, core)
    if not is_readable(kept):
        return None
    broken: list[str] = []
    for name in _order(payload, core):
        if is_readable.is_over:
            return kept
        whole = {**kept, name: payload[name]}
        if is_readable(whole):
            kept = whole
        else:
            broken.append(name)
    for name in broken:  # last: what is whole is not to wait for what takes long
        part = _reduced(payload[name], _adding(kept, name, is_readable), core.nested.get(name))
        if part is not None:
            kept = {**kept, name: part}
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


def _reduced(value: Any, is_readable: _Attempts, core: Core | None = None) -> Any | None:
    """The largest readable part of a value that can't be read as a whole; None: there is none."""
    if is_readable.depth > _DEEPEST or is_readable.is_over:
        return None
    if isinstance(value, list):
        kept = _reduced_list(value, is_readable)
        return kept if is_readable(kept) else None
    if not isinstance(value, dict):
        return None
    return _reduced_dict(value, is_readable) if core is None else _part(value, core, is_readable)


def _reduced_list(values: list[Any], is_readable: _Attempts) -> list[Any]:
    """Halve what can't be read as a whole: of a thousand elements, one is found in twenty steps."""
    if not values or is_readable(values):
        return values
    if len(values) == 1:
        part = _reduced(values[0], is_readable.within(lambda value: [value]))
        return [] if part is None else [part]
    middle = len(values) // 2
    return [
        *_reduced_list(values[:middle], is_readable),
        *_reduced_list(values[middle:], is_readable),
    ]


def _reduced_dict(value: dict[str, Any], is_readable: _Attempts) -> dict[str, Any] | None:
    for name, inner in value.items():
        if is_readable.is_over:
            return None
        rest = {each: other for each, other in value.items() if each != name}
        if is_readable(rest):
            part = _reduced(inner, _adding(value, name, is_readable))
            return rest if part is None else {**value, name: part}
    return _reduced_within(value, is_readable)


def _reduced_within(value: dict[str, Any], is_readable: _Attempts) -> dict[str, Any] | None:
    """Where every field is needed: the one that can be reduced, and helps."""
    for name, inner in value.items():
        if is_readable.is_over:
            return None
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
