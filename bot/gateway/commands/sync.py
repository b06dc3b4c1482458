"""Tell Discord our commands, but only when they have changed: creating them is limited by the day."""

import logging
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)

# What Discord adds or fills in by itself does not count as a change.
_COMPARED = ("name", "description", "type", "options", "required", "choices", "autocomplete")
_COMPARED_NUMBERS = ("min_length", "max_length", "min_value", "max_value")


async def sync_if_changed(tree: app_commands.CommandTree[Any]) -> dict[str, int]:
    """Returns the ids of the commands by their names.

    A failure is logged and not fatal: the bot answers messages without its commands.
    """
    client: Any = tree.client
    try:
        there = await client.http.get_global_commands(client.application_id)
        here = [command.to_dict(tree) for command in tree.get_commands()]
        if _essence(there) == _essence(here):
            return {str(command["name"]): int(command["id"]) for command in there}
        synced = await tree.sync()
        log.info("slash commands updated", extra={"commands": len(here)})
    except discord.HTTPException as error:
        log.warning("slash commands could not be updated", extra={"status": error.status})
        return {}
    return {command.name: command.id for command in synced}


def _essence(commands: list[Any]) -> list[Any]:
    return sorted((_reduced(command) for command in commands), key=lambda each: str(each["name"]))


def _reduced(command: dict[str, Any]) -> dict[str, Any]:
    """Only what we define, with absent, null, false and empty being the same."""
    kept = {key: command[key] for key in (*_COMPARED, *_COMPARED_NUMBERS) if command.get(key)}
    wanted = command.get("default_member_permissions")
    if wanted is not None:  # Discord sends the number as text
        kept["default_member_permissions"] = str(wanted)
    if "options" in kept:
        kept["options"] = [_reduced(option) for option in kept["options"]]
    return kept
