"""Who moderates by Discord's own permissions of commands."""

from typing import Any

import pytest

from bot.gateway.commands.delegation import is_delegated

GUILD, HELPERS, MEMBERS, MIA = 900, 901, 902, 11


def said(kind: int, subject: int, *, permission: bool) -> dict[str, Any]:
    return {"type": kind, "id": str(subject), "permission": permission}


EVERYONE_DENIED = said(1, GUILD, permission=False)
EVERYONE_ALLOWED = said(1, GUILD, permission=True)
HELPERS_ALLOWED = said(1, HELPERS, permission=True)
MIA_ALLOWED, MIA_DENIED = said(2, MIA, permission=True), said(2, MIA, permission=False)
CHANNEL_ALLOWED = said(3, MIA, permission=True)


@pytest.mark.parametrize(
    ("permissions", "is_one"),
    [
        pytest.param([], False, id="nothing is said"),
        pytest.param([HELPERS_ALLOWED], True, id="a role of theirs"),
        pytest.param([said(1, MEMBERS, permission=True)], False, id="a role of others"),
        pytest.param([MIA_ALLOWED], True, id="themselves"),
        pytest.param([HELPERS_ALLOWED, MIA_DENIED], False, id="their role, but not they"),
        pytest.param([said(1, HELPERS, permission=False), MIA_ALLOWED], True, id="they alone"),
        pytest.param([EVERYONE_ALLOWED], False, id="everybody: nobody in particular"),
        pytest.param([EVERYONE_ALLOWED, HELPERS_ALLOWED], True, id="everybody, and them"),
        pytest.param([EVERYONE_DENIED, HELPERS_ALLOWED], False, id="only who may use it at all"),
        pytest.param([CHANNEL_ALLOWED], False, id="a channel with the same number"),
    ],
)
def test_who_is_allowed_what_everybody_may_use_is_to_moderate(
    permissions: list[dict[str, Any]], *, is_one: bool
) -> None:
    roles = {GUILD, HELPERS}

    assert is_delegated(permissions, guild_id=GUILD, user_id=MIA, role_ids=roles) is is_one


@pytest.mark.parametrize(
    ("permissions", "is_one"),
    [
        pytest.param([HELPERS_ALLOWED], False, id="only who may use it at all"),
        pytest.param([MIA_ALLOWED], False, id="only they may use it at all"),
        pytest.param([EVERYONE_ALLOWED, HELPERS_ALLOWED], True, id="everybody may use this one"),
    ],
)
def test_command_allowed_in_a_denied_bot_delegates_nobody(
    permissions: list[dict[str, Any]], *, is_one: bool
) -> None:
    found = is_delegated(
        permissions,
        of_all=[EVERYONE_DENIED],
        guild_id=GUILD,
        user_id=MIA,
        role_ids={GUILD, HELPERS},
    )

    assert found is is_one
