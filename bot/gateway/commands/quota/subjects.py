"""Whom and what an option means. What it can't mean raises CommandRefused."""

import discord
from discord import app_commands

from bot.core import wording
from bot.core.quota.limits import Requester, Subject, SubjectKind
from bot.gateway.commands.caller import place_in
from bot.gateway.commands.command_responses import CommandRefused

Who = discord.Member | discord.User | discord.Role

_CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.media,
]


class CappedChannel(app_commands.Transformer):
    """A channel with messages in it; threads count for the channel they hang under."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return _CHANNEL_TYPES

    async def transform(self, _interaction: discord.Interaction, value: discord.Object) -> int:
        return value.id


def user_subject(interaction: discord.Interaction, user: discord.abc.Snowflake) -> Subject:
    if not isinstance(user, discord.Member | discord.User):
        raise CommandRefused(wording.no_such_subject())
    if user.bot:
        raise CommandRefused(wording.is_a_bot(is_self=user.id == interaction.application_id))
    return Subject(kind=SubjectKind.USER, id=user.id)


def role_subject(interaction: discord.Interaction, role: discord.abc.Snowflake) -> Subject:
    """The role that everybody has means everyone."""
    if role.id == interaction.guild_id:
        return Subject(kind=SubjectKind.EVERYONE, id=role.id)
    if not isinstance(role, discord.Role):
        raise CommandRefused(wording.no_such_subject())
    subject = Subject(kind=SubjectKind.ROLE, id=role.id)
    if role.is_bot_managed():
        raise CommandRefused(wording.is_a_bots_role(subject))
    return subject


def who_subject(
    interaction: discord.Interaction, who: discord.abc.Snowflake, *, instead: str
) -> Subject:
    """A user or a role, but not all of them: for that there is `instead`."""
    if isinstance(who, discord.Member | discord.User):
        return user_subject(interaction, who)
    subject = role_subject(interaction, who)
    if subject.kind is SubjectKind.EVERYONE:
        raise CommandRefused(wording.is_everyone(instead))
    return subject


def everyone_subject(interaction: discord.Interaction) -> Subject:
    return Subject(kind=SubjectKind.EVERYONE, id=interaction.guild_id or 0)


def channel_subject(interaction: discord.Interaction, channel: int | None = None) -> Subject:
    """The one that was chosen, or where the command was given."""
    here = Requester.at(place_in(interaction), interaction.user.id).channel_id
    return Subject(kind=SubjectKind.CHANNEL, id=here if channel is None else channel)


def server_subject(interaction: discord.Interaction) -> Subject:
    return Subject(kind=SubjectKind.SERVER, id=interaction.guild_id or 0)


def is_there(guild: discord.Guild | None, subject: Subject) -> bool:
    """False for a role or a channel that the bot can't find: deleted, or a channel it was not told
    of. Members are not cached.
    """
    if guild is None:
        return True
    match subject.kind:
        case SubjectKind.ROLE:
            return guild.get_role(subject.id) is not None
        case SubjectKind.CHANNEL:
            return guild.get_channel(subject.id) is not None
        case _:
            return True
