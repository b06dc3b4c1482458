"""What is settled of an interaction before it is carried out: how it is deferred, what it may change."""

from typing import Any, Final

import discord

from bot.core.moderation.delegates import ModeratorCommand
from bot.gateway.commands.quota.dialogs.confirmation import CANCEL, CONFIRM
from bot.gateway.commands.quota.dialogs.pages import AUDIT, TOP
from bot.gateway.replies.acknowledgement import Deferral

_COMMAND: Final = discord.InteractionType.application_command.value
_BUTTON: Final = discord.InteractionType.component.value
_NESTED: Final = frozenset(
    {
        discord.AppCommandOptionType.subcommand.value,
        discord.AppCommandOptionType.subcommand_group.value,
    }
)

_SEEN_BY_ALL: Final = frozenset({"imagine"})  # commands
_EDITING: Final = frozenset({CONFIRM, CANCEL, TOP, AUDIT})  # buttons that change their message
_READING: Final = frozenset(
    {
        ("quota", "me"),
        ("quota", "why"),
        ("settings", "show"),
        *((ModeratorCommand.MANAGE, name) for name in ("show", "top", "audit", "report", "export")),
    }
)
_TURNING: Final = frozenset({TOP, AUDIT})


def deferral_of(interaction: Any) -> Deferral:
    """By Discord's own payload."""
    data = interaction.get("data") or {}
    if interaction["type"] == _COMMAND and str(data.get("name")) in _SEEN_BY_ALL:
        return Deferral.PUBLIC
    if interaction["type"] == _BUTTON and kind_of_button(data) in _EDITING:
        return Deferral.EDIT
    return Deferral.PRIVATE


def asker_of(interaction: Any) -> str:
    """The tag of the process that has asked what this button answers; empty where any will do."""
    data = interaction.get("data") or {}
    if interaction["type"] != _BUTTON or kind_of_button(data) not in {CONFIRM, CANCEL}:
        return ""
    return str(data["custom_id"]).rpartition(":")[2]


def only_reads(interaction: Any) -> bool:
    """Whether carrying it out twice changes nothing. By Discord's own payload."""
    data = interaction.get("data") or {}
    if interaction["type"] == _BUTTON:
        return kind_of_button(data) in _TURNING
    if data.get("name") == ModeratorCommand.MODEL:
        return not data.get("options")  # whoever chooses nothing is told what there is
    try:
        return _path(data) in _READING
    except (AttributeError, TypeError, LookupError):  # options of no known form
        return False


def kind_of_button(data: Any) -> str:
    return str(data.get("custom_id", "")).partition(":")[0]


def _path(data: Any) -> tuple[str, ...]:
    """`("manage", "set", "user")`, for example."""
    names = [str(data.get("name", ""))]
    options = data.get("options") or []
    while options and options[0].get("type") in _NESTED:
        names.append(str(options[0].get("name", "")))
        options = options[0].get("options") or []
    return tuple(names)
