"""`/manage clear`: take limits and caps away, so that what stands below them applies again."""

from functools import partial
from typing import Final

import discord
from discord import app_commands

from bot.core import wording
from bot.core.quota.limit_changes import without_limits
from bot.core.quota.limits import SubjectKind
from bot.gateway.commands.command_responses import quota_moderator
from bot.gateway.commands.quota.declaration import Command, Given, Option, declare
from bot.gateway.commands.quota.dialogs.change import PlannedChange, carry_out
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.options import PERIODS, REASON, UNITS, read_selection
from bot.gateway.commands.quota.targets import TARGETS, Target

_WHICH: Final = (
    Option(
        name="unit",
        kind=str | None,
        help="Only limits in this; in all if you don't say",
        default=None,
        choices=UNITS,
    ),
    Option(
        name="per",
        kind=str | None,
        help="Only limits for this time; for all if you don't say",
        default=None,
        choices=PERIODS,
    ),
)
_DESCRIPTIONS: Final = {
    "user": "Take a member's own limits away",
    "role": "Take the limits of a role's members away",
    "everyone": "Back to the usual limits for each member",
    "channel": "Take the caps of a channel away",
    "server": "Take the caps of this server away",
}
_HELP: Final = {
    "user": "Whose",
    "role": "Which",
    "channel": "Which; this one if you don't say",
}


def clear_commands(services: QuotaServices) -> app_commands.Group:
    group = app_commands.Group(name="clear", description="Take limits or caps away")
    for target in TARGETS:
        group.add_command(_clear_command(services, target))
    return group


def _clear_command(services: QuotaServices, target: Target) -> Command:
    async def run(interaction: discord.Interaction, given: Given) -> None:
        await carry_out(services, interaction, partial(_plan, services, interaction, target, given))

    options = [*target.options(_HELP.get(target.name, "")), *_WHICH, REASON]
    return declare(target.name, _DESCRIPTIONS[target.name], options, run)


async def _plan(
    services: QuotaServices, interaction: discord.Interaction, target: Target, given: Given
) -> PlannedChange:
    moderator = await quota_moderator(interaction)
    subject, reason = target.subject(interaction, given), given["reason"]
    rules = await services.moderation.rules(moderator)
    which = read_selection(given["unit"], given["per"])
    held = [each for each in rules.limits if each.subject == subject]
    left = without_limits(held, which)
    asks = subject.kind is not SubjectKind.USER and len(left) < len(held)
    return PlannedChange(
        subject=subject,
        apply=lambda by: services.moderation.clear_limits(by, subject, which, reason),
        question=wording.ask_limits(subject, held, left, reason=reason) if asks else "",
        unchanged=wording.nothing_to_clear(subject),
    )
