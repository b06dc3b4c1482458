"""Moderators by Discord's own permissions of commands.

Everybody may use our commands, for what is their own. Where a server's settings (Integrations) allow
a command to a role or a member although everybody may use it, that can mean only one thing: they are
to moderate with it. Where @everyone is denied it, to allow it says no more than that it may be used.
https://docs.discord.com/developers/interactions/application-commands#permissions
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import discord

log = logging.getLogger(__name__)

_IS_DELEGATE: Final = "is_delegate"  # in the interaction's extras
_ROLE, _USER = 1, 2


def is_delegate(interaction: discord.Interaction) -> bool:
    """Whether `note_delegate` has found a delegate, for this very interaction."""
    return bool(interaction.extras.get(_IS_DELEGATE))


async def note_delegate(interaction: discord.Interaction, command_id: int | None) -> None:
    """Ask Discord, where the caller has no Manage Server. What can't be asked is not allowed."""
    if interaction.guild_id is None or interaction.permissions.manage_guild or command_id is None:
        return
    if _IS_DELEGATE in interaction.extras:
        return
    client: Any = interaction.client
    try:
        every = await client.http.get_guild_application_command_permissions(
            interaction.application_id, interaction.guild_id
        )
    except discord.HTTPException as error:
        log.warning(
            "the permissions of commands could not be asked", extra={"status": error.status}
        )
        return
    permissions = {int(each["id"]): each["permissions"] for each in every}
    member = interaction.user
    roles = {role.id for role in member.roles} if isinstance(member, discord.Member) else set()
    interaction.extras[_IS_DELEGATE] = is_delegated(
        permissions.get(command_id, ()),
        of_all=permissions.get(interaction.application_id, ()),
        guild_id=interaction.guild_id,
        user_id=member.id,
        role_ids=roles,
    )


def is_delegated(
    permissions: Sequence[Mapping[str, Any]],
    *,
    of_all: Sequence[Mapping[str, Any]] = (),
    guild_id: int,
    user_id: int,
    role_ids: Collection[int],
) -> bool:
    """Tell whether the member is a delegate: their own permission goes before that of their roles.

    `of_all` is for all commands; @everyone may be denied the command there.
    """
    allowed, allowed_all = _allowed(permissions), _allowed(of_all)
    everyone = (_ROLE, guild_id)
    if not allowed.get(everyone, allowed_all.get(everyone, True)):
        return False
    own = allowed.get((_USER, user_id))
    if own is not None:
        return own
    return any(allowed.get((_ROLE, role), False) for role in role_ids if role != guild_id)


def _allowed(permissions: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], bool]:
    return {(int(each["type"]), int(each["id"])): bool(each["permission"]) for each in permissions}
