"""Kinds of values that travel as HTTP headers."""

import re

from bot.config.kinds.kind import Kind, Rejected, must_be, shown

# Without digits, and short: a key that was pasted here is no name.
_NAME = re.compile(r"[A-Za-z]+(-[A-Za-z]+)*")
_LONGEST_NAME = 28  # characters
_KEY_NAME = re.compile(r"(?i).*(-|key)")
_SECRET_NAME = re.compile(r"(?i)auth|key|token|secret|cookie")
_OURS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
    | {"transfer-encoding"}
)


def authorization() -> Kind:
    """The way a key is sent: a word, or the name of the header that holds it."""
    allowed = '"bearer", "raw", or the name of a header such as "api-key" or "x-api-key"'

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise must_be(value, allowed)
        if value.lower() in ("bearer", "raw"):
            return value.lower()
        if not _is_name(value) or not _KEY_NAME.match(value) or value.lower() in _OURS:
            raise must_be(value, allowed)
        return value

    return Kind(allowed=allowed, read=read)


def headers() -> Kind:
    """Headers to send on top of the others; no secrets, since what is sent is shown."""
    allowed = 'names and values in braces, such as { "X-Title" = "Glimpse" }'

    def read(value: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict):
            raise must_be(value, allowed)
        for name, text in value.items():
            complaint = _complain(name, text)
            if complaint:
                raise Rejected(complaint)
        return tuple(value.items())

    return Kind(allowed=allowed, read=read)


def _complain(name: str, text: object) -> str:
    if not _is_name(name):
        return f"names the header {shown(name)}, but a name is made of letters and hyphens"
    if name.lower() in _OURS:
        return f"names {shown(name)}, which is set by itself"
    if _SECRET_NAME.search(name):
        return (
            f"names {shown(name)}: a key belongs in `api_key`, its header's name in `authorization`"
        )
    if not isinstance(text, str) or not re.fullmatch(r"[ -~]{1,200}", text):
        return f"gives {shown(name)} a value that is no line of plain text in quotes"
    return ""


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None
