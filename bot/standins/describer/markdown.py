"""Escapes text of strangers, from pictures and files, for an answer that is shown as Markdown."""

import re
from typing import Final

_ZERO_WIDTH: Final = "\u200b"
_MARKUP: Final = re.compile(r"([\\`*_~|#\[\]()<>]|^[-+])")
_MENTION: Final = re.compile(r"@(?=everyone|here)|<(?=[@#:/&tis])", re.IGNORECASE)
_LINK: Final = re.compile(r"(?<=http)(?=s?://)", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """For running text: no markup, no mention and no link comes of it."""
    plain = _MARKUP.sub(r"\\\1", " ".join(_clean(text).split()))
    return _LINK.sub(_ZERO_WIDTH, plain)


def code(text: str) -> str:
    """Within a line, between backticks."""
    plain = " ".join(_clean(text).split()).replace("`", "'")
    return f"`{plain}`" if plain else ""


def fence(text: str) -> str:
    """As a block of code, which the text can't close."""
    return f"```text\n{_clean(text).replace('```', f'`{_ZERO_WIDTH}`{_ZERO_WIDTH}`')}\n```"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a word where there is one."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.;:") + "…"


def _clean(text: str) -> str:
    """Without control characters and turns of direction, and with mentions broken up."""
    return _MENTION.sub(lambda match: match[0] + _ZERO_WIDTH, _UNSEEN.sub("", text))
