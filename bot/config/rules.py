"""Rules over several keys: what is missing, and what contradicts itself."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.config.key import Key, Section, Values
from bot.config.kinds.caps import ceiling_of
from bot.config.kinds.kind import shown
from bot.config.named_endpoints import ENDPOINTS, FIRST, is_endpoint
from bot.config.sections import BUILT_IN
from bot.responses.endpoint import is_near

# What else can be done where it is missing.
_WITHOUT_ENDPOINT = (
    f' Without a model: `base_url = "{BUILT_IN}"` lets the describer that comes along answer; '
    "it reads and measures pictures, offline."
)


def find_gaps(
    sections: Mapping[str, Section],
    values: Values,
    needs: Collection[str],
    is_rejected: Callable[[str, str], bool],
) -> Iterator[tuple[str, Key]]:
    """Name what `needs` asks for and is not there; what is there but wrong is named elsewhere."""
    for section, (_, keys) in sections.items():
        for key in keys:
            if values[section][key.name] is not None or is_rejected(section, key.name):
                continue
            if _is_key_needed(section, key, values, needs):
                yield section, key


def _is_key_needed(section: str, key: Key, values: Values, needs: Collection[str]) -> bool:
    """An endpoint on the internet wants a key; one on this machine or network seldom does."""
    is_needed = key.need in needs
    if not is_endpoint(section) or "endpoint" not in needs:
        return is_needed
    base_url = values[section]["base_url"]
    if key.name == "model":
        return is_needed and base_url != BUILT_IN
    if key.name == "api_key":
        return base_url is not None and not is_near(urlsplit(base_url).hostname or "")
    return is_needed


def missing(section: str, key: Key, path: Path | None) -> str:
    file = str(path) if path else "a configuration file (--config)"
    ways = f"write it into {file}"
    if key.variable:
        ways = f"set {key.variable} in the environment, or {ways}"
    hint = _WITHOUT_ENDPOINT if (section, key.name) == ("endpoint", "base_url") else ""
    return f"`{key.name}` of [{section}] is missing: {ways}.{hint}"


def find_contradictions(values: Values) -> Iterator[str]:
    """Name settings that are right alone and wrong together."""
    quota = values["quota"]
    smallest, per_day = quota["smallest_answer"], quota["tokens_per_day"]
    if smallest > quota["tokens_per_answer"]:
        yield (
            f"[quota] smallest_answer is {smallest}, more than tokens_per_answer "
            f"({quota['tokens_per_answer']}): no question could be answered."
        )
    if per_day and smallest > per_day:
        yield (
            f"[quota] smallest_answer is {smallest}, more than tokens_per_day ({per_day}): "
            "no question could be answered."
        )
    ceiling = ceiling_of(quota["server_ceiling"], tokens_per_day=per_day)
    if ceiling and smallest > ceiling:
        yield (
            f"[quota] smallest_answer is {smallest}, more than server_ceiling ({ceiling}): "
            "no question could be answered in a server."
        )
    for section in filter(is_endpoint, values):
        if values[section]["model"] in (values[section]["models"] or ()):
            yield f"[{section}] models need not name its `model` again: leave that one out."
    if values["triggers"]["automatic_channels"] and not values["discord"]["message_content_intent"]:
        yield (
            "[triggers] automatic_channels needs [discord] message_content_intent = true: "
            "without it the messages arrive empty."
        )
    yield from _find_picture_contradictions(values)


def _find_picture_contradictions(values: Values) -> Iterator[str]:
    pictures = values["pictures"]
    if pictures["through"] == "off":
        return
    name = pictures["endpoint"]
    place = "endpoint" if name in (None, FIRST) else f"{ENDPOINTS}.{name}"
    if place not in values:
        yield f"[pictures] endpoint is {shown(name)}, but there is no section [{ENDPOINTS}.{name}]."
    elif values[place]["base_url"] == BUILT_IN:
        yield (
            f'[pictures] through must be "off" with [{place}] base_url = "built-in": the describer '
            "looks at pictures and makes none."
        )
    if pictures["through"] == "images-api" and pictures["model"] == "default":
        yield (
            '[pictures] model must be a name with through = "images-api": '
            '"default" is only known to the tool.'
        )
    prices = [pictures[f"{name}_price"] for name in ("text", "image", "output")]
    if any(price is None for price in prices) and any(price is not None for price in prices):
        yield (
            "[pictures] text_price, image_price and output_price go together: "
            "with one of them missing no cost can be known."
        )
