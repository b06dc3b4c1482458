"""Logging: one event, one line, with its fields; for people or as JSON.

Write `log.info("answer settled", extra={"message_id": 1, "tokens": 2})`: a constant sentence, the
values as fields. What a person wrote and what a model answered is never logged.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

from bot.core.errors import StoreError
from bot.core.origin import origin
from bot.core.secrets import Secret

# Below a warning these tell of payloads, rows and headers: of what people wrote, that is.
_QUIET = ("aiohttp", "aiosqlite", "alembic", "asyncio", "discord", "PIL", "sqlalchemy")

_STORE = "/bot/store/"  # where each of its errors is raised, and so says nothing

# A shorter one is no secret ("none" for an endpoint that asks for no key) and would eat the log.
_SHORTEST_REDACTED = 8  # characters

# discord.py names the address of a refused request. Whoever has an interaction's token may answer it.
_WEBHOOK_TOKEN = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?\"']+")

_RECORD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

SecretFilter = Callable[[str], str]


def setup(
    *,
    level: str = "INFO",
    format: Literal["text", "json"] = "text",  # noqa: A002  (the key's name)
    secrets: Iterable[Secret] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log record to `stream` (standard error), without the secrets' values.

    May be called again: the latest call counts.
    """
    redact = make_secret_filter(secrets)
    output = _Output(stream or sys.stderr)
    output.setFormatter(_Json(redact) if format == "json" else _Text(redact))
    root = logging.getLogger()
    for earlier in [held for held in root.handlers if isinstance(held, _Output)]:
        root.removeHandler(earlier)
    root.addHandler(output)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def make_secret_filter(secrets: Iterable[Secret]) -> SecretFilter:
    """Make the function that replaces the secrets' values in a text."""
    values = {secret.reveal() for secret in secrets}
    # The longest first, so that a secret within another one leaves no rest of it.
    found = sorted((v for v in values if len(v) >= _SHORTEST_REDACTED), key=len, reverse=True)

    def redact(text: str) -> str:
        for value in found:
            text = text.replace(value, "[secret]")
        return _WEBHOOK_TOKEN.sub(r"\1[secret]", text)

    return redact


class _Output(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say that a record was lost. logging's own report repeats its values, secrets included."""
        kind = getattr(sys.exc_info()[0], "__name__", "error")
        try:
            self.stream.write(
                f"ERROR logs: a record of {record.name} could not be written ({kind})\n"
            )
            self.stream.flush()
        except (OSError, ValueError):
            return  # standard error is gone: there is nobody left to tell


class _Formatter(logging.Formatter):
    def __init__(self, redact: SecretFilter) -> None:
        super().__init__()
        self._redact = redact

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        extra = {name: v for name, v in vars(record).items() if name not in _RECORD_ATTRIBUTES}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and _is_discords(record):
            extra |= {"reason": type(error).__name__, "at": origin(error)}
        elif error is not None and _is_foreseen(record):
            extra |= {"reason": error, "at": origin(error, outside=_STORE)}
        return {name: self._plain(value) for name, value in extra.items()}

    def _plain(self, value: object) -> object:
        return (
            value
            if value is None or isinstance(value, bool | int | float)
            else self._redact(str(value))
        )

    def _sentence(self, record: logging.LogRecord) -> str:
        return self._redact(record.getMessage())

    def _trace(self, record: logging.LogRecord) -> str:
        is_line = _is_discords(record) or _is_foreseen(record)
        trace = self.formatException(record.exc_info) if record.exc_info and not is_line else ""
        stack = record.stack_info or ""
        return self._redact("\n".join(part for part in (trace, stack) if part))


class _Text(_Formatter):
    """`2026-01-31 12:00:00Z INFO chat.answers.text_answer: answer settled tokens=512`; a traceback follows indented."""

    def format(self, record: logging.LogRecord) -> str:
        instant = datetime.fromtimestamp(record.created, UTC)
        head = f"{instant:%Y-%m-%d %H:%M:%S}Z {record.levelname} {_room(record.name)}: "
        pairs = (f" {name}={_word(value)}" for name, value in self._fields(record).items())
        lines = [head + _visible(self._sentence(record)) + "".join(pairs)]
        lines += [f"    {_visible(line)}" for line in self._trace(record).splitlines()]
        return "\n".join(lines)


class _Json(_Formatter):
    """One object a line; `error` holds a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        instant = datetime.fromtimestamp(record.created, UTC)
        event: dict[str, object] = {
            "time": instant.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": _room(record.name),
            "message": self._sentence(record),
        }
        trace = self._trace(record)
        if trace:
            event["error"] = trace
        return json.dumps(_beside(event, self._fields(record)), ensure_ascii=False)


def _beside(event: Mapping[str, object], fields: Mapping[str, object]) -> dict[str, object]:
    """A field with one of the event's own names gets an underscore and hides nothing."""
    return {**event, **{name + "_" * (name in event): value for name, value in fields.items()}}


def _is_foreseen(record: logging.LogRecord) -> bool:
    """A database that fails says why in a sentence; its traceback is two drivers long."""
    return record.exc_info is not None and isinstance(record.exc_info[1], StoreError)


def _is_discords(record: logging.LogRecord) -> bool:
    """discord.py logs tracebacks of what it shrugs off; they may quote messages and options."""
    return record.name.partition(".")[0] == "discord"


def _room(logger: str) -> str:
    return logger.removeprefix("bot.")


def _word(value: object) -> str:
    text = str(value)
    is_plain = bool(text) and text.isprintable() and not any(letter in ' "=' for letter in text)
    return text if is_plain else _visible(json.dumps(text, ensure_ascii=False))


def _visible(text: str) -> str:
    """No line of ours may be forged, and no terminal steered, by what a field holds."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
