"""Tools of a model: the endpoint's web search, and functions of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class SearchContext(StrEnum):
    """The share of what is found that the model reads."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """Roughly where the askers are, for searches about what is near. Empty words are left out."""

    country: str = ""  # two letters, ISO 3166-1
    region: str = ""
    city: str = ""
    timezone: str = ""  # IANA name


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSearch:
    """The endpoint searches the web by itself, whenever the model wants it."""

    context: SearchContext = SearchContext.MEDIUM
    allowed_domains: tuple[str, ...] = ()  # empty: the whole web
    location: Location | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """A function of ours that the model may ask for. `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


Tool = WebSearch | Function


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionCall:
    """The model asks for a function; `arguments` is JSON as the model wrote it."""

    id: str
    name: str
    arguments: str
