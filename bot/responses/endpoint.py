"""Where and how an endpoint is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from yarl import URL

from bot.core.secrets import Secret
from bot.core.tokens import Detail

Authorization = Literal["bearer", "raw", "api-key"]
SMALLEST_OUTPUT: Final = 16  # tokens; OpenAI and Azure refuse less
_NO_KEY: Final = Secret("")
_VERSION: Final = re.compile(r"/v\d+[a-z]*\d*(/|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSettings:
    """Times are in seconds."""

    base_url: str
    model: str
    api_key: Secret = _NO_KEY
    authorization: Authorization = "bearer"  # raw: the key alone; api-key: Azure's header
    max_output_tokens: int | None = None  # None: as much as the request allows
    detail: Detail | None = None  # None: not sent, which means "auto"
    connect_timeout: float = 10.0
    first_byte_timeout: float = 120.0  # until the answer's headers
    idle_timeout: float = 300.0  # without a byte; models that think can be silent for minutes
    longest_answer: float = 3600.0
    max_attempts: int = 3
    longest_wait: float = 20.0  # between attempts; an endpoint that asks for more isn't asked again
    retry_within: float = 30.0  # a failure after more may have been billed already
    gulp: float = 1.0  # longest time that text may wait to be read; 0: read every piece at once


def find_url(base_url: str) -> URL:
    """Return the URL to post to, for a base URL as people write it.

    With or without a scheme, a final slash, the version and `/responses`. Raises ValueError.
    """
    text = base_url.strip()
    if "://" not in text:
        is_local = re.match(r"(localhost|127\.|\[::1\]|[^/.]+:)", text)
        text = f"{'http' if is_local else 'https'}://{text}"
    url = URL(text)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"`{base_url}` is no address of an endpoint")
    path = url.path.rstrip("/")
    if not path.endswith("/responses"):
        path += "/responses" if _VERSION.search(path) else "/v1/responses"
    return url.with_path(path, keep_query=True)


def make_headers(settings: EndpointSettings) -> Mapping[str, str]:
    headers = {
        "Accept": "text/event-stream, application/json",
        # Compressed streams arrive in blocks, which hides deltas until a block is full.
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
    }
    if settings.api_key:
        headers |= _authorize(settings.api_key.reveal().strip(), settings.authorization)
    return headers


def _authorize(key: str, authorization: Authorization) -> Mapping[str, str]:
    if authorization == "api-key":
        return {"api-key": key}
    return {"Authorization": key if authorization == "raw" else f"Bearer {key}"}
