"""Commands declared from values, so that several share their options.

discord.py reads options from a function's signature and from decorators; both are made here.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

import discord
from discord import app_commands

Command = app_commands.Command[Any, ..., None]

Suggester = Callable[
    [discord.Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]
]
Given = Mapping[str, Any]  # what was typed or chosen, by the option's name
REQUIRED = Parameter.empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """`kind` is what discord.py takes for an annotation."""

    name: str
    kind: Any
    help: str
    default: object = REQUIRED
    choices: Sequence[app_commands.Choice[str]] = ()
    suggest: Suggester | None = None

    @property
    def parameter(self) -> Parameter:
        return Parameter(
            self.name, Parameter.KEYWORD_ONLY, annotation=self.kind, default=self.default
        )


def declare(
    name: str,
    description: str,
    options: Sequence[Option],
    run: Callable[[discord.Interaction, Given], Awaitable[None]],
) -> Command:
    async def callback(interaction: discord.Interaction, **given: Any) -> None:
        await run(interaction, given)

    first = Parameter("interaction", Parameter.POSITIONAL_ONLY)
    parameters = [first, *(each.parameter for each in options)]
    callback.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    for decorate in (
        app_commands.describe(**{each.name: each.help for each in options}),
        app_commands.choices(**{each.name: list(each.choices) for each in options if each.choices}),
        app_commands.autocomplete(**{each.name: each.suggest for each in options if each.suggest}),
    ):
        decorate(callback)
    return app_commands.Command(name=name, description=description, callback=callback)
