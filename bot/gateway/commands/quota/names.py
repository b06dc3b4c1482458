"""Names of people and roles for charts, where Discord shows no mentions."""

import asyncio
from collections.abc import Iterable, Mapping

import discord

from bot.core import wording
from bot.core.quota.limits import Subject, SubjectKind

_PATIENCE = 5.0  # seconds for all names; a chart without one shows a number


async def names_of(
    interaction: discord.Interaction, subjects: Iterable[Subject]
) -> Mapping[Subject, str]:
    """Those that can be found; members are not cached, so Discord is asked for each."""
    guild = interaction.guild
    names: dict[Subject, str] = {}
    if guild is None:
        return names
    try:
        async with asyncio.timeout(_PATIENCE):
            for subject in subjects:
                if (name := await _name(guild, subject)) is not None:
                    names[subject] = name
    except TimeoutError:
        pass
    return names


async def _name(guild: discord.Guild, subject: Subject) -> str | None:
    match subject.kind:
        case SubjectKind.USER:
            return await _member_name(guild, subject.id)
        case SubjectKind.ROLE:
            role = guild.get_role(subject.id)
            if role is None:
                return None
            return wording.members_without_role() if role.is_default() else role.name
        case _:
            return None


async def _member_name(guild: discord.Guild, user_id: int) -> str | None:
    try:
        return (await guild.fetch_member(user_id)).display_name
    except discord.HTTPException:  # they have left
        return None
