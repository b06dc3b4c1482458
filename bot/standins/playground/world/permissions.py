"""The arithmetic of permissions: roles, overwrites, and what follows from what."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Permission(IntEnum):
    """Bits. Plain numbers when combined: an IntFlag's arithmetic is slow, and this runs all the time."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    PIN_MESSAGES = 1 << 51


EVERYTHING = (1 << 53) - 1
NOTHING = 0

EVERYONE = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.ADD_REACTIONS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)  # what @everyone of a new server may do

TIMED_OUT = int(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)

_NEEDS_SENDING = int(Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overwrite:
    """Permissions that a channel changes for a role or a member; the id of @everyone is the server's own."""

    target_id: int
    is_member: bool = False
    allow: int = 0
    deny: int = 0


def in_server(role_permissions: Iterable[int], *, is_owner: bool = False) -> int:
    """Everything a member may do before channels change it. @everyone is one of the roles."""
    permissions = NOTHING
    for one in role_permissions:
        permissions |= one
    return EVERYTHING if is_owner or permissions & Permission.ADMINISTRATOR else permissions


def in_channel(
    base: int,
    overwrites: Iterable[Overwrite],
    *,
    everyone_id: int,
    role_ids: Iterable[int],
    member_id: int,
) -> int:
    """Apply a channel's overwrites: @everyone first, then all roles together, then the member."""
    if base == EVERYTHING:
        return EVERYTHING
    held = set(role_ids)
    everyone, member = Overwrite(target_id=0), Overwrite(target_id=0)
    allow = deny = 0
    for overwrite in overwrites:
        if overwrite.is_member:
            member = overwrite if overwrite.target_id == member_id else member
        elif overwrite.target_id == everyone_id:
            everyone = overwrite
        elif overwrite.target_id in held:
            allow, deny = allow | overwrite.allow, deny | overwrite.deny
    permissions = base & ~everyone.deny | everyone.allow
    permissions = permissions & ~deny | allow
    permissions = permissions & ~member.deny | member.allow
    return _with_consequences(permissions)


def _with_consequences(permissions: int) -> int:
    """Who can't see a channel can do nothing in it; who can't send can't attach either."""
    if not permissions & Permission.VIEW_CHANNEL:
        return NOTHING
    if not permissions & (Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS):
        permissions &= ~_NEEDS_SENDING
    return permissions


def allows(permissions: int, wanted: int) -> bool:
    return permissions & wanted == wanted
