"""From the values of [pictures] to the settings of the rooms that make them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.chat.settings import PictureSettings
from bot.core.pictures.orders import Menu, PictureCard, PicturePrices
from bot.responses.endpoint import EndpointSettings
from bot.responses.models import find_card, find_picture_prices
from bot.responses.pictures.settings import PaintingSettings

DEFAULT_MODEL: Final = "default"  # the picture model that the endpoint chooses


def picture_settings(section: Mapping[str, Any]) -> PictureSettings:
    return PictureSettings(
        menu=Menu(
            sizes=section["sizes"],
            qualities=section["qualities"],
            max_count=section["max_count"],
        ),
        time_limit=section["time_limit"],
        in_direct_messages=section["in_direct_messages"],
    )


def painting_settings(
    section: Mapping[str, Any], endpoints: Sequence[EndpointSettings]
) -> PaintingSettings | None:
    """Through the endpoint that is named, or else the first; None: no pictures are made."""
    if section["through"] == "off":
        return None
    named = (each for each in endpoints if each.name == section["endpoint"])
    endpoint = next(named, endpoints[0])
    is_tool = section["through"] == "tool"
    is_named = section["model"] != DEFAULT_MODEL
    caller = find_card(endpoint.model, endpoint.base_url, endpoint.overrides) if is_tool else None
    card = PictureCard(
        name=section["model"] if is_named else endpoint.model,
        assumed=section["tokens_per_picture"],
        partials=section["partial_images"],
        prices=_prices(section, endpoint),
        per_picture=section["dollars_per_picture"] or {},
        caller=caller,
    )
    return PaintingSettings(
        endpoint=endpoint,
        card=card,
        is_named=is_named,
        time_limit=section["time_limit"],
    )


def _prices(section: Mapping[str, Any], endpoint: EndpointSettings) -> PicturePrices | None:
    """Those that are written, or else those that are known."""
    text, image, output = (section[f"{name}_price"] for name in ("text", "image", "output"))
    if text is None or image is None or output is None:
        return find_picture_prices(section["model"], endpoint.base_url)
    return PicturePrices(text=text, image=image, output=output)
