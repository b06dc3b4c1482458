"""`/quota clear`: take limits and caps away, so that what stands below them applies again."""

import discord
from discord import app_commands

from bot.core import wording
from bot.core.quota.limit_changes import without_limits
from bot.core.quota.limits import Subject, SubjectKind
from bot.gateway.commands.quota.dialogs.change import Plan, carry_out
from bot.gateway.commands.quota.dialogs.services import Desk
from bot.gateway.commands.quota.options import (
    PERIODS,
    REASON_HELP,
    UNITS,
    Reason,
    read_which,
)
from bot.gateway.commands.quota.subjects import (
    CappedChannel,
    channel_subject,
    everyone_subject,
    role_subject,
    server_subject,
    user_subject,
)
from bot.gateway.commands.responses import quota_moderator

_UNIT_HELP = "Only limits in this; in all if you don't say"
_PER_HELP = "Only limits for this time; for all if you don't say"
_describe = app_commands.describe


def clear_commands(desk: Desk) -> app_commands.Group:
    group = app_commands.Group(name="clear", description="Take limits or caps away")
    _add_limits(group, desk)
    _add_caps(group, desk)
    return group


def _add_limits(group: app_commands.Group, desk: Desk) -> None:
    @group.command(name="user", description="Take a member's own limits away")
    @_describe(user="Whose", unit=_UNIT_HELP, per=_PER_HELP, reason=REASON_HELP)
    @app_commands.choices(unit=UNITS, per=PERIODS)
    async def user(
        interaction: discord.Interaction,
        user: discord.User,
        unit: str | None = None,
        per: str | None = None,
        reason: Reason = "",
    ) -> None:
        async def plan() -> Plan:
            await quota_moderator(interaction)
            subject = user_subject(interaction, user)
            return await _plan(desk, interaction, subject, (unit, per), reason)

        await carry_out(desk, interaction, plan())

    @group.command(name="role", description="Take the limits of a role's members away")
    @_describe(role="Which", unit=_UNIT_HELP, per=_PER_HELP, reason=REASON_HELP)
    @app_commands.choices(unit=UNITS, per=PERIODS)
    async def role(
        interaction: discord.Interaction,
        role: discord.Role,
        unit: str | None = None,
        per: str | None = None,
        reason: Reason = "",
    ) -> None:
        async def plan() -> Plan:
            await quota_moderator(interaction)
            subject = role_subject(interaction, role)
            return await _plan(desk, interaction, subject, (unit, per), reason)

        await carry_out(desk, interaction, plan())

    @group.command(name="everyone", description="Back to the usual limits for each member")
    @_describe(unit=_UNIT_HELP, per=_PER_HELP, reason=REASON_HELP)
    @app_commands.choices(unit=UNITS, per=PERIODS)
    async def everyone(
        interaction: discord.Interaction,
        unit: str | None = None,
        per: str | None = None,
        reason: Reason = "",
    ) -> None:
        subject = everyone_subject(interaction)
        planning = _plan(desk, interaction, subject, (unit, per), reason)
        await carry_out(desk, interaction, planning)


def _add_caps(group: app_commands.Group, desk: Desk) -> None:
    @group.command(name="channel", description="Take the caps of a channel away")
    @_describe(
        channel="Which; this one if you don't say",
        unit=_UNIT_HELP,
        per=_PER_HELP,
        reason=REASON_HELP,
    )
    @app_commands.choices(unit=UNITS, per=PERIODS)
    async def channel(
        interaction: discord.Interaction,
        channel: app_commands.Transform[int, CappedChannel] | None = None,
        unit: str | None = None,
        per: str | None = None,
        reason: Reason = "",
    ) -> None:
        subject = channel_subject(interaction, channel)
        planning = _plan(desk, interaction, subject, (unit, per), reason)
        await carry_out(desk, interaction, planning)

    @group.command(name="server", description="Take the caps of this server away")
    @_describe(unit=_UNIT_HELP, per=_PER_HELP, reason=REASON_HELP)
    @app_commands.choices(unit=UNITS, per=PERIODS)
    async def server(
        interaction: discord.Interaction,
        unit: str | None = None,
        per: str | None = None,
        reason: Reason = "",
    ) -> None:
        subject = server_subject(interaction)
        planning = _plan(desk, interaction, subject, (unit, per), reason)
        await carry_out(desk, interaction, planning)


async def _plan(
    desk: Desk,
    interaction: discord.Interaction,
    subject: Subject,
    chosen: tuple[str | None, str | None],
    reason: str,
) -> Plan:
    rules = await desk.moderation.rules(await quota_moderator(interaction))
    which = read_which(*chosen)
    held = [each for each in rules.limits if each.subject == subject]
    left = without_limits(held, which)
    asks = subject.kind is not SubjectKind.USER and len(left) < len(held)
    return Plan(
        subject=subject,
        deed=lambda by: desk.moderation.clear_limits(by, subject, which, reason),
        question=wording.ask_limits(subject, held, left, reason=reason) if asks else "",
        unchanged=wording.nothing_to_clear(subject),
    )
