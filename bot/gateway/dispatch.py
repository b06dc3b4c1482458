"""Dispatches: one that discord.py can't read is logged, and the session goes on."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import discord

log = logging.getLogger(__name__)

_MESSAGE = "MESSAGE_CREATE"
# The names of discord.py's tasks: of events, of commands, of buttons and dialogs (2.7.1).
_HANDLERS = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")

Parse = Callable[[Any], None]


def guard_parsers(client: discord.Client) -> None:
    """Keep an event that can't be read from ending the connection of every server.

    discord.py looks up what parses an event in `ConnectionState.parsers` and lets its exceptions
    end `connect()` (`DiscordWebSocket.received_message`, 2.7.1).
    """
    parsers = client._connection.parsers
    parsers.update({event: guarded(event, parse) for event, parse in parsers.items()})


def ignore_events(client: discord.Client) -> None:
    parsers = client._connection.parsers
    parsers.update(dict.fromkeys(parsers, _ignore))


async def cancel_handlers(*, patience: float) -> None:
    """Cancel every handler of an event, command, button or dialog, and wait until it has ended.

    They have `patience` seconds to end by themselves. discord.py makes a task for each, keeps none of them, and waits for none where it closes.
    """
    current = asyncio.current_task()
    handlers = [
        task
        for task in asyncio.all_tasks()
        if task.get_name().startswith(_HANDLERS) and task is not current
    ]
    if not handlers:
        return
    _, late = await asyncio.wait(handlers, timeout=patience)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)


def _ignore(_data: Any) -> None:
    """The bot ends."""


def guarded(event: str, parse: Parse) -> Parse:
    """As `parse`, but raises nothing. A message is tried a second time without its poll."""

    def parse_or_log(data: Any) -> None:
        failure = _failure(parse, data)
        if failure is None:
            return
        # The exception's message and traceback may quote what people write; its type can't.
        reason = type(failure).__name__
        if event == _MESSAGE and _failure(lambda whole: parse(without_polls(whole)), data) is None:
            log.warning("a message was read without its poll", extra={"reason": reason})
        else:
            log.error("an event could not be read", extra={"event": event, "reason": reason})

    return parse_or_log


def without_polls(message: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a message, and of the one it replies to, without polls."""
    kept = {name: value for name, value in message.items() if name != "poll"}
    original = kept.get("referenced_message")
    return kept if original is None else {**kept, "referenced_message": without_polls(original)}


def _failure(parse: Parse, data: Any) -> Exception | None:
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - the seam to discord.py; logged by type
        return error
    return None
