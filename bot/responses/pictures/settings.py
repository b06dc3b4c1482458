"""Settings of pictures that are made; apart from what makes them, so that they cost no import."""

from dataclasses import dataclass

from bot.core.pictures.orders import PictureCard
from bot.responses.endpoint import EndpointSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class PaintingSettings:
    """`endpoint.model` calls the tool where `card` has a caller; the Images API needs none.

    `is_named` False: the tool uses the picture model that the endpoint chooses.
    """

    endpoint: EndpointSettings
    card: PictureCard
    is_named: bool = True
    time_limit: float  # seconds
