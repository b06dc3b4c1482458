"""What servers' settings say of commands, as Discord sends it."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import discord
import pytest

from bot.core.moderation.delegates import Delegate
from bot.core.quota.limits import Subject, SubjectKind
from bot.gateway.commands.delegation import DiscordCommandPermissions, read_delegates

GUILD, STEWARDS, MIA = 9, 7, 11


def of_role(role: int, *, allowed: bool = True) -> dict[str, Any]:
    return {"id": str(role), "type": 1, "permission": allowed}


def of_user(user: int, *, allowed: bool = True) -> dict[str, Any]:
    return {"id": str(user), "type": 2, "permission": allowed}


def said(*permissions: dict[str, Any], command: str = "quota", **of_all: Any) -> tuple[Any, ...]:
    found = read_delegates(command, permissions, **of_all, guild_id=GUILD)
    return tuple((one.subject.kind.value, one.subject.id, one.is_allowed) for one in found)


def test_roles_and_members_are_delegates_of_the_command() -> None:
    steward = Subject(kind=SubjectKind.ROLE, id=STEWARDS)

    assert read_delegates("quota", [of_role(STEWARDS)], guild_id=GUILD) == (
        Delegate(command="quota", subject=steward, is_allowed=True),
    )
    assert said(of_user(MIA, allowed=False)) == (("user", MIA, False),)


@pytest.mark.parametrize("command", ["quota", "settings", "model"])
def test_allowing_everybody_a_command_for_all_delegates_nobody(command: str) -> None:
    assert said(of_role(GUILD), command=command) == ()


def test_channels_are_no_delegates() -> None:
    assert said({"id": "5", "type": 3, "permission": True}) == ()


@pytest.mark.parametrize(
    ("permissions", "of_all"),
    [
        ([of_role(GUILD, allowed=False), of_role(STEWARDS)], []),
        ([of_role(STEWARDS)], [of_role(GUILD, allowed=False)]),
    ],
    ids=["the command", "all commands"],
)
def test_command_allowed_where_everyone_is_denied_delegates_nobody(
    permissions: list[dict[str, Any]], of_all: list[dict[str, Any]]
) -> None:
    assert said(*permissions, of_all=of_all) == ()


def test_everyone_allowed_the_command_itself_outweighs_all_commands() -> None:
    denied = [of_role(GUILD, allowed=False)]

    assert said(of_role(GUILD), of_role(STEWARDS), of_all=denied) == (("role", STEWARDS, True),)


def test_manage_may_be_allowed_while_everyone_is_denied_it() -> None:
    found = said(of_role(GUILD, allowed=False), of_role(STEWARDS), command="manage")

    assert found == (("role", GUILD, False), ("role", STEWARDS, True))


class StartingClient:
    """A connected client whose commands Discord may not know yet."""

    application_id = 1
    command_ids: Mapping[str, int] = MappingProxyType({})
    guilds = (discord.Object(GUILD),)
    http: Any = None

    def __init__(self) -> None:
        self.known = asyncio.Event()

    async def wait_until_ready(self) -> None:
        pass

    async def wait_until_commands_known(self) -> None:
        await self.known.wait()


async def test_nothing_is_read_before_discord_knows_the_commands() -> None:
    """It failed with three warnings, and was tried again after an hour."""
    client = StartingClient()
    finding = asyncio.ensure_future(DiscordCommandPermissions(client).servers())
    for _ in range(3):
        await asyncio.sleep(0)
    was_done = finding.done()
    client.known.set()

    assert not was_done
    assert await finding == [GUILD]
