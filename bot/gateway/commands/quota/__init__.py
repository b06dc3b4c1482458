"""`/quota`: members see what they have, moderators decide who may use how much."""

from discord import app_commands

from bot.gateway.commands.quota.block import blocking_commands
from bot.gateway.commands.quota.clear import clear_commands
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.buttons import quota_presses
from bot.gateway.commands.quota.dialogs.confirmation import Questions
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.grant import granting_commands
from bot.gateway.commands.quota.records import record_commands
from bot.gateway.commands.quota.set import set_commands
from bot.gateway.commands.quota.show import showing_commands

__all__ = ["Questions", "QuotaServices", "quota_commands", "quota_presses"]


def quota_commands(services: QuotaServices) -> app_commands.Group:
    """All answers are seen by the caller alone."""
    group = app_commands.Group(
        name="quota", description="Who may use how much of this bot, and what is left"
    )
    every: list[Command | app_commands.Group] = [
        *showing_commands(services),
        set_commands(services),
        clear_commands(services),
        *granting_commands(services),
        *blocking_commands(services),
        *record_commands(services),
    ]
    for command in every:
        group.add_command(command)
    return group
