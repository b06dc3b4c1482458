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
