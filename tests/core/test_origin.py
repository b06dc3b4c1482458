"""Where an error came from."""

import json

from bot.core.calendar.instants import parse_instant
from bot.core.origin import origin


def caught(work: object) -> BaseException:
    assert callable(work)
    try:
        work()
    except Exception as error:  # noqa: BLE001 - that is what the test is about
        return error
    raise AssertionError("nothing was raised")


def test_origin_is_the_innermost_line() -> None:
    assert origin(caught(lambda: json.loads("{"))).startswith("decoder.py:")


def test_line_of_ours_goes_before_that_of_a_library() -> None:
    broken: object = None

    found = origin(caught(lambda: parse_instant(broken, None, None)))  # type: ignore[arg-type]

    assert found.startswith("instants.py:")


def test_error_that_was_never_raised_has_none() -> None:
    assert origin(KeyError()) == ""


def module(path: str, text: str, **names: object) -> dict[str, object]:
    exec(compile(text, path, "exec"), names)  # noqa: S102
    return names


def test_line_outside_a_folder_goes_before_one_within() -> None:
    inner = module("/bot/store/database.py", "def read(): raise OSError")["read"]
    outer = module("/bot/chat/answer.py", "def ask(): read()", read=inner)["ask"]
    error = caught(outer)

    assert origin(error) == "database.py:1"
    assert origin(error, outside="/bot/store/") == "answer.py:1"
    assert origin(caught(inner), outside="/bot/store/") == "database.py:1"
