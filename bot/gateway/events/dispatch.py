"""Dispatches: one that discord.py can't read is logged, and the session goes on."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.gateway.events import payload_cores as cores
from bot.gateway.events.readable_payload import LONGEST, Core, left_out, readable_part

log = logging.getLogger(__name__)

# The names of discord.py's tasks: of events, of commands, of buttons and dialogs (2.7.1).
_HANDLERS = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")

_MOST_NAMES = 20  # of fields in one line of the log
_LONGEST_OF_SERVERS = 1.0  # seconds; people can't make them odd, and a lot depends on them

Parse = Callable[[Any], None]


class SessionUnreadable(Exception):
    """A session that begins with something unreadable can't go on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a payload is tried out before it is parsed, and what of it must be left if that fails.

    `try_out` raises what parsing would raise, and tells nobody of the event.
    """

    core: Core
    try_out: Parse
    longest: float = LONGEST  # seconds of work that looking for it may take


def guard_parsers(
    client: discord.Client,
    *,
    check_message: Callable[[discord.Message], object] = lambda _: None,
) -> None:
    """Keep an event that can't be read from ending the connection of every server.

    discord.py looks up what parses an event in `ConnectionState.parsers` and lets its exceptions
    end `connect()` (`DiscordWebSocket.received_message`, 2.7.1). `check_message` raises where a
    message can be parsed, but not understood. What is lost is dispatched as `unread_event`, with
    the event's name and payload.
    """
    state: Any = client._connection
    parsers = state.parsers
    server = Reading(core=cores.GUILD, try_out=cores.try_guild(state), longest=_LONGEST_OF_SERVERS)
    readings = {
        "MESSAGE_CREATE": Reading(
            core=cores.MESSAGE, try_out=cores.try_message(state, check_message)
        ),
        "INTERACTION_CREATE": Reading(core=cores.INTERACTION, try_out=cores.try_interaction(state)),
        "GUILD_CREATE": server,
        "GUILD_UPDATE": server,
        "READY": Reading(
            core=cores.READY, try_out=cores.try_ready(state), longest=_LONGEST_OF_SERVERS
        ),
    }
    for event, parse in parsers.items():
        parsers[event] = guarded(event, parse, readings.get(event), client.dispatch)
    parse_interaction = parsers["INTERACTION_CREATE"]
    parsers["INTERACTION_CREATE"] = lambda data: parse_interaction(cores.with_channel(data))


def ignore_events(client: discord.Client) -> None:
    parsers = client._connection.parsers
    parsers.update(dict.fromkeys(parsers, _ignore))


async def cancel_handlers(*, patience: float) -> None:
    """Cancel every handler of an event, command, button or dialog, and wait until it has ended.

    They have `patience` seconds to end by themselves. discord.py makes a task for each, keeps none
    of them, and waits for none where it closes.
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


def guarded(
    event: str,
    parse: Parse,
    reading: Reading | None = None,
    tell: Callable[..., object] = lambda *_: None,
) -> Parse:
    """As `parse`, but raises nothing except SessionUnreadable, and that for READY alone.

    With a `reading`, what breaks is left out. `parse` is called once at most: one that failed half
    way may already have told of the event.
    """

    def parse_or_log(data: Any) -> None:
        payload, failure = _readable(event, data, reading)
        failure = failure or _failure(parse, payload)
        if failure is None:
            return
        # The exception's message and traceback may quote what people write; its type can't.
        reason = type(failure).__name__
        log.error("an event could not be read", extra={"event": event, "reason": reason})
        if event == "READY":
            raise SessionUnreadable
        tell("unread_event", event, data)

    return parse_or_log


def _readable(event: str, data: Any, reading: Reading | None) -> tuple[Any, Exception | None]:
    """The payload, or as much of it as can be read, or why nothing can."""
    failure = None if reading is None else _failure(reading.try_out, data)
    if reading is None or failure is None:
        return data, None
    try_out = reading.try_out
    part = readable_part(
        data,
        reading.core,
        lambda value: _failure(try_out, value) is None,
        clock=time.thread_time,
        longest=reading.longest,
    )
    if part is None:
        return data, failure
    fields = {
        "left_out": ",".join(left_out(data, part)[:_MOST_NAMES]),
        "reason": type(failure).__name__,
    }
    log.warning("an event was read in part", extra={"event": event, **fields})
    return part, None


def _failure(parse: Parse, data: Any) -> Exception | None:
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - the seam to discord.py; logged by type
        return error
    return None
