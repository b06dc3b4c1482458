"""Logging: one event, one line, and no secret in it, whatever somebody logs."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import logs
from bot.core.errors import DatabaseUnavailable
from bot.core.secrets import Secret

KEY = "sk-a1b2c3d4e5f6"
log = logging.getLogger("bot.chat.answer")


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """Undo what a test sets up."""
    root = logging.getLogger()
    level, held = root.level, list(root.handlers)

    yield

    root.setLevel(level)
    root.handlers[:] = held


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Set logging up in either format, and hand out what was written."""
    stream = io.StringIO()
    logs.setup(format=request.param, secrets=[Secret(KEY)], stream=stream)
    return stream.getvalue


def text_lines(*, level: str = "INFO") -> Callable[[], list[str]]:
    stream = io.StringIO()
    logs.setup(level=level, stream=stream)
    return lambda: stream.getvalue().splitlines()


def json_events() -> Callable[[], list[dict[str, Any]]]:
    stream = io.StringIO()
    logs.setup(format="json", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_text_event_is_one_line_with_its_fields() -> None:
    lines = text_lines()

    log.info("answer settled", extra={"message_id": 5, "ending": "completed"})

    [line] = lines()
    assert line[10] == " "
    assert line[19:] == "Z INFO chat.answer: answer settled message_id=5 ending=completed"


def test_text_field_with_spaces_or_quotes_is_quoted() -> None:
    lines = text_lines()

    log.info("image left out", extra={"file": 'my "cat".png', "note": ""})

    assert lines()[0].endswith(r' file="my \"cat\".png" note=""')


@pytest.mark.parametrize(
    "value",
    [
        "one\nERROR chat: forged",
        "one\r\nERROR chat: forged",
        "one\x1b[2Jcleared",
        "one\u2028two",
        "one\x9b2J",  # a control sequence of one character
    ],
)
def test_text_field_with_control_characters_is_escaped(
    value: str,
) -> None:
    lines = text_lines()

    log.info("message %s ignored", value, extra={"author": value})

    [line] = lines()
    assert line.isprintable()


def test_text_exception_follows_indented() -> None:
    lines = text_lines()

    try:
        raise KeyError("colour")
    except KeyError:
        log.exception("answer failed")

    first, *others = lines()
    assert first.endswith("ERROR chat.answer: answer failed")
    assert others[0] == "    Traceback (most recent call last):"
    assert others[-1] == "    KeyError: 'colour'"


@pytest.mark.parametrize("kind", ["interactions", "webhooks"])
def test_token_in_an_address_is_not_logged(kind: str) -> None:
    """discord.py warns of a rate limit with the whole address."""
    lines = text_lines()

    log.warning("PATCH https://discord.com/api/v10/%s/12/aW50ZXJ/messages/@original got 429", kind)

    [line] = lines()
    assert "aW50ZXJ" not in line
    assert f"/{kind}/12/[secret]/messages/@original got 429" in line


def test_failing_database_takes_one_line() -> None:
    """A locked database filled the log with 150 lines of the drivers' for each page."""
    lines = text_lines()

    try:
        raise DatabaseUnavailable("the database can't be used: database is locked")
    except DatabaseUnavailable:
        log.exception("a reply could not be noted", extra={"message_id": 5})

    [line] = lines()
    assert " a reply could not be noted message_id=5 reason=" in line
    assert "database is locked" in line
    assert " at=test_logs.py:" in line


def test_json_event_is_one_object_with_plain_values() -> None:
    events = json_events()

    log.info(
        "answer settled", extra={"message_id": 5, "seconds": 1.5, "user": None, "is_new": True}
    )

    [event] = events()
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "INFO",
        "logger": "chat.answer",
        "message": "answer settled",
        "message_id": 5,
        "seconds": 1.5,
        "user": None,
        "is_new": True,
    }


def test_json_field_named_like_an_event_key_replaces_nothing() -> None:
    events = json_events()

    log.info("retried", extra={"time": 3, "level": "low"})

    [event] = events()
    assert event["level"] == "INFO"
    assert (event["time_"], event["level_"]) == (3, "low")


def test_json_exception_is_a_field_of_its_event() -> None:
    events = json_events()

    try:
        raise KeyError("colour")
    except KeyError:
        log.exception("answer failed")

    [event] = events()
    assert event["error"].endswith("KeyError: 'colour'")


def log_message() -> None:
    log.warning("key is " + KEY)  # noqa: G003  (the mistake that is tried)


def log_argument() -> None:
    log.warning("key is %s", KEY)


def log_field() -> None:
    log.warning("key met", extra={"key": KEY})


def log_nested_field() -> None:
    log.warning("headers sent", extra={"headers": {"Authorization": f"Bearer {KEY}"}})


def log_exception() -> None:
    try:
        raise ValueError(f"bad key {KEY}")
    except ValueError:
        log.exception("call failed")


def log_cause() -> None:
    try:
        try:
            raise ValueError(KEY)
        except ValueError as error:
            raise RuntimeError("call failed") from error
    except RuntimeError:
        log.exception("answer failed")


def leave_only_ours() -> None:
    """Pytest listens, too, and lets a record that can't be formatted fail the test."""
    root = logging.getLogger()
    root.handlers[:] = [held for held in root.handlers if type(held).__module__ == "bot.logs"]


def log_bad_arguments() -> None:
    leave_only_ours()
    log.warning("%d tokens", KEY)


@pytest.mark.parametrize(
    "write",
    [
        log_message,
        log_argument,
        log_field,
        log_nested_field,
        log_exception,
        log_cause,
        log_bad_arguments,
    ],
)
def test_record_with_a_secret_is_written_without_it(
    write: Callable[[], None], written: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    write()

    assert written()
    assert KEY not in written()
    assert KEY not in capfd.readouterr().err


def test_unformattable_record_is_told_of_by_its_logger() -> None:
    lines = text_lines()
    leave_only_ours()

    log.warning("%d tokens", "many")

    assert lines() == ["ERROR logs: a record of bot.chat.answer could not be written (TypeError)"]


def test_secret_within_another_secret_leaves_no_rest() -> None:
    redact = logs.make_secret_filter([Secret("abcdefgh"), Secret("abcdefgh-12345")])

    assert redact("<abcdefgh-12345>") == "<[secret]>"


def test_very_short_secret_is_not_redacted() -> None:
    redact = logs.make_secret_filter([Secret("none"), Secret("")])

    assert redact("none of these") == "none of these"


@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8),
    around=st.text(),
)
@settings(deadline=None)
def test_any_secret_is_redacted_in_json_despite_escapes(secret: str, around: str) -> None:
    stream = io.StringIO()
    logs.setup(format="json", secrets=[Secret(secret)], stream=stream)

    log.info("called", extra={"url": f"{around} {secret}"})

    assert secret not in json.loads(stream.getvalue())["url"].replace("[secret]", "")


def test_libraries_are_quiet_below_a_warning_even_when_debugging() -> None:
    lines = text_lines(level="DEBUG")

    logging.getLogger("discord.gateway").debug("received a payload")
    logging.getLogger("sqlalchemy.engine.Engine").info("SELECT")
    logging.getLogger("discord.client").warning("shard is blocked")

    assert [line.split(": ", 1)[1] for line in lines()] == ["shard is blocked"]


def test_setup_called_again_writes_each_event_once() -> None:
    text_lines()
    lines = text_lines()

    log.info("started")

    assert len(lines()) == 1


def test_closed_standard_error_does_not_stop_the_program() -> None:
    program = (
        "import os, logging\n"
        "from bot import logs\n"
        "logs.setup()\n"
        "os.close(2)\n"
        "logging.getLogger('bot').warning('nobody reads this')\n"
        "print('went on')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )

    assert (ended.returncode, ended.stdout) == (0, "went on\n")


# discord.py's own tracebacks


def test_tracebacks_of_discord_py_become_one_line(written: Callable[[], str]) -> None:
    """They quoted what people wrote, and a refused gateway filled pages with them."""
    try:
        raise KeyError("what somebody wrote")
    except KeyError:
        logging.getLogger("discord.client").exception("Ignoring exception in %s", "on_message")

    assert len(written().splitlines()) == 1
    assert "Ignoring exception in on_message" in written()
    assert "KeyError" in written()
    assert "test_logs.py:" in written()
    assert "what somebody wrote" not in written()
