"""Where and how an endpoint is asked."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from yarl import URL

from bot.core.models.tokens import Detail
from bot.core.secrets import Secret
from bot.responses.models.overrides import ModelOverrides
from bot.responses.profiles import Profile

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
ReasoningSummary = Literal["auto", "concise", "detailed"]
SMALLEST_OUTPUT: Final = 16  # tokens; OpenAI and Azure refuse less
_NO_KEY: Final = Secret("")
_VERSION: Final = re.compile(r"/v\d+[a-z]*\d*(/|$)")
# What people copy from a page about another API, or another page about this one.
_RESOURCE: Final = re.compile(r"/(responses|chat/completions|completions)$")
_PREFIXES: Final = (  # where the version is not right below the host
    (re.compile(r"(^|\.)openrouter\.ai$"), "/api"),
    (re.compile(r"\.(openai|cognitiveservices|services\.ai)\.azure\.com$"), "/openai"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSettings(Profile):
    """A profile with an address. Times are in seconds."""

    base_url: str
    model: str
    name: str = "main"  # among other endpoints
    models: tuple[str, ...] = ()  # further ones there, to be chosen
    api_key: Secret = _NO_KEY
    max_output_tokens: int | None = None  # None: as much as the request allows
    detail: Detail | None = None  # None: by the question, and "auto" as the profile says
    reasoning_effort: ReasoningEffort | None = None  # None: not sent, as the summary
    reasoning_summary: ReasoningSummary | None = None
    overrides: Mapping[str, ModelOverrides] = field(default_factory=dict)  # by model
    connect_timeout: float = 10.0
    longest_answer: float = 3600.0
    max_attempts: int = 3
    longest_wait: float = 20.0  # between attempts; an endpoint that asks for more isn't asked again
    retry_within: float = 30.0  # a failure after more may have been billed already
    gulp: float = 1.0  # longest time that text may wait to be read; 0: read every piece at once


def hasten(settings: EndpointSettings) -> EndpointSettings:
    """Ask again once and soon, or not at all: another endpoint stands by."""
    return replace(
        settings,
        max_attempts=min(2, settings.max_attempts),
        longest_wait=min(1.0, settings.longest_wait),
        retry_within=min(3.0, settings.retry_within),
    )


def is_near(host: str) -> bool:
    """Whether a host is on this machine or its network, by its name or number."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost"))


def complete_address(written: str) -> str:
    """Put the scheme before an address that was written without. Raises ValueError."""
    text = written.strip()
    if "://" in text:
        return text
    return f"{'http' if is_near(urlsplit(f'//{text}').hostname or '') else 'https'}://{text}"


def find_url(base_url: str, resource: str = "responses") -> URL:
    """Return the URL of a resource, for a base URL as people write it.

    With or without a scheme, a final slash, the version and `/responses`. Raises ValueError.
    """
    url = URL(complete_address(base_url))
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"`{base_url}` is no address of an endpoint")
    path, had_resource = _RESOURCE.subn("", url.path.rstrip("/"))
    if not path and not had_resource:
        path = next((prefix for host, prefix in _PREFIXES if host.search(url.host)), "")
    if not had_resource and not _VERSION.search(path):
        path += "/v1"
    return url.with_path(f"{path}/{resource}", keep_query=True)


def make_headers(settings: EndpointSettings) -> Mapping[str, str]:
    headers = {
        **dict(settings.headers),
        "Accept": "text/event-stream, application/json",
        # Compressed streams arrive in blocks, which hides deltas until a block is full.
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
    }
    if settings.api_key:
        headers |= _authorize(settings.api_key.reveal().strip(), settings.authorization)
    return headers


def _authorize(key: str, authorization: str) -> Mapping[str, str]:
    match authorization:
        case "bearer":
            return {"Authorization": f"Bearer {key}"}
        case "raw":
            return {"Authorization": key}
        case header:
            return {header: key}
