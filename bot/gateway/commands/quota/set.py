"""`/quota set`: limits for each of some people, caps for all together."""

import discord
from discord import app_commands

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.quota.limit_changes import with_limit
from bot.core.quota.limits import Limit, Subject, SubjectKind
from bot.gateway.commands.quota.ceilings import ceiling_remarks
from bot.gateway.commands.quota.dialogs.change import Plan, carry_out
from bot.gateway.commands.quota.dialogs.services import Desk
from bot.gateway.commands.quota.options import (
    AMOUNT_HELP,
    CAP_HELP,
    PER_HELP,
    PERIODS,
    REASON_HELP,
    Reason,
    read_limit,
    suggest_cap,
    suggest_limit,
)
from bot.gateway.commands.quota.prices import price_remarks
from bot.gateway.commands.quota.subjects import (
    CappedChannel,
    channel_subject,
    everyone_subject,
    remarks_on,
    role_subject,
    server_subject,
    user_subject,
)
from bot.gateway.commands.responses import CommandRefused, quota_moderator

_DAY = Period.DAY.value
_describe = app_commands.describe


def set_commands(desk: Desk) -> app_commands.Group:
    group = app_commands.Group(name="set", description="Set a limit or a cap")
    _add_limits(group, desk)
    _add_caps(group, desk)
    return group


def _add_limits(group: app_commands.Group, desk: Desk) -> None:
    @group.command(name="user", description="Give one member a limit of their own")
    @_describe(user="Whose", amount=AMOUNT_HELP, per=PER_HELP, reason=REASON_HELP)
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest_limit)
    async def user(
        interaction: discord.Interaction,
        user: discord.User,
        amount: str,
        per: str = _DAY,
        reason: Reason = "",
    ) -> None:
        async def plan() -> Plan:
            await quota_moderator(interaction)
            subject = user_subject(interaction, user)
            remarks = remarks_on(user)
            return await _plan(desk, interaction, subject, (amount, per), reason, remarks)

        await carry_out(desk, interaction, plan())

    @group.command(name="role", description="Give each member of a role a limit")
    @_describe(role="Whose members", amount=AMOUNT_HELP, per=PER_HELP, reason=REASON_HELP)
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest_limit)
    async def role(
        interaction: discord.Interaction,
        role: discord.Role,
        amount: str,
        per: str = _DAY,
        reason: Reason = "",
    ) -> None:
        async def plan() -> Plan:
            await quota_moderator(interaction)
            subject = role_subject(interaction, role)
            return await _plan(desk, interaction, subject, (amount, per), reason)

        await carry_out(desk, interaction, plan())

    @group.command(name="everyone", description="Give each member of this server a limit")
    @_describe(amount=AMOUNT_HELP, per=PER_HELP, reason=REASON_HELP)
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest_limit)
    async def everyone(
        interaction: discord.Interaction, amount: str, per: str = _DAY, reason: Reason = ""
    ) -> None:
        subject = everyone_subject(interaction)
        planning = _plan(desk, interaction, subject, (amount, per), reason)
        await carry_out(desk, interaction, planning)


def _add_caps(group: app_commands.Group, desk: Desk) -> None:
    @group.command(name="channel", description="Cap what all use together in a channel")
    @_describe(
        amount=CAP_HELP,
        channel="Which; this one if you don't say",
        per=PER_HELP,
        reason=REASON_HELP,
    )
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest_cap)
    async def channel(
        interaction: discord.Interaction,
        amount: str,
        channel: app_commands.Transform[int, CappedChannel] | None = None,
        per: str = _DAY,
        reason: Reason = "",
    ) -> None:
        subject = channel_subject(interaction, channel)
        planning = _plan(desk, interaction, subject, (amount, per), reason)
        await carry_out(desk, interaction, planning)

    @group.command(name="server", description="Cap what all use together in this server")
    @_describe(amount=CAP_HELP, per=PER_HELP, reason=REASON_HELP)
    @app_commands.choices(per=PERIODS)
    @app_commands.autocomplete(amount=suggest_cap)
    async def server(
        interaction: discord.Interaction, amount: str, per: str = _DAY, reason: Reason = ""
    ) -> None:
        subject = server_subject(interaction)
        planning = _plan(desk, interaction, subject, (amount, per), reason)
        await carry_out(desk, interaction, planning)


async def _plan(
    desk: Desk,
    interaction: discord.Interaction,
    subject: Subject,
    typed: tuple[str, str],
    reason: str,
    remarks: list[str] | None = None,
) -> Plan:
    moderator = await quota_moderator(interaction)
    rules = await desk.moderation.rules(moderator)
    measure, amount = read_limit(*typed)
    if amount is None and subject.is_capped:
        raise CommandRefused(wording.cap_without_amount(subject))
    limit = Limit(subject=subject, measure=measure, amount=amount)
    held = [each for each in rules.limits if each.subject == subject]
    wanted = with_limit(held, limit)
    if set(wanted) == set(held):
        raise CommandRefused(wording.limit_already(subject))
    question = wording.ask_limits(subject, held, wanted, reason=reason)
    unpriced = await price_remarks(desk, interaction, {measure.unit})
    beyond = ceiling_remarks(rules.ceiling, measure.unit, amount)
    return Plan(
        subject=subject,
        deed=lambda by: desk.moderation.set_limit(by, subject, measure, amount, reason),
        question="" if subject.kind is SubjectKind.USER else question,
        remarks=(*(remarks or ()), *unpriced, *beyond),
    )
