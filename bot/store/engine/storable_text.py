"""Text as both engines take it: PostgreSQL refuses NUL, and neither takes half a surrogate pair."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Replace each NUL and each lone surrogate by U+FFFD: the length stays, and nothing else changes."""
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(map(_replace_surrogate, text))
    return text


def clean_all_parameters(engine: AsyncEngine) -> None:
    """Clean the text of every statement that `engine` executes, whoever wrote the statement.

    What is looked for is cleaned like what was stored, so it is found.
    """
    event.listen(engine.sync_engine, "before_cursor_execute", _clean_statement, retval=True)


def _clean_statement(
    _connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object
) -> tuple[str, Any]:
    return statement, _clean_value(parameters)


def _clean_value(value: Any) -> Any:
    """Of a text, or of the text in parameters, or in many of those."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_clean_value(each) for each in value]
        case tuple():
            return tuple(map(_clean_value, value))
        case Mapping():
            return {key: _clean_value(each) for key, each in value.items()}
        case _:
            return value


def _replace_surrogate(character: str) -> str:
    return _REPLACEMENT if "\ud800" <= character <= "\udfff" else character
