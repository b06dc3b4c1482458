"""Kinds of text with rules of their own: secrets, addresses, databases, time zones."""

import difflib
import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot.config.kinds.kind import Kind, Rejected, must_be, shown, type_name
from bot.core.secrets import Secret

_DATABASES = (
    "sqlite+aiosqlite:///",
    "postgresql+asyncpg://",
    "sqlite:///",
    "postgresql://",
    "postgres://",
)
_PLACEHOLDER = re.compile(
    r"(?i)<.*>|\[.*\]|\$?\{.*\}|\$\w+|%\w+%|[x*.…]+|todo|none yet|token|key|secret|(bot|discord|api)[-_ ]?(token|key)"
    r"|.*(your[-_ ]|change[-_ ]?me|placeholder|replace[-_ ]|insert[-_ ]|example|(token|key)[-_ ]here).*"
)
# A name with a domain's ending, a number or a port: nothing that a key could be taken for.
_HOST_WITHOUT_SCHEME = re.compile(
    r"(localhost|(\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\]|([a-z0-9-]+\.)+[a-z]{2,}|[a-z0-9-]+(?=:\d))"
    r"(:\d+)?([/?].*)?$"
)
_SECRET_NAME = re.compile(r"(?i)key|token|secret|sig|pass")


def secret() -> Kind:
    """A token or key as HTTP can carry it. No message ever repeats the value."""
    return Kind(allowed="text, one word", read=_read_secret)


def _read_secret(value: object) -> Secret:
    if not isinstance(value, str):
        raise Rejected(f"is {type_name(value)}, but must be text in quotes")
    complaint = _secret_complaint(value)
    if complaint:
        raise Rejected(complaint)
    return Secret(value)


def _secret_complaint(value: str) -> str:
    # In this order: a placeholder may hold spaces, and a quoted or prefixed key is told apart first.
    complaints = (
        (bool(_PLACEHOLDER.fullmatch(value)), "is still a placeholder: put the real one there"),
        (not value, "is empty"),
        ("\n" in value or "\r" in value, "contains a line break: it must be one word"),
        (
            value[:1] in "'\"" and value[-1:] == value[:1],
            "stands in quotes twice: leave one pair out",
        ),
        (
            value.lower().startswith(("bot ", "bearer ")),
            "begins with a word and a space: leave both out",
        ),
        (any(letter.isspace() for letter in value), "contains a space: it must be one word"),
        (not all("!" <= letter <= "~" for letter in value), "contains a character that no key has"),
    )
    return next((complaint for applies, complaint in complaints if applies), "")


def endpoint_address(*, word: str, complete: Callable[[str], str]) -> Kind:
    """The address of an endpoint, as people write it; `word` may stand for one.

    `complete` puts a scheme before what looks like an address without one.
    """
    address = web_address("https", "http")
    allowed = f"{address.allowed}, or `{word}`"

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise must_be(value, allowed)
        text = value.strip()
        if text == word:
            return word
        if _HOST_WITHOUT_SCHEME.match(text):
            text = complete(text)
        try:
            return address.read(text)
        except Rejected as complaint:
            raise Rejected(str(complaint).replace(address.allowed, allowed)) from None

    return Kind(allowed=allowed, read=read)


def web_address(*schemes: str) -> Kind:
    """The address of a server; no key or password may hide in it, since it is shown in logs."""
    allowed = f"an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise must_be(value, allowed)
        parts = _split(value)
        if parts is None or parts.scheme not in schemes or not parts.hostname:
            raise Rejected(f"is {_shown_address(value)}, but must be {allowed}")
        if parts.username is not None or _SECRET_NAME.search(parts.query):
            raise Rejected("must not hold a key or password: the key has a place of its own")
        return value.rstrip("/")

    return Kind(allowed=allowed, read=read)


def _split(address: str) -> SplitResult | None:
    """None where the address can't be taken apart."""
    if re.search(r"[\s\x00-\x1f]", address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no port
    except ValueError:
        return None
    return parts


def _shown_address(address: str) -> str:
    return "text with an @" if "@" in address else shown(address)


def database() -> Kind:
    """The database's address: a secret, because it may hold a password."""
    allowed = " or ".join(f"{start}…" for start in _DATABASES[:2])

    def read(value: object) -> Secret:
        if not isinstance(value, str):
            raise Rejected(f"is {type_name(value)}, but must be text: {allowed}")
        begins = next((start for start in _DATABASES if value.startswith(start)), None)
        if begins is None:
            raise Rejected(f"must be an address: {allowed}")
        if not value.removeprefix(begins) or ":memory:" in value:
            raise Rejected("names no file or server: what is spent would be forgotten at the end")
        return Secret(value)

    return Kind(allowed=allowed, read=read)


def time_zone() -> Kind:
    allowed = 'the name of a time zone, such as "Europe/Berlin" or "UTC"'

    def read(value: object) -> ZoneInfo:
        if not isinstance(value, str):
            raise must_be(value, allowed)
        try:
            return ZoneInfo(value)
        # A name that is a path, a directory or no text file each fail in a way of their own.
        except (KeyError, ValueError, OSError):
            near = difflib.get_close_matches(value, available_timezones(), n=1, cutoff=0.5)
            hint = f" (did you mean {shown(near[0])}?)" if near else ""
            raise Rejected(f"is {shown(value)}, but must be {allowed}{hint}") from None

    return Kind(allowed=allowed, read=read)
