"""Texts for the model to write: the same at every run."""

from itertools import accumulate

DELTA = 4  # characters

_SENTENCES = (
    "The picture shows a narrow street at night, wet from rain. ",
    "Three people walk under one umbrella towards a lit shop window. ",
    "Above the door hangs a sign, its letters half hidden by a branch. ",
    "To the left stands a bicycle without a front wheel, chained to a post. ",
    "The light comes from a lamp outside the frame and falls from the right.\n\n",
)
CODE = (
    "Here is what **matters**, in `main.py`:\n\n"
    "```python\n"
    + "".join(f"def step_{n}(value: int) -> int:\n    return value + {n}\n\n" for n in range(30))
    + "```\n\n- first, *read* it\n- then [look](https://example.org/page) at the ||answer||\n\n"
)


def prose(deltas: int) -> str:
    """Plain sentences that take so many deltas."""
    return _repeat("".join(_SENTENCES), deltas * DELTA)


def markdown(deltas: int) -> str:
    """The same with code blocks, lists, links and marks."""
    return _repeat(CODE + "".join(_SENTENCES) * 2, deltas * DELTA)


def split(text: str) -> list[str]:
    return [text[at : at + DELTA] for at in range(0, len(text), DELTA)]


def visible(text: str) -> int:
    """Count the characters that are not white space: what survives the division into pages."""
    return len("".join(text.split()))


def visible_after_each(text: str) -> list[int]:
    return list(accumulate(visible(delta) for delta in split(text)))


def _repeat(pattern: str, length: int) -> str:
    text = (pattern * (length // len(pattern) + 1))[:length]
    return text[:-1] + "."
