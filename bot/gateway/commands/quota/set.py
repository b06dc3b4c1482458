"""`/manage set`: limits for each of some people, caps for all together."""

from functools import partial
from typing import Final

import discord
from discord import app_commands

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limit_changes import with_limit
from bot.core.quota.limits import Limit, SubjectKind
from bot.gateway.commands.command_responses import CommandRefused, quota_moderator
from bot.gateway.commands.quota.declaration import Command, Given, Option, declare
from bot.gateway.commands.quota.dialogs.change import PlannedChange, carry_out
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.options import (
    AMOUNT_HELP,
    CAP_HELP,
    PER_HELP,
    PERIODS,
    REASON,
    read_limit,
    suggest_cap,
    suggest_limit,
)
from bot.gateway.commands.quota.remarks import ceiling_remarks, member_remarks, price_remarks
from bot.gateway.commands.quota.targets import TARGETS, Target

_PER: Final = Option(name="per", kind=str, help=PER_HELP, default=Period.DAY.value, choices=PERIODS)
_AMOUNT: Final = Option(name="amount", kind=str, help=AMOUNT_HELP, suggest=suggest_limit)
_CAP: Final = Option(name="amount", kind=str, help=CAP_HELP, suggest=suggest_cap)
_DESCRIPTIONS: Final = {
    "user": "Give one member a limit of their own",
    "role": "Give each member of a role a limit",
    "everyone": "Give each member of this server a limit",
    "channel": "Cap what all use together in a channel",
    "server": "Cap what all use together in this server",
}
_HELP: Final = {
    "user": "Whose",
    "role": "Whose members",
    "channel": "Which; this one if you don't say",
}


def set_commands(services: QuotaServices) -> app_commands.Group:
    group = app_commands.Group(name="set", description="Set a limit or a cap")
    for target in TARGETS:
        group.add_command(_set_command(services, target))
    return group


def _set_command(services: QuotaServices, target: Target) -> Command:
    async def run(interaction: discord.Interaction, given: Given) -> None:
        await carry_out(services, interaction, partial(_plan, services, interaction, target, given))

    amount = _CAP if target.is_capped else _AMOUNT
    options = [*target.options(_HELP.get(target.name, "")), amount, _PER, REASON]
    return declare(target.name, _DESCRIPTIONS[target.name], options, run)


async def _plan(
    services: QuotaServices, interaction: discord.Interaction, target: Target, given: Given
) -> PlannedChange:
    moderator = await quota_moderator(interaction)
    subject, reason = target.subject(interaction, given), given["reason"]
    rules = await services.moderation.rules(moderator)
    measure, amount = read_limit(given["amount"], given["per"])
    if amount is None and subject.is_capped:
        raise CommandRefused(wording.cap_without_amount(subject))
    limit = Limit(subject=subject, measure=measure, amount=amount)
    held = [each for each in rules.limits if each.subject == subject]
    wanted = with_limit(held, limit)
    if set(wanted) == set(held):
        raise CommandRefused(wording.limit_already(subject))
    question = wording.ask_limits(subject, held, wanted, reason=reason)
    unpriced = await price_remarks(services, interaction, {measure.unit})
    beyond = ceiling_remarks(rules.ceiling, measure.unit, amount)
    return PlannedChange(
        subject=subject,
        apply=lambda by: services.moderation.set_limit(by, subject, measure, amount, reason),
        question="" if subject.kind is SubjectKind.USER else question,
        remarks=(*member_remarks(target.of(given)), *unpriced, *beyond),
    )
