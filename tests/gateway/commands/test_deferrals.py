"""How each command and button is deferred before it is carried out, and which of them only read."""

from typing import Any

import pytest

from bot.gateway.commands.deferrals import asker_of, deferral_of, only_reads
from bot.gateway.replies.acknowledgement import Deferral

COMMAND, BUTTON = 2, 3


def command(*path: str, **options: str) -> dict[str, Any]:
    given = [{"type": 3, "name": name, "value": value} for name, value in options.items()]
    for number, name in enumerate(reversed(path[1:])):
        given = [{"type": 2 if number else 1, "name": name, "options": given}]
    return {"type": COMMAND, "data": {"name": path[0], "options": given}}


def button(custom_id: str) -> dict[str, Any]:
    return {"type": BUTTON, "data": {"custom_id": custom_id}}


@pytest.mark.parametrize(
    ("interaction", "deferral"),
    [
        (command("imagine", prompt="a cat"), Deferral.PUBLIC),
        (command("quota", "me"), Deferral.PRIVATE),
        (command("manage", "set", "user", amount="5"), Deferral.PRIVATE),
        (button("quota-yes:1:tag"), Deferral.EDIT),
        (button("quota-no:1:tag"), Deferral.EDIT),
        (button("quota-top:user:day:1"), Deferral.EDIT),
        (button("quota-audit:newest"), Deferral.EDIT),
        (button("quota-undo:1"), Deferral.PRIVATE),
        (button("nobody knows it"), Deferral.PRIVATE),
    ],
)
def test_deferral_shows_the_answer_to_whom_it_is_for(
    interaction: dict[str, Any], deferral: Deferral
) -> None:
    assert deferral_of(interaction) is deferral


@pytest.mark.parametrize(
    "interaction",
    [
        command("quota", "why"),
        command("settings", "show"),
        command("manage", "audit"),
        command("model"),
        button("quota-top:user:day:1"),
    ],
)
def test_what_only_reads_is_known(interaction: dict[str, Any]) -> None:
    assert only_reads(interaction)


@pytest.mark.parametrize(
    "interaction",
    [
        command("manage", "grant", amount="5"),
        command("manage", "settings", "pictures", state="on"),
        command("model", choose="default"),
        command("imagine", prompt="a cat"),
        command("unknown"),
        button("quota-undo:1"),
        button("quota-yes:1:tag"),
        {"type": BUTTON, "data": None},
        {"type": 5, "data": {"custom_id": "quota-top"}},
    ],
)
def test_anything_else_may_change_something(interaction: dict[str, Any]) -> None:
    assert not only_reads(interaction)


def test_question_names_the_process_that_has_asked_it() -> None:
    assert asker_of(button("quota-yes:1:tag")) == "tag"
    assert asker_of(button("quota-undo:1:tag")) == ""
    assert asker_of(command("quota", "me")) == ""
