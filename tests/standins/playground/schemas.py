"""A small validator for JSON Schema, as far as Discord's description uses it."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "GLIMPSE_DISCORD_SPEC"

Json = dict[str, Any]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Description:
    """Discord's own description of its REST interface."""

    def __init__(self, document: Json) -> None:
        self.schemas: Json = document["components"]["schemas"]
        self._operations = {
            (method.upper(), _nameless(path)): operation
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        }

    @classmethod
    def read(cls) -> "Description | None":
        """None where the variable does not say where the description is."""
        path = os.environ.get(VARIABLE)
        return cls(json.loads(Path(path).read_text())) if path else None

    def request_schema(self, method: str, path: str) -> Json | None:
        content = self._operation(method, path).get("requestBody", {}).get("content", {})
        schema: Json | None = content.get("application/json", {}).get("schema")
        return schema

    def response_schema(self, method: str, path: str, status: int) -> Json | None:
        response = self._operation(method, path)["responses"][str(status)]
        schema: Json | None = response.get("content", {}).get("application/json", {}).get("schema")
        return schema

    def _operation(self, method: str, path: str) -> Json:
        operation: Json = self._operations[method, _nameless(path)]
        return operation

    def problems(self, schema: Json, value: Any, path: str = "$") -> Iterator[str]:
        """Everything in `value` that does not fit."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        for part in schema.get("allOf", []):
            yield from self.problems(part, value, path)
        choices = schema.get("oneOf") or schema.get("anyOf") or []
        if choices:
            yield from self._choice_problems(choices, value, path)
        if not _has_type(schema.get("type"), value):
            yield f"{path}: {value!r} is no {schema['type']}"
        elif isinstance(value, dict):
            yield from self._object_problems(schema, value, path)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.problems(schema.get("items", {}), item, f"{path}[{number}]")
        yield from _plain_problems(schema, value, path)

    def _choice_problems(self, choices: list[Json], value: Any, path: str) -> Iterator[str]:
        found = [list(self.problems(choice, value, path)) for choice in choices]
        if all(found):
            yield from min(found, key=len)

    def _object_problems(self, schema: Json, value: Json, path: str) -> Iterator[str]:
        for key in schema.get("required", []):
            if key not in value:
                yield f"{path}: {key} is missing"
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                yield from self.problems(inner, value[key], f"{path}.{key}")


def _nameless(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def _has_type(types: str | list[str] | None, value: Any) -> bool:
    if types is None:
        return True
    names = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _plain_problems(schema: Json, value: Any, path: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: {value!r} is not {schema['const']!r}"
    if isinstance(value, str | list):
        longest = schema.get("maxLength" if isinstance(value, str) else "maxItems")
        if longest is not None and len(value) > longest:
            yield f"{path}: longer than {longest}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: {value!r} does not match {schema['pattern']}"
