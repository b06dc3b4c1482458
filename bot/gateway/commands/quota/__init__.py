"""Members see what they have, with `/quota`; moderators decide who may use how much, with `/manage`."""

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
from bot.gateway.commands.quota.show import overview_command, own_quota_commands

__all__ = [
    "Questions",
    "QuotaServices",
    "moderators_commands",
    "quota_command",
    "quota_presses",
]


def quota_command(services: QuotaServices) -> app_commands.Group:
    """`/quota`, for everybody. All answers are seen by the caller alone."""
    group = app_commands.Group(
        name="quota", description="What is left for you of this bot, and why"
    )
    for command in own_quota_commands(services):
        group.add_command(command)
    return group


def moderators_commands(services: QuotaServices) -> list[Command | app_commands.Group]:
    """The subcommands of `/manage` that are about quotas."""
    return [
        set_commands(services),
        clear_commands(services),
        *granting_commands(services),
        *blocking_commands(services),
        overview_command(services),
        *record_commands(services),
    ]
