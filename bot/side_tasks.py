"""What goes on beside answering: recovery, chores, watches, notices."""

import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.app import RunningBot
from bot.chat.catch_up import CatchUp
from bot.chat.recovery import Recovery, find_left
from bot.chat.upkeep import metrics
from bot.chat.upkeep.chores import run_chores
from bot.chat.upkeep.database_file_watch import watch_file
from bot.chat.upkeep.database_write_watch import DatabaseWriteWatch
from bot.chat.upkeep.heartbeat import Observe, beat
from bot.clock import clock
from bot.config.values import Config
from bot.core.errors import DatabaseUnavailable
from bot.core.health import gateway_state, process_state, settlements_state, worker_state
from bot.gateway.commands.delegation import DiscordCommandPermissions
from bot.gateway.earlier_questions import EarlierQuestions
from bot.gateway.missed_messages import MissedMessages
from bot.gateway.notice_channels import DiscordLogChannel, DiscordOperatorChannel
from bot.gateway.replies.cut_off_replies import CutOffReplies
from bot.gateway.replies.earlier_replies import EarlierReplies
from bot.store.conversations import questions
from bot.store.conversations.questions import KeptQuestion
from bot.store.database import Database

TAKE_OVER_EVERY = 15.0  # seconds between two looks for questions of processes that died
TELL_EVERY = 5.0  # seconds, for their commands: a small table, and somebody watches
QUESTIONS_KEPT = timedelta(days=8)  # longer than anybody looks back for questions

SideTask = Callable[[], Coroutine[object, object, None]]


def side_tasks(running: RunningBot, config: Config, left: list[KeptQuestion]) -> list[SideTask]:
    """Everything that goes on beside answering, to be started."""
    recovery = Recovery(
        running.using,
        running.answering,
        config.answers,
        replies=EarlierReplies(running.client.http, running.answering.bot_id),
        asked=EarlierQuestions(running.client, running.client.tree, running.client.fetch_question),
    )

    async def take_over() -> None:
        await recovery.recover(await find_left(running.using, owner=config.answers.owner))

    async def sweep() -> None:
        await running.pictures.sweep(clock())

    async def forget_answered() -> None:
        async with running.using.database.transaction() as tx:
            await questions.purge(tx, before=clock() - QUESTIONS_KEPT)

    async def log_metrics() -> None:
        metrics.log_figures(running.using.metrics.snapshot())

    async def tell_cut_off() -> None:
        await running.deferrals.tell_cut_off(CutOffReplies(running.client))

    chores = [sweep, forget_answered, log_metrics, running.claims.purge]
    permissions = DiscordCommandPermissions(running.client)
    tasks: list[SideTask] = [
        partial(running.delegation.keep_reading, permissions),
        partial(recovery.recover, left),
        _catch_up(running, config, recovery).run,
        running.sessions.keep_watermarks,
        partial(run_chores, chores),
        partial(run_chores, [take_over], every=TAKE_OVER_EVERY),
        partial(run_chores, [tell_cut_off], every=TELL_EVERY),
        running.lease.keep,
        running.using.backlog.keep_trying,
        partial(_watch_database_file, running.using.database),
    ]
    operator = None
    if config.discord.operator_channel is not None:
        operator = DiscordOperatorChannel(running.client.http, config.discord.operator_channel)
        tasks.append(partial(running.watch.post_notices, operator))
    log_channels = DiscordLogChannel(running.client.http)
    post_entries = running.using.log_channel.post_entries
    tasks.append(partial(post_entries, running.using.database, log_channels, operator))
    if config.process.heartbeat_file is not None:
        tasks += _heartbeat(running, config.process.heartbeat_file)
    return tasks


def _catch_up(running: RunningBot, config: Config, recovery: Recovery) -> CatchUp:
    client = running.client
    return CatchUp(
        running.using,
        running.answering,
        recovery,
        settings=config.catch_up,
        sessions=running.sessions,
        channels=MissedMessages(client, client.forbidden),
    )


async def _watch_database_file(database: Database) -> None:
    """End the process where another file stands in the database's place: the next start looks at it
    first.
    """
    await watch_file(database)
    raise DatabaseUnavailable("another file stands in the database's place")


def _heartbeat(running: RunningBot, file: Path) -> list[SideTask]:
    """What writes the heartbeat file, and what it says of each part."""
    using = running.using
    database = DatabaseWriteWatch(using.database, clock, time.monotonic)
    parts: tuple[Observe, ...] = (
        lambda: gateway_state(running.client.shard_states),
        database.state,
        lambda: worker_state(can_start=running.pictures.can_start_worker),
        lambda: settlements_state(len(using.backlog)),
        lambda: process_state(is_stopping=running.in_flight.is_closing),
    )
    return [partial(beat, file, parts, clock), database.watch, running.pictures.watch_worker]
