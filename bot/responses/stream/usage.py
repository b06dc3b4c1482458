"""The usage that an endpoint reports: believed as a whole, or not at all.

A report in which one number can't be true says nothing about the others, so the answer is then
charged by estimate. Zeros alone mean that the endpoint does not count.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.core.answers.events import PicturesCounted, Usage

MOST_TOKENS: Final = 10**9  # no answer uses as many; a report of more is an error
_CACHED: Final = ("input_tokens_details", "prompt_tokens_details"), "cached_tokens"
_REASONING: Final = ("output_tokens_details", "completion_tokens_details"), "reasoning_tokens"


class _Untrue(Exception):
    """A number in a report can't be a count of tokens."""


def read_usage(value: Any) -> Usage | None:
    """Read the usage under either API's names; None where nothing is reported, only zeros, or
    what can't be true.

    A total above input and output together holds thinking that no part of the report does, as with
    Gemini's and xAI's models: it is output.
    """
    if not isinstance(value, dict):
        return None
    try:
        usage = _read(value)
    except _Untrue:
        return None
    return usage if 0 < usage.total_tokens <= MOST_TOKENS else None


def read_counted(value: Any) -> PicturesCounted | None:
    """Read a picture model's usage; None as with `read_usage`."""
    if not isinstance(value, dict):
        return None
    try:
        counted = _read_counted(value)
    except _Untrue:
        return None
    total = counted.text_tokens + counted.image_tokens + counted.output_tokens
    return counted if 0 < total <= MOST_TOKENS else None


def _read(value: Mapping[str, Any]) -> Usage:
    given, made = _read_parts(
        _count(value, "input_tokens", "prompt_tokens"),
        _count(value, "output_tokens", "completion_tokens"),
        _count(value, "total_tokens"),
    )
    cached, reasoning = _detail(value, *_CACHED), _detail(value, *_REASONING)
    if cached > given or reasoning > made:
        raise _Untrue
    return Usage(
        input_tokens=given, output_tokens=made, cached_tokens=cached, reasoning_tokens=reasoning
    )


def _read_parts(given: int | None, made: int | None, total: int | None) -> tuple[int, int]:
    if total and total < (given or 0) + (made or 0):
        raise _Untrue
    if given is None:
        return max(0, (total or 0) - (made or 0)), made or 0
    return given, max(made or 0, (total or 0) - given)


def _read_counted(value: Mapping[str, Any]) -> PicturesCounted:
    given, made = _read_parts(
        _count(value, "input_tokens"),
        _count(value, "output_tokens"),
        _count(value, "total_tokens"),
    )
    image = _detail(value, ("input_tokens_details",), "image_tokens")
    if image > given:
        raise _Untrue
    return PicturesCounted(text_tokens=given - image, image_tokens=image, output_tokens=made)


def _detail(value: Mapping[str, Any], groups: tuple[str, ...], name: str) -> int:
    for group in groups:
        details = value.get(group)
        if isinstance(details, dict):
            return _count(details, name) or 0
    return 0


def _count(value: Mapping[str, Any], *names: str) -> int | None:
    """Return the first of these that is given; null counts as not given. Raises _Untrue."""
    count = next((value[name] for name in names if value.get(name) is not None), None)
    if count is None:
        return None
    is_number = isinstance(count, int | float) and not isinstance(count, bool)
    if not is_number or not 0 <= count <= MOST_TOKENS or count != int(count):
        raise _Untrue
    return int(count)
