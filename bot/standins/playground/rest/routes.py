"""The routes of the REST interface, their requests and their responses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.standins.playground.errors import Json
from bot.standins.playground.messages.forms import Upload

Body = Json | list[Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class RestRequest:
    """One request, read."""

    match: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: Mapping[int, Upload] = field(default_factory=dict)

    def id(self, name: str) -> int:
        """A number of the path; 0, which nothing has, where it is none."""
        text = self.match[name]
        return int(text) if text.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class RestResponse:
    status: int = 200
    body: Body | None = None


NO_CONTENT = RestResponse(204)


@dataclass(frozen=True, kw_only=True, slots=True)
class RestRoute:
    """`bucket` names one of the `Limits`; it counts for each channel, server or token."""

    method: str
    path: str
    handler: Callable[[RestRequest], RestResponse]
    bucket: str = "other"
    needs_token: bool = True
    counts_globally: bool = True
