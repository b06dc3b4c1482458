"""Delegates: roles and members whom a server's settings let moderate without Manage Server."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.quota.limits import Subject, SubjectKind


class ModeratorCommand(StrEnum):
    """Commands by which somebody may moderate, by their names in Discord."""

    MANAGE = "manage"  # Discord shows it to moderators alone
    MODEL = "model"  # for everybody but one option of it
    QUOTA = "quota"  # for moderators, too, before there was `/manage`
    SETTINGS = "settings"  # likewise


MOVED: Final = frozenset({ModeratorCommand.QUOTA, ModeratorCommand.SETTINGS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegate:
    """What a server's settings say of a role's or a member's use of a command."""

    command: str
    subject: Subject
    is_allowed: bool


def is_delegate(
    said: Iterable[Delegate],
    commands: Collection[str],
    *,
    guild_id: int,
    user_id: int,
    role_ids: Collection[int],
) -> bool:
    """Tell whether one of the commands lets the member moderate.

    Their own permission goes before that of their roles, of which one is enough.
    """
    roles = {guild_id, *role_ids}  # everybody has the role of the server's own id
    allowed = {(one.command, one.subject): one.is_allowed for one in said}
    user = Subject(kind=SubjectKind.USER, id=user_id)

    def lets(command: str) -> bool:
        own = allowed.get((command, user))
        if own is not None:
            return own
        mine = (Subject(kind=SubjectKind.ROLE, id=role) for role in roles)
        return any(allowed.get((command, role), False) for role in mine)

    return any(lets(command) for command in commands)


def left_behind(said: Collection[Delegate]) -> tuple[Subject, ...]:
    """Find who was allowed a command that moved, and has not been allowed the new one."""
    there = {
        one.subject for one in said if one.is_allowed and one.command == ModeratorCommand.MANAGE
    }
    before = {one.subject for one in said if one.is_allowed and one.command in MOVED}
    return tuple(sorted(before - there, key=lambda each: (each.kind, each.id)))
