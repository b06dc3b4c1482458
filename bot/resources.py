"""Resources that every command opens which asks a model: the endpoints' models and the pictures' room."""

import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import yarl

from bot.clock import clock
from bot.config.sections import BUILT_IN
from bot.config.values import Config
from bot.core.endpoints.outages import Notice
from bot.core.models.tokens import UnknownRule
from bot.images.pictures import Pictures
from bot.images.settings import ImageSettings
from bot.responses.circuits import Circuits, Tell
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.pictures.picture_models import ImagesPainter, ToolPainter, make_painter
from bot.responses.route import Endpoint, Routes

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
class Resources:
    """Models that can be asked, the preparation of pictures for them, and the model that makes pictures."""

    models: Routes
    pictures: Pictures
    painter: ToolPainter | ImagesPainter | None = None


def _tell_nobody(_notice: Notice) -> None:
    """A command of the terminal says itself how it ended."""


@asynccontextmanager
async def open_resources(config: Config, *, tell: Tell = _tell_nobody) -> AsyncIterator[Resources]:
    """`tell` is called with what the operator may want to know of endpoints.

    The session has no timeout of its own: endpoints and pictures each set theirs.
    """
    async with AsyncExitStack() as stack:
        endpoints = await _open_built_in(config.endpoints, stack)
        session = await stack.enter_async_context(open_session())
        models = Routes(
            [_endpoint(settings, session) for settings in endpoints],
            Circuits(time.monotonic, tell),
        )
        pictures = Pictures(
            config.images,
            files=config.files,
            session=session,
            rule=models.default.card.image_rule,
            clock=clock,
            allowed_hosts=_hosts(config.discord.api_url),
        )
        stack.push_async_callback(pictures.aclose)
        yield Resources(models=models, pictures=pictures, painter=_painter(config, session))


@asynccontextmanager
async def open_pictures(settings: ImageSettings) -> AsyncIterator[Pictures]:
    """For files of this machine alone, and for no model in particular."""
    async with aiohttp.ClientSession() as session:
        pictures = Pictures(
            settings, session=session, rule=UnknownRule(), clock=clock, allowed_hosts=()
        )
        try:
            yield pictures
        finally:
            await pictures.aclose()


def describe_endpoints(models: Routes) -> str:
    """Every endpoint with its models, on one line."""
    return ", ".join(
        f"{endpoint.name}: {' '.join(model.card.name for model in endpoint.models)}"
        for endpoint in models.endpoints
    )


def open_session() -> aiohttp.ClientSession:
    """As many connections as there are answers: a hundred, the usual bound, would hold back a crowd.

    Cookies are neither kept nor sent.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
    )


def _painter(config: Config, session: aiohttp.ClientSession) -> ToolPainter | ImagesPainter | None:
    if config.painting is None:
        return None
    return make_painter(config.painting, session, random=random.random)


def is_built_in(settings: EndpointSettings) -> bool:
    return settings.base_url == BUILT_IN


async def _open_built_in(
    endpoints: Sequence[EndpointSettings], stack: AsyncExitStack
) -> list[EndpointSettings]:
    """Open the built-in describer where the configuration asks for it; several share one."""
    if not any(map(is_built_in, endpoints)):
        return list(endpoints)
    from bot.standins.describer.api.server import MODEL_NAME, Describer

    describer = await stack.enter_async_context(Describer())
    return [
        replace(settings, base_url=describer.base_url, model=MODEL_NAME)
        if is_built_in(settings)
        else settings
        for settings in endpoints
    ]


def _endpoint(settings: EndpointSettings, session: aiohttp.ClientSession) -> Endpoint:
    models = tuple(
        ResponsesModel(replace(settings, model=name), session, random=random.random)
        for name in dict.fromkeys([settings.model, *settings.models])
    )
    return Endpoint(name=settings.name, models=models)


def _hosts(api_url: str | None) -> frozenset[str]:
    """A stand-in for Discord serves the pictures, too."""
    own = {str(yarl.URL(api_url).origin())} if api_url else set()
    return DISCORD_HOSTS | own
