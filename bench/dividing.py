"""The cost of dividing an answer into Discord messages."""

import time

from bench.figures import Row, median, milliseconds
from bench.prose import markdown, prose, split
from bot.core.display.draft import Draft

_DELTAS = 1000
_LOOKS = 20
_ROUNDS = 15


def measure() -> list[Row]:
    texts = {
        "plain sentences": prose(_DELTAS),
        "Markdown with code": markdown(_DELTAS),
        "32,000 halves of flags": "\N{REGIONAL INDICATOR SYMBOL LETTER D}" * 32_000,
    }
    return [
        Row(name=name, value=milliseconds(median(_cost(text) for _ in range(_ROUNDS))))
        for name, text in texts.items()
    ]


def _cost(text: str) -> float:
    """Seconds of CPU."""
    deltas = split(text)
    before = time.process_time()
    draft = Draft()
    for number, delta in enumerate(deltas, start=1):
        draft.add(delta)
        if number % (_DELTAS // _LOOKS) == 0:
            draft.pages()
    draft.finish("-# scripted · 1,234 tokens")
    draft.pages()
    return time.process_time() - before
