"""Permissions: roles, overwrites, and what follows from what."""

import pytest

from bot.standins.playground.world import permissions
from bot.standins.playground.world.permissions import EVERYTHING, Overwrite, Permission

VIEW, SEND, ATTACH = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.ATTACH_FILES


EVERYONE, ROLE, MEMBER = 1, 2, 3


def _in_channel(base: int, *overwrites: Overwrite) -> int:
    return permissions.in_channel(
        base, overwrites, everyone_id=EVERYONE, role_ids=[ROLE], member_id=MEMBER
    )


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ((), VIEW | SEND),
        ((Overwrite(target_id=EVERYONE, deny=SEND),), VIEW),
        # a role goes before @everyone, the member before the role
        (
            (Overwrite(target_id=ROLE, allow=SEND), Overwrite(target_id=EVERYONE, deny=SEND)),
            VIEW | SEND,
        ),
        (
            (
                Overwrite(target_id=MEMBER, is_member=True, deny=SEND),
                Overwrite(target_id=ROLE, allow=SEND),
            ),
            VIEW,
        ),
        # another member's does not count
        ((Overwrite(target_id=9, is_member=True, deny=SEND),), VIEW | SEND),
        # who can't see can do nothing
        ((Overwrite(target_id=EVERYONE, deny=VIEW),), 0),
    ],
)
def test_overwrites_apply_in_order(overwrites: tuple[Overwrite, ...], expected: int) -> None:
    assert _in_channel(int(VIEW | SEND), *overwrites) == expected


def test_attaching_needs_sending() -> None:
    assert _in_channel(int(VIEW | ATTACH)) == VIEW


def test_administrators_and_owners_may_do_everything_whatever_a_channel_denies() -> None:
    administrator = permissions.in_server([int(Permission.ADMINISTRATOR)])
    owner = permissions.in_server([0], is_owner=True)

    assert administrator == owner == EVERYTHING
    assert _in_channel(owner, Overwrite(target_id=EVERYONE, deny=VIEW)) == EVERYTHING
