"""What every command that looks at pictures opens: the endpoint's model and the pictures' room."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import yarl

from bot.clock import clock
from bot.config.model import Config
from bot.config.sections import BUILT_IN
from bot.images.pictures import Pictures
from bot.responses.client import EndpointSettings, ResponsesModel

# Where Discord keeps what people post; pictures are fetched from nowhere else.
DISCORD_HOSTS = frozenset(
    {
        "cdn.discordapp.com",
        "media.discordapp.net",
        "images-ext-1.discordapp.net",
        "images-ext-2.discordapp.net",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Eyes:
    """A model, and what prepares pictures for it."""

    model: ResponsesModel
    pictures: Pictures


@asynccontextmanager
async def open_eyes(config: Config) -> AsyncIterator[Eyes]:
    """The session has no timeout of its own: endpoint and pictures each set theirs."""
    async with (
        _endpoint(config.endpoint) as endpoint,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
    ):
        model = ResponsesModel(endpoint, session, random=random.random)
        pictures = Pictures(
            config.images,
            session=session,
            rule=model.card.image_rule,
            clock=clock,
            allowed_hosts=_hosts(config.discord.api_url),
        )
        try:
            yield Eyes(model=model, pictures=pictures)
        finally:
            await pictures.aclose()


def is_built_in(config: Config) -> bool:
    return config.endpoint.base_url == BUILT_IN


@asynccontextmanager
async def _endpoint(settings: EndpointSettings) -> AsyncIterator[EndpointSettings]:
    """Open the built-in describer where the configuration asks for it."""
    if settings.base_url != BUILT_IN:
        yield settings
        return
    from bot.describer.server import MODEL, Describer

    async with Describer() as describer:
        yield replace(settings, base_url=describer.base_url, model=MODEL)


def _hosts(api_url: str | None) -> frozenset[str]:
    """A stand-in for Discord serves the pictures, too."""
    own = {str(yarl.URL(api_url).origin())} if api_url else set()
    return DISCORD_HOSTS | own
