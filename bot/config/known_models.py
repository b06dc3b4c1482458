"""From the sections of models to what the room of responses takes of them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from bot.config.named_models import NamedSections, read_named
from bot.config.sections.models import EFFORTS, MODEL
from bot.core.models.tokens import ImageRule, PatchRule, TileRule, UnknownRule
from bot.responses.models.overrides import ModelOverrides

MODELS: Final = "models"
# What belongs to each rule, what it can't be without first.
_OF_RULE: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "patches": (("image_budget", "image_multiplier"), ("image_max_side",)),
    "tiles": (("image_base", "image_per_tile"), ()),
    "unknown": ((), ("image_assumed",)),
}


def read_models(tables: Mapping[str, Any]) -> NamedSections:
    return read_named(MODELS, MODEL, tables, _find_contradictions)


def make_overrides(values: Mapping[str, Any]) -> ModelOverrides:
    return ModelOverrides(
        input_price=values["input_price"],
        cached_input_price=values["cached_input_price"],
        output_price=values["output_price"],
        context_tokens=values["context_tokens"],
        max_output_tokens=values["max_output_tokens"],
        image_rule=_image_rule(values),
        efforts=_efforts(values["efforts"]),
        temperature=values["temperature"],
        streams=values["streams"],
    )


def _efforts(given: Collection[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(word for word in EFFORTS if word in given)


def _image_rule(values: Mapping[str, Any]) -> ImageRule | None:
    match values["image_rule"]:
        case "patches":
            return PatchRule(
                budget=values["image_budget"],
                multiplier=values["image_multiplier"],
                max_side=values["image_max_side"],
            )
        case "tiles":
            return TileRule(base=values["image_base"], per_tile=values["image_per_tile"])
        case "unknown":
            assumed = values["image_assumed"]
            return UnknownRule() if assumed is None else UnknownRule(assumed=assumed)
        case _:
            return None


def _find_contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    for one, other in (("input_price", "output_price"), ("output_price", "input_price")):
        if values[one] is not None and values[other] is None:
            yield f"has {one} without {other}: both are needed to know a cost"
    rule = values["image_rule"]
    needed, further = _OF_RULE.get(rule, ((), ()))
    for name in needed:
        if values[name] is None:
            yield f'has image_rule = "{rule}" without {name}'
    for owner, (theirs, others) in _OF_RULE.items():
        for name in (*theirs, *others):
            if values[name] is not None and name not in (*needed, *further):
                yield f'has {name}, which belongs to image_rule = "{owner}"'
