"""A modal as it comes back filled in."""

from collections.abc import Mapping
from typing import Any

from bot.standins.playground.errors import Json
from bot.standins.playground.interactions.offers import NotOffered


def filled(component: Json, values: Mapping[str, str]) -> Json:
    """A modal's component as it is sent back: with what was typed, or what stood in it before."""
    kept: Json = {"type": component["type"], "id": component["id"]}
    if "components" in component:
        return kept | {"components": [filled(one, values) for one in component["components"]]}
    if "component" in component:
        return kept | {"component": filled(component["component"], values)}
    if "custom_id" not in component:
        return kept
    value: Any = values.get(component["custom_id"], component.get("value") or "")
    _check_typed(component, value)
    return kept | {"custom_id": component["custom_id"], "value": value}


def _check_typed(component: Json, value: str) -> None:
    name = component["custom_id"]
    if component.get("required", True) and not value:
        raise NotOffered(f"field `{name}` is required")
    if len(value) > (component.get("max_length") or 4000):
        raise NotOffered(f"field `{name}` is too long")
    if value and len(value) < (component.get("min_length") or 0):
        raise NotOffered(f"field `{name}` is too short")
