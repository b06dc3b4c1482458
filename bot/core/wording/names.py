"""Names and words that others chose, made harmless, and amounts as people read them."""

import re
from typing import Final

LONGEST_NAME: Final = 40  # characters of a file's name, a model's name or a headline
UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+"
)
_MARKDOWN: Final = re.compile(r"([\\*_~`|<>\[\]()#:])")


def file_name(name: str) -> str:
    """Show a file's name as code: it can't end the code, ping, or turn the direction of writing."""
    return f"`{shorten(one_line(name).replace('`', 'ˋ')) or 'unnamed'}`"


def plain_text(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Show words of others as they are, without their Markdown, mentions or links taking effect."""
    return _MARKDOWN.sub(r"\\\1", shorten(one_line(text), longest=longest))


def one_line(text: str) -> str:
    return UNSEEN.sub(" ", text).strip().replace("@", "@\u200b")


def shorten(text: str, *, longest: int = LONGEST_NAME) -> str:
    """Leave out the middle: a file's ending tells more than the rest of its name."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 11]}…{text[-10:]}"


def tokens(amount: int) -> str:
    return "1 token" if amount == 1 else f"{amount:,} tokens"
