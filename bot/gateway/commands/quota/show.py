"""`/quota me`, `/quota why` and `/manage show`."""

from collections.abc import Sequence
from functools import partial

import discord
from discord import app_commands

from bot.core import wording
from bot.core.moderation.errors import NotAllowed
from bot.core.quota.limits import Requester, SubjectKind
from bot.core.quota.standings import Standing
from bot.gateway.commands.caller import delegation_of, requester_for
from bot.gateway.commands.command_responses import CommandResponse, quota_moderator, respond
from bot.gateway.commands.quota.declaration import Command
from bot.gateway.commands.quota.dialogs.services import QuotaServices
from bot.gateway.commands.quota.remarks import price_remarks
from bot.gateway.commands.quota.subjects import is_there, user_subject

_LONGEST_MESSAGE = 2_000  # characters


def own_quota_commands(services: QuotaServices) -> tuple[Command, ...]:
    @app_commands.command(name="me", description="What is left for you here, and what it went on")
    async def me(interaction: discord.Interaction) -> None:
        await respond(interaction, partial(_show_own, services, interaction))

    @app_commands.command(name="why", description="Which rule decides what you may use here")
    async def why(interaction: discord.Interaction) -> None:
        await respond(interaction, partial(_explain, services, interaction))

    return me, why


def overview_command(services: QuotaServices) -> Command:
    @app_commands.command(name="show", description="All rules of this server, or one member's")
    @app_commands.describe(user="Whose limits; nobody: the rules of the server")
    async def show(interaction: discord.Interaction, user: discord.User | None = None) -> None:
        await respond(interaction, partial(_show, services, interaction, user))

    return show


async def _show_own(services: QuotaServices, interaction: discord.Interaction) -> CommandResponse:
    requester = requester_for(interaction, interaction.user)
    explained = await services.account.explain(requester)
    text = wording.quota_own(
        explained.ruling,
        explained.standings,
        block=explained.block,
        recent=await _recent(services, requester),
    )
    return CommandResponse(
        text=await _with_remarks(services, interaction, text, explained.standings)
    )


async def _explain(services: QuotaServices, interaction: discord.Interaction) -> CommandResponse:
    requester = requester_for(interaction, interaction.user)
    explained = await services.account.explain(requester)
    text = wording.quota_why(
        requester,
        explained.rules,
        explained.ruling,
        explained.standings,
        block=explained.block,
    )
    return CommandResponse(
        text=await _with_remarks(services, interaction, text, explained.standings)
    )


async def _show(
    services: QuotaServices,
    interaction: discord.Interaction,
    user: discord.User | discord.Member | None,
) -> CommandResponse:
    moderator = await quota_moderator(interaction)
    if not moderator.may_manage:
        raise NotAllowed
    if user is None:
        return await _show_server(services, interaction)
    subject = user_subject(interaction, user)
    requester = requester_for(interaction, user)
    explained = await services.account.explain(requester)
    text = wording.quota_of(
        explained.ruling,
        explained.standings,
        user_id=subject.id,
        block=explained.block,
        recent=await _recent(services, requester),
    )
    return CommandResponse(text=await _with_price(services, interaction, text, explained.standings))


async def _with_remarks(
    services: QuotaServices,
    interaction: discord.Interaction,
    text: str,
    standings: Sequence[Standing],
) -> str:
    """With a remark for those who are looking for the commands that moved, where there is room."""
    priced = await _with_price(services, interaction, text, standings)
    if interaction.guild_id is None or interaction.permissions.manage_guild:
        return priced
    person = requester_for(interaction, interaction.user)
    if not await delegation_of(interaction).is_left_behind(person):
        return priced
    longer = f"{priced}\n{wording.ask_for_manage()}"
    return longer if len(longer) <= _LONGEST_MESSAGE else priced


async def _with_price(
    services: QuotaServices,
    interaction: discord.Interaction,
    text: str,
    standings: Sequence[Standing],
) -> str:
    """With a remark, where there is room for it, if limits in dollars can't be kept here."""
    units = {standing.limit.measure.unit for standing in standings}
    longer = "\n".join([text, *await price_remarks(services, interaction, units)])
    return longer if len(longer) <= _LONGEST_MESSAGE else text


async def _show_server(
    services: QuotaServices, interaction: discord.Interaction
) -> CommandResponse:
    """Rules of roles that are gone can bind nobody, so they are only counted."""
    rules = await services.moderation.rules(await quota_moderator(interaction))
    subjects = {
        *(limit.subject for limit in rules.limits),
        *(grant.subject for grant in rules.grants),
        *(block.subject for block in rules.blocks),
    }
    gone = {
        subject
        for subject in subjects
        if subject.kind is SubjectKind.ROLE and not is_there(interaction.guild, subject)
    }
    return CommandResponse(
        text=wording.server_rules(
            [one for one in rules.limits if one.subject not in gone],
            [one for one in rules.grants if one.subject not in gone],
            [one for one in rules.blocks if one.subject not in gone],
            zone=rules.zone or services.zone,
            log_channel=rules.log_channel,
            ceiling=rules.ceiling,
            gone=len(gone),
            is_log_there=_can_view(interaction.guild, rules.log_channel),
        )
    )


def _can_view(guild: discord.Guild | None, channel_id: int | None) -> bool:
    if guild is None or channel_id is None:
        return True
    channel = guild.get_channel(channel_id)
    return channel is not None and channel.permissions_for(guild.me).view_channel


async def _recent(services: QuotaServices, requester: Requester) -> list[str]:
    return [
        wording.recent_answer(
            at=answer.at,
            model=answer.model,
            tokens_used=answer.tokens,
            microusd=answer.microusd,
            is_estimated=answer.is_estimated,
            ending=answer.ending,
        )
        for answer in await services.account.recent(requester)
    ]
