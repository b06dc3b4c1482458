"""What is kept of a payload that can't be read as a whole."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.gateway.events.readable_payload import (
    AS_GIVEN,
    LONGEST,
    Core,
    left_out,
    readable_part,
)

CORE = Core(
    fields={"id": AS_GIVEN, "author": AS_GIVEN, "content": ""},
    first=("reference",),
    nested={"author": Core(fields={"id": AS_GIVEN, "name": "unknown"})},
)
WHOLE: dict[str, Any] = {"id": 1, "author": {"id": 2, "name": "alice"}, "content": "hello"}
ODD = "odd"


def has_nothing_odd(value: Any) -> bool:
    """As a parser that looks at everything and does without nothing of the core."""
    return "id" in value and "author" in value and ODD not in str(value)


@pytest.mark.parametrize(
    ("added", "kept"),
    [
        ({"poll": ODD}, {}),
        ({"poll": {"expiry": ODD}, "call": None}, {"poll": {}, "call": None}),
        ({"poll": ODD, "thread": ODD, "flags": 0}, {"flags": 0}),
        ({"files": [{"name": "a"}, ODD, {"name": "b"}]}, {"files": [{"name": "a"}, {"name": "b"}]}),
        ({"files": [{"name": "a", "size": ODD}]}, {"files": [{"name": "a"}]}),
        ({"content": ODD}, {"content": ""}),
        (
            {"author": {"id": 2, "name": ODD, "clan": ODD, "bot": False}},
            {"author": {"id": 2, "name": "unknown", "bot": False}},
        ),
    ],
    ids=["field", "inner field", "two", "element", "field of one", "stand-in", "nested core"],
)
def test_only_what_breaks_is_left_out(added: dict[str, Any], kept: dict[str, Any]) -> None:
    part = readable_part({**WHOLE, **added}, CORE, has_nothing_odd, clock=lambda: 0.0)

    assert part == {**WHOLE, **kept}


def test_fields_that_all_are_needed_keep_what_is_readable_within() -> None:
    def is_readable(value: Any) -> bool:
        return has_nothing_odd(value) and all(
            "files" in one.get("of", ()) for one in value.get("copies", ())
        )

    payload = {**WHOLE, "copies": [{"of": {"files": [1, ODD, 2]}}]}

    part = readable_part(payload, CORE, is_readable, clock=lambda: 0.0)

    assert part == {**WHOLE, "copies": [{"of": {"files": [1, 2]}}]}


def test_field_that_gives_others_a_meaning_is_added_first() -> None:
    def is_readable(value: Any) -> bool:
        return "reference" not in value or value.get("original") != ODD

    payload = {**WHOLE, "original": ODD, "reference": 5}

    assert readable_part(payload, CORE, is_readable, clock=lambda: 0.0) == {**WHOLE, "reference": 5}


@pytest.mark.parametrize(
    "payload", [{**WHOLE, "id": ODD}, {"id": 1}, None, [], "text", 7], ids=repr
)
def test_payload_whose_core_is_unreadable_has_no_readable_part(payload: Any) -> None:
    assert readable_part(payload, CORE, has_nothing_odd, clock=lambda: 0.0) is None


@pytest.mark.parametrize(
    "added",
    [
        pytest.param({"files": [ODD] * 10_000}, id="list"),
        pytest.param({"poll": {f"option {n}": [ODD] for n in range(5_000)}}, id="object"),
        pytest.param({f"field {n}": n for n in range(10_000)}, id="fields"),
    ],
)
def test_enormous_payload_is_given_up_in_time(added: dict[str, Any]) -> None:
    """A poll of five thousand fields held up every server for two seconds."""
    attempts: list[Any] = []

    part = readable_part(
        {**WHOLE, **added}, CORE, _counting(attempts), clock=lambda: len(attempts) * 0.001
    )

    assert part is not None
    assert len(attempts) <= LONGEST / 0.001 + 1


def test_broken_element_of_many_is_found_in_few_attempts() -> None:
    attempts: list[Any] = []
    files = [*range(600), ODD, *range(400)]

    part = readable_part({**WHOLE, "files": files}, CORE, _counting(attempts), clock=lambda: 0.0)

    assert part == {**WHOLE, "files": [*range(600), *range(400)]}
    assert len(attempts) < 40


def test_deeply_nested_field_is_left_out_as_a_whole() -> None:
    """It raised RecursionError, and the message was lost."""
    nested: Any = ODD
    for _ in range(400):
        nested = {"inner": [nested]}

    part = readable_part({**WHOLE, "poll": nested}, CORE, _has_no_poll, clock=lambda: 0.0)

    assert part == WHOLE


def _has_no_poll(value: Any) -> bool:
    return "poll" not in value


def _counting(attempts: list[Any]) -> Callable[[Any], bool]:
    def is_readable(value: Any) -> bool:
        attempts.append(value)
        return has_nothing_odd(value)

    return is_readable


def test_names_of_what_is_missing_or_smaller_are_told() -> None:
    whole = {"id": 1, "poll": {}, "files": [1, 2]}

    assert left_out(whole, {"id": 1, "files": [1], "content": ""}) == ["content", "files", "poll"]
