"""Whom limits and caps are for: the subcommands of `/manage set` and of `/manage clear`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands

from bot.core.quota.limits import Subject
from bot.gateway.commands.quota.declaration import REQUIRED, Given, Option
from bot.gateway.commands.quota.subjects import (
    CappedChannel,
    channel_subject,
    everyone_subject,
    role_subject,
    server_subject,
    user_subject,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """`kind`: of the option that names one, as the subcommand is called; None: there is no choice."""

    name: str
    find: Callable[..., Subject]  # raises CommandRefused
    kind: Any = None
    default: object = REQUIRED
    is_capped: bool = False

    def subject(self, interaction: discord.Interaction, given: Given) -> Subject:
        return (
            self.find(interaction) if self.kind is None else self.find(interaction, self.of(given))
        )

    def of(self, given: Given) -> Any:
        """The user, role or channel that was chosen."""
        return given.get(self.name)

    def options(self, help_text: str) -> tuple[Option, ...]:
        if self.kind is None:
            return ()
        return (Option(name=self.name, kind=self.kind, help=help_text, default=self.default),)


TARGETS: Final = (
    Target(name="user", find=user_subject, kind=discord.User),
    Target(name="role", find=role_subject, kind=discord.Role),
    Target(name="everyone", find=everyone_subject),
    Target(
        name="channel",
        find=channel_subject,
        kind=app_commands.Transform[int, CappedChannel] | None,
        default=None,
        is_capped=True,
    ),
    Target(name="server", find=server_subject, is_capped=True),
)
