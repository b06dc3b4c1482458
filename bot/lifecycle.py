"""The life of the running bot: its start, and an orderly end whatever ends it."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.app import RunningBot, close_connections, open_bot
from bot.chat.recovery import find_left
from bot.chat.upkeep import metrics
from bot.config.values import Config
from bot.core.errors import LeaseLost, StartFailed
from bot.gateway.client import use_addresses
from bot.resources import is_built_in
from bot.shutdown import (
    FAILED,
    MUST_NOT_RUN,
    Deadline,
    Stopped,
    describe,
    errors_of,
    exit_at_once,
    listen_for_signals,
    unless_stopped,
    until_over,
    within,
)
from bot.side_tasks import side_tasks

log = logging.getLogger(__name__)

# Seconds after the grace period; together less than MOST_AFTER_GRACE.
LAST_WORDS = 5.0  # for interrupted answers to mark their replies and settle
LAST_COMMANDS = 0.5  # for commands and buttons to end by themselves
LAST_EVENTS = 1.5  # for those, and for what is cancelled then
LAST_SETTLEMENTS = 0.8  # for what the database refused before
LAST_ENTRIES = 0.8  # for what log channels are still to be told
LAST_TASKS = 0.5

LEASE_LOST = "another process has taken over the name of this one, which ends at once"


async def run(config: Config, deadline: Deadline) -> int:
    """Run until SIGTERM, SIGINT or SIGHUP, or until it can't go on: then all that runs is ended in order.

    Returns the exit code: 0, 130 after an interrupt from the keyboard, or 1 where a part of the bot
    failed. Raises StartFailed where Discord will not have us. `deadline` is set once the end begins.
    """
    grace = config.answers.grace_period
    stop = listen_for_signals(deadline, grace=grace)
    use_addresses(config.discord)
    if is_built_in(config.endpoint):
        log.warning(
            "answers come from the built-in describer; a real model is named by"
            " `[endpoint] base_url` and `model`"
        )
    try:
        async with AsyncExitStack() as stack:
            running = await unless_stopped(stop, stack.enter_async_context(open_bot(config)))
            try:
                logging_in = running.client.log_in(config.discord.token)
                running.answering.bot_id = await unless_stopped(stop, logging_in)
                return await _serve(running, config, stop, deadline)
            finally:
                deadline.set(grace=0.0)
    except Stopped:
        return stop.result()


async def _serve(
    running: RunningBot, config: Config, stop: asyncio.Future[int], deadline: Deadline
) -> int:
    """Go on until told to stop, or until a part has ended; then end the rest. Returns the exit code."""
    left = await find_left(running.using, owner=config.answers.owner, at_start=True)
    await running.sessions.note_start()
    create = asyncio.get_running_loop().create_task
    connection = create(running.client.stay_connected())
    tasks = [connection, *(create(work()) for work in side_tasks(running, config, left))]
    await until_over(tasks, connection, stop)
    if any(isinstance(error, LeaseLost) for error in errors_of(tasks)):
        # Whoever has the name answers our questions by now: not a word more of ours.
        exit_at_once(MUST_NOT_RUN, lambda: log.error(LEASE_LOST))
    was_told = stop.done()
    grace = config.answers.grace_period if was_told else 0.0
    deadline.set(grace=grace)
    await _wind_down(running, tasks, grace=grace)
    for error in errors_of(tasks):
        if isinstance(error, StartFailed) and not was_told:
            raise error
        log.error("a part of the bot failed, and so it ends", extra={"reason": describe(error)})
    return stop.result() if was_told else FAILED


async def _wind_down(
    running: RunningBot, tasks: Sequence[asyncio.Task[None]], *, grace: float
) -> None:
    """Stop taking, let answers finish, interrupt the rest, and end whatever still runs.

    Nothing here raises, and each step has its time: afterwards the database can be closed.
    """
    log.info("stopping", extra={"answers": len(running.in_flight)})
    await running.in_flight.drain(grace=grace, after=LAST_WORDS)
    await within(LAST_EVENTS, running.client.end_events(patience=LAST_COMMANDS))
    await running.using.backlog.drain(within=LAST_SETTLEMENTS)
    await running.using.log_channel.wait_until_posted(within=LAST_ENTRIES)
    metrics.log_figures(running.using.metrics.snapshot())
    for task in tasks:
        task.cancel()  # the connection may be waiting, for minutes, to reconnect
    await asyncio.wait(tasks, timeout=LAST_TASKS)
    await close_connections(running.client)
