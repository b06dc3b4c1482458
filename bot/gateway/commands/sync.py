"""Tell Discord our commands, but only when they have changed: creating them is limited by the day."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import app_commands

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3_600.0  # seconds
_MOST_DOUBLINGS = 6

# What Discord adds or fills in by itself does not count as a change.
_COMPARED = ("name", "description", "type", "options", "required", "choices", "autocomplete")
_WHERE = ("contexts", "integration_types")  # compared where we say so; Discord fills them in
_COMPARED_NUMBERS = ("min_length", "max_length", "min_value", "max_value")


def pause_after(failures: int) -> float:
    """Seconds until the next attempt: a minute, doubled up to an hour."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, _MOST_DOUBLINGS))


# Discord's refusals, the network's failures, and answers of no form that discord.py knows.
FAILED = (
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)


async def sync_until_done(
    tree: app_commands.CommandTree[Any],
    attempted: asyncio.Event,
    *,
    patience: float = PATIENCE,
    pause: Callable[[int], float] = pause_after,
) -> dict[str, int]:
    """As `sync_if_changed`, until it succeeds. The bot answers messages without its commands.

    `attempted` is set once the first attempt is over; `patience` is in seconds, for each of them.
    """
    failures = 0
    while True:
        try:
            async with asyncio.timeout(patience):
                return await sync_if_changed(tree)
        except FAILED as error:
            failures += 1
            attempted.set()
            log.warning(
                "slash commands could not be updated",
                extra={
                    "reason": type(error).__name__,
                    "status": getattr(error, "status", None),
                    "next_in": pause(failures),
                },
            )
            await asyncio.sleep(pause(failures))


async def sync_if_changed(tree: app_commands.CommandTree[Any]) -> dict[str, int]:
    """Returns the ids of the commands by their names. Raises whatever is in FAILED."""
    client: Any = tree.client
    there = await client.http.get_global_commands(client.application_id)
    here = [command.to_dict(tree) for command in tree.get_commands()]
    if _essence(there) == _essence(here) and _where(there, here) == _where(here, here):
        return {str(command["name"]): int(command["id"]) for command in there}
    synced = await tree.sync()
    log.info("slash commands updated", extra={"commands": len(here)})
    return {command.name: command.id for command in synced}


def _essence(commands: list[Any]) -> list[Any]:
    return sorted((_reduced(command) for command in commands), key=lambda each: str(each["name"]))


def _where(commands: list[Any], ours: list[Any]) -> dict[tuple[str, str], list[int]]:
    """Of these commands, where they can be used; of those alone of which we say it."""
    said = {(command["name"], key) for command in ours for key in _WHERE if command.get(key)}
    return {
        (command["name"], key): sorted(command.get(key) or ())
        for command in commands
        for key in _WHERE
        if (command["name"], key) in said
    }


def _reduced(command: dict[str, Any]) -> dict[str, Any]:
    """Only what we define, with absent, null, false and empty being the same."""
    kept = {key: command[key] for key in (*_COMPARED, *_COMPARED_NUMBERS) if command.get(key)}
    wanted = command.get("default_member_permissions")
    if wanted is not None:  # Discord sends the number as text
        kept["default_member_permissions"] = str(wanted)
    if "options" in kept:
        kept["options"] = [_reduced(option) for option in kept["options"]]
    return kept
