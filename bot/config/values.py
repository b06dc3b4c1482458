"""The configuration, read and checked: the rooms' own settings side by side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from bot.chat.settings import AnswerSettings, CatchUpSettings, PictureSettings
from bot.core.quota.rules import OperatorRules
from bot.core.secrets import Secret
from bot.gateway.settings import DiscordSettings
from bot.images.settings import FileSettings, ImageSettings
from bot.responses.endpoint import EndpointSettings
from bot.responses.pictures.settings import PaintingSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggingSettings:
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    format: Literal["text", "json"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessSettings:
    name: str
    heartbeat_file: Path | None  # written every few seconds, with how each part is


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    discord: DiscordSettings
    endpoint: EndpointSettings  # the first one
    further_endpoints: tuple[EndpointSettings, ...]  # in the order in which they are asked
    database_url: Secret  # may hold a password
    images: ImageSettings
    files: FileSettings
    answers: AnswerSettings
    catch_up: CatchUpSettings
    pictures: PictureSettings
    painting: PaintingSettings | None  # None: no pictures are made
    process: ProcessSettings
    operator_rules: OperatorRules
    logging: LoggingSettings

    @property
    def endpoints(self) -> tuple[EndpointSettings, ...]:
        return (self.endpoint, *self.further_endpoints)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every value that no log may show."""
        keys = (endpoint.api_key for endpoint in self.endpoints)
        held = (self.discord.token, *keys, *_passwords(self.database_url))
        return tuple(secret for secret in held if secret)


def _passwords(url: Secret) -> tuple[Secret, ...]:
    """The password of a database's address, as it is written there and as the server knows it."""
    try:
        written = urlsplit(url.reveal()).password or ""
    except ValueError:
        return (url,)
    return tuple({Secret(written), Secret(unquote(written))})
