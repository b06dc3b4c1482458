"""Servers repeat parts of a request in their complaints; what people wrote must not reach a log."""

import re
from collections.abc import Iterable
from typing import Final

from bot.core.conversation.turns import ModelRequest
from bot.responses.stream.errors import LONGEST_WORDS, cut_words

LONGEST_ECHO: Final = 16  # characters in a row that may be the same by chance
_BLOCK: Final = LONGEST_ECHO // 2  # characters; every echo holds a whole block of the words
_LONGEST_LOGGED: Final = 1_000  # characters; more than is logged of them
_DATA_URL: Final = re.compile(r"data:[\w/+.-]*;base64,[\w+/=]*")


def texts_of(request: ModelRequest) -> tuple[str, ...]:
    """Everything in it that a person or the model wrote, or that functions found of it."""
    texts = [turn.text for turn in request.turns]
    notes = [image.note for turn in request.turns for image in turn.images]
    found = [text for each in request.exchanges for text in (each.call.arguments, each.output)]
    files = [file for turn in request.turns for file in turn.files]
    read = [text for file in files for text in (file.text, file.tail, file.note)]
    held = (*texts, *notes, *found, *read)
    return tuple(_plain(text) for text in held if len(text) >= LONGEST_ECHO)


def without_echoes(words: str, texts: Iterable[str]) -> str:
    """Take out of a server's words what it repeats of `texts`, and pictures."""
    words = _DATA_URL.sub("(picture)", cut_words(words, LONGEST_WORDS))
    words = cut_words(_plain(words), _LONGEST_LOGGED)
    held = tuple(texts)
    blocks = [
        any(words[at : at + _BLOCK] in text for text in held)
        for at in range(0, len(words) + _BLOCK, _BLOCK)
    ]
    kept: list[str] = []
    at = 0
    while at < len(words):
        may_begin = blocks[-(-at // _BLOCK)]
        length = _echo_at(words, at, held) if may_begin else 0
        kept.append("(…)" if length else words[at])
        at += length or 1
    return "".join(kept)


def _echo_at(words: str, at: int, texts: tuple[str, ...]) -> int:
    """The length of the longest echo that begins at `at`; 0: none does."""
    longest = 0
    for text in texts:
        length = LONGEST_ECHO
        while at + length <= len(words) and words[at : at + length] in text:
            longest = max(longest, length)
            length += 1
    return longest


def _plain(text: str) -> str:
    """White space may be escaped or folded on the way."""
    return " ".join(text.replace("\\n", " ").replace("\\t", " ").split())
