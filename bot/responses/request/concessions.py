"""Optional parameters that an endpoint refuses, and so does not get any more.

A concession is a parameter's path as it was sent, and what is sent in its place, if anything is.
Positions are no part of a path: `reasoning.effort`, `tools.strict` for a member of any tool,
`tools[web_search]` for all tools of a type. What parts of the input carry is named by itself:
`detail` of pictures, `input_file`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from bot.core.models.tokens import ModelCard
from bot.responses.profiles import Profile

Concessions = Mapping[str, str | int | None]  # None: left out
NO_CONCESSIONS: Final[Concessions] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Concession:
    parameter: str
    value: str | int | None = None


def apply(options: Mapping[str, Any], concessions: Concessions) -> dict[str, Any]:
    """Return the parameters without what was conceded, or with what is sent in its place."""
    changed: Any = dict(options)
    for path, value in concessions.items():
        changed = _put(changed, path.split("."), value)
    return changed or {}


def find_value(node: Any, path: str) -> Any:
    """Return the value at a path; of a list's elements, the first that has it."""
    for name in path.split("."):
        nodes = node if isinstance(node, list) else [node]
        node = next(
            (each[name] for each in nodes if isinstance(each, Mapping) and name in each), None
        )
    return node


def apply_concessions(card: ModelCard, profile: Profile, concessions: Concessions) -> ModelCard:
    """Put into the card what the endpoint offers: by its profile, but for what it has refused."""
    has_tools = "tools" not in concessions

    def has(tool: str) -> bool:
        return has_tools and f"tools[{tool}]" not in concessions

    return replace(
        card,
        takes_files=profile.takes_files and "input_file" not in concessions,
        takes_functions=profile.takes_functions and has("function"),
        has_web_search=profile.has_web_search and has("web_search"),
        has_image_tool=profile.has_image_tool and has("image_generation"),
        has_images_api=profile.has_images_api,
    )


def _put(node: Any, steps: list[str], value: str | int | None) -> Any:
    """Return `node` with `value` at the end of `steps` where something stands there; None: empty."""
    if isinstance(node, list):
        return [_put(each, steps, value) for each in node] or None
    if not isinstance(node, dict):
        return node
    name, _, kind = steps[0].rstrip("]").partition("[")
    if name not in node:
        return node
    if kind:
        left: Any = [each for each in node[name] if each.get("type") != kind] or None
    elif len(steps) > 1:
        left = _put(node[name], steps[1:], value)
    else:
        left = min(value, node[name]) if isinstance(value, int) else value
    return {key: left if key == name else each for key, each in node.items() if key != name or left}
