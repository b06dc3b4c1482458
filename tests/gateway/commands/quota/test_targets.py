"""`/manage set` and `/manage clear` know the same subjects, and every period and unit."""

from collections.abc import Iterable
from typing import Any

import pytest
from discord import app_commands

from bot.core.calendar.periods import Period
from bot.core.quota.limits import Unit
from bot.gateway.commands.quota.clear import clear_commands
from bot.gateway.commands.quota.set import set_commands
from bot.gateway.commands.quota.targets import TARGETS

NOTHING: Any = None  # no command is carried out
SET, CLEAR = set_commands(NOTHING), clear_commands(NOTHING)


def choices_of(group: app_commands.Group, option: str) -> list[list[str | int | float]]:
    return [
        [choice.value for choice in parameter.choices]
        for command in group.commands
        if isinstance(command, app_commands.Command)
        for parameter in command.parameters
        if parameter.name == option
    ]


@pytest.mark.parametrize("group", [SET, CLEAR], ids=["set", "clear"])
def test_each_target_has_a_subcommand(group: app_commands.Group) -> None:
    assert [command.name for command in group.commands] == [target.name for target in TARGETS]


@pytest.mark.parametrize(
    ("group", "option", "offered"),
    [(SET, "per", Period), (CLEAR, "per", Period), (CLEAR, "unit", Unit)],
    ids=["set-per", "clear-per", "clear-unit"],
)
def test_each_subcommand_offers_the_whole_table(
    group: app_commands.Group, option: str, offered: Iterable[str]
) -> None:
    assert choices_of(group, option) == [list(offered)] * len(TARGETS)
