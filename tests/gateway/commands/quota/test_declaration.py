"""Commands made of values are those that signatures and decorators would make."""

from typing import Any

import discord
from discord import app_commands

from bot.gateway.commands.quota.declaration import Command, Given, Option, declare

ANYTHING: Any = None  # Discord is not asked


async def suggest(_interaction: discord.Interaction, _typed: str) -> list[app_commands.Choice[str]]:
    return []


PERIODS = [app_commands.Choice(name="day", value="day")]
OPTIONS = (
    Option(name="user", kind=discord.User, help="Whose"),
    Option(name="amount", kind=str, help="How much", suggest=suggest),
    Option(name="per", kind=str | None, help="How often", default=None, choices=PERIODS),
)


async def nothing(_interaction: discord.Interaction, _given: Given) -> None:
    return


def payload(command: Command) -> dict[str, Any]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    return command.to_dict(tree)


def test_declared_command_is_the_same_as_a_decorated_function() -> None:
    @app_commands.command(name="give", description="Give it")
    @app_commands.describe(user="Whose", amount="How much", per="How often")
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest)
    async def give(
        interaction: discord.Interaction, user: discord.User, amount: str, per: str | None = None
    ) -> None:
        await nothing(interaction, {"user": user, "amount": amount, "per": per})

    assert payload(declare("give", "Give it", OPTIONS, nothing)) == payload(give)


def test_required_options_come_first_as_discord_wants_them() -> None:
    declared = declare("give", "Give it", OPTIONS[::-1], nothing)

    assert [each.required for each in declared.parameters] == [True, True, False]


async def test_callback_hands_on_what_was_given() -> None:
    seen: list[Given] = []

    async def run(_interaction: discord.Interaction, given: Given) -> None:
        seen.append(given)

    declared = declare("give", "Give it", OPTIONS, run)
    callback: Any = declared.callback

    await callback(ANYTHING, user=7, amount="50k", per=None)

    assert seen == [{"user": 7, "amount": "50k", "per": None}]
