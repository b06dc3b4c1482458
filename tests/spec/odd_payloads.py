"""Payloads made from JSON schemas: a full one, and every odd one that is one step away from it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]

NOTHING: Any = object()
_ROUNDS = 2  # times that a schema which is used in many places is gone through for one payload
_PLAIN: dict[str, Any] = {
    "null": None,
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": False,
}
_BY_FORMAT = {
    "date-time": "2026-01-01T00:00:00.000000+00:00",
    "uri": "https://cdn.discordapp.com/attachments/1/2/cat.png",
    "snowflake": "4000000000000000001",
}
_BY_NAME = {"permissions": "0", "allow": "0", "deny": "0", "discriminator": "0"}  # digits in texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Odd:
    """A payload with one odd spot; `path` leads there, `change` says what is odd."""

    path: tuple[str, ...]
    change: str
    payload: Any

    def __str__(self) -> str:
        return f"{'.'.join(self.path)} {self.change}"


@dataclass(slots=True)
class Payloads:
    """Makes payloads. `schemas` are those that `$ref` may name; `example` in one is taken as it is."""

    schemas: dict[str, Schema]
    _rounds: Counter[str] = field(default_factory=Counter)

    def full(self, schema: Schema, within: tuple[str, ...] = ()) -> Any:
        """With every property; NOTHING where a schema contains itself."""
        if "example" in schema:
            return schema["example"]
        name = _name(schema)
        if name in within:
            return NOTHING
        merged, inside = self._merged(schema), (*within, *([name] if name else ()))
        choices = _choices(merged)
        if choices and not _is_enum(merged, choices):
            return next(self._fulls(choices, inside), NOTHING)
        return self._full_of_kind(merged, inside)

    def _full_of_kind(self, schema: Schema, within: tuple[str, ...]) -> Any:
        match _kind(schema):
            case "object":
                properties = schema.get("properties", {})
                made = {
                    name: _BY_NAME[name]
                    if name in _BY_NAME and inner.get("type") == "string" and "example" not in inner
                    else self.full(inner, within)
                    for name, inner in properties.items()
                }
                if isinstance(schema.get("additionalProperties"), dict):
                    made["4000000000000000001"] = self.full(schema["additionalProperties"], within)
                return {name: value for name, value in made.items() if value is not NOTHING}
            case "array":
                return list(self._fulls(self._element_schemas(schema), within))
            case kind:
                return _plain(schema, kind)

    def _fulls(self, schemas: list[Schema], within: tuple[str, ...]) -> Iterator[Any]:
        made = (self.full(schema, within) for schema in schemas)
        return (value for value in made if value is not NOTHING)

    def odd(self, schema: Schema) -> Iterator[Odd]:
        """Each property missing, and null; each unknown value of an enum; each other alternative."""
        self._rounds.clear()
        yield from self._odd(schema, self.full(schema), ())

    def _odd(self, schema: Schema, value: Any, path: tuple[str, ...]) -> Iterator[Odd]:
        name = _name(schema)
        self._rounds[name] += 1
        if name and self._rounds[name] > _ROUNDS:
            return
        merged = self._merged(schema)
        choices = _choices(merged)
        if _is_enum(merged, choices):
            unknown: Any = "NEW_KIND" if isinstance(value, str) else 9_999
            yield Odd(path=path, change="unknown", payload=unknown)
        elif choices:
            yield from self._odd_choices(choices, value, path)
        elif isinstance(value, dict):
            yield from self._odd_object(merged, value, path)
        elif isinstance(value, list):
            yield from self._odd_array(merged, value, path)

    def _odd_choices(
        self, choices: list[Schema], value: Any, path: tuple[str, ...]
    ) -> Iterator[Odd]:
        first, *others = choices
        yield from self._odd(first, value, path)
        for other in others:
            made = self.full(other)
            yield Odd(path=path, change=f"of kind {_name(other)}", payload=made)
            yield from self._odd(other, made, path)

    def _odd_object(
        self, schema: Schema, value: dict[str, Any], path: tuple[str, ...]
    ) -> Iterator[Odd]:
        for name, inner in value.items():
            here = (*path, name)
            rest = {each: other for each, other in value.items() if each != name}
            yield Odd(path=here, change="missing", payload=rest)
            yield Odd(path=here, change="null", payload={**value, name: None})
            within = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            for odd in self._odd(within, inner, here) if isinstance(within, dict) else ():
                yield Odd(path=odd.path, change=odd.change, payload={**value, name: odd.payload})

    def _odd_array(self, schema: Schema, value: list[Any], path: tuple[str, ...]) -> Iterator[Odd]:
        schemas = self._element_schemas(schema)
        yield Odd(path=(*path, "*"), change="null", payload=[*value, None])
        for number, inner in enumerate(value):
            for odd in self._odd(schemas[min(number, len(schemas) - 1)], inner, (*path, "*")):
                mixed = [*value[:number], odd.payload, *value[number + 1 :]]
                yield Odd(path=odd.path, change=odd.change, payload=mixed)

    def _element_schemas(self, array: Schema) -> list[Schema]:
        """One for each kind of element, so that a full array has them all."""
        items = array.get("items", {})
        merged = self._merged(items)
        choices = _choices(merged)
        return choices if choices and not _is_enum(merged, choices) else [items]

    def _merged(self, schema: Schema) -> Schema:
        """Without references: a schema with all that it refers to or is made of."""
        parts = [*schema.get("allOf", ())]
        if "$ref" in schema:
            parts.append(self.schemas[schema["$ref"].rsplit("/", 1)[1]])
        merged: Schema = {}
        for part in [*map(self._merged, parts), schema]:
            properties = {**merged.get("properties", {}), **part.get("properties", {})}
            merged = {**merged, **part, "properties": properties}
        return merged


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def _choices(schema: Schema) -> list[Schema]:
    return [
        one for one in schema.get("oneOf") or schema.get("anyOf") or [] if one != {"type": "null"}
    ]


def _is_enum(schema: Schema, choices: list[Schema]) -> bool:
    return bool(schema.get("enum")) or any("const" in one for one in choices)


def _kind(schema: Schema) -> str:
    kinds = schema.get("type", "object")
    return kinds if isinstance(kinds, str) else next((k for k in kinds if k != "null"), "null")


def _plain(schema: Schema, kind: str) -> Any:
    consts = [one["const"] for one in _choices(schema) if "const" in one]
    known = schema.get("enum") or consts
    if known:
        return known[0]
    return schema.get("const", _BY_FORMAT.get(schema.get("format", ""), _PLAIN[kind]))
