"""The composition root: opens what the bot needs and closes it in reverse order."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.charts.plotter import Plotter
from bot.chat.catch_up import CatchUp
from bot.chat.collaborators import Collaborators
from bot.chat.display.pacer import Pacer
from bot.chat.in_flight import InFlight, Stopping
from bot.chat.message_handler import MessageHandler
from bot.chat.moderation.account import Account
from bot.chat.moderation.delegation import Delegation
from bot.chat.moderation.limits import QuotaModeration
from bot.chat.moderation.model_choice import ModelSelection
from bot.chat.moderation.preferences import PreferenceSettings
from bot.chat.moderation.reports import UsageReports
from bot.chat.notices.endpoint_watch import EndpointWatch
from bot.chat.pictures.picture_requests import PictureRequests
from bot.chat.recovery import Recovery, find_left
from bot.chat.upkeep import calibrations, metrics
from bot.chat.upkeep.chores import run_chores
from bot.chat.upkeep.claims import Claims
from bot.chat.upkeep.database_file_watch import watch_file
from bot.chat.upkeep.database_watch import DatabaseWatch
from bot.chat.upkeep.heartbeat import Observe, beat
from bot.chat.upkeep.lease import NameLease, hold_lease
from bot.chat.upkeep.sessions import Sessions
from bot.clock import clock
from bot.config.values import Config
from bot.core.errors import DatabaseUnavailable, LeaseLost, StartFailed
from bot.core.health import gateway_state, process_state, settlements_state, worker_state
from bot.core.leases import TERM, tag_of
from bot.core.moderation.preferences import Topic
from bot.gateway.client import Client, use_addresses
from bot.gateway.commands.delegation import DiscordCommandPermissions
from bot.gateway.commands.imagine import make_imagine
from bot.gateway.commands.manage import manage_command
from bot.gateway.commands.model import model_command
from bot.gateway.commands.quota import (
    Questions,
    QuotaServices,
    moderators_commands,
    quota_command,
    quota_presses,
)
from bot.gateway.commands.settings import SettingsCommands, settings_command
from bot.gateway.earlier_questions import EarlierQuestions
from bot.gateway.events.claimed import claim_interactions
from bot.gateway.missed_messages import MissedMessages
from bot.gateway.notice_channels import DiscordLogChannel, DiscordOperatorChannel
from bot.gateway.replies.earlier_replies import EarlierReplies
from bot.images.pictures import Pictures
from bot.resources import describe_endpoints, is_built_in, open_resources
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
from bot.store import integrity
from bot.store.conversations import questions
from bot.store.conversations.history import History
from bot.store.conversations.questions import KeptQuestion
from bot.store.database import Database
from bot.store.processes.file_lock import hold_name
from bot.store.quota.ledger import Ledger
from bot.store.schema import migrations

log = logging.getLogger(__name__)

# Seconds after the grace period; together less than MOST_AFTER_GRACE.
LAST_WORDS = 5.0  # for interrupted answers to mark their replies and settle
LAST_COMMANDS = 0.5  # for commands and buttons to end by themselves
LAST_EVENTS = 1.5  # for those, and for what is cancelled then
LAST_SETTLEMENTS = 0.8  # for what the database refused before
LAST_ENTRIES = 0.8  # for what log channels are still to be told
LAST_TASKS = 0.5
LAST_CLOSE = 0.8  # for the connections to Discord

LEASE_LOST = "another process has taken over the name of this one, which ends at once"
TAKE_OVER_EVERY = 15.0  # seconds between two looks for questions of processes that died
QUESTIONS_KEPT = timedelta(days=8)  # longer than anybody looks back for questions

SideTask = Callable[[], Coroutine[object, object, None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningBot:
    using: Collaborators
    pictures: Pictures
    answering: MessageHandler
    in_flight: InFlight
    client: Client
    delegation: Delegation
    sessions: Sessions
    watch: EndpointWatch
    lease: NameLease
    claims: Claims


@asynccontextmanager
async def open_bot(config: Config) -> AsyncIterator[RunningBot]:
    """Everything that a running bot consists of, connected to nothing but its database."""
    async with AsyncExitStack() as stack:
        url, name = config.database_url.reveal(), config.answers.owner
        locking = hold_name(
            url, name, folder=config.images.directory, patience=TERM.total_seconds()
        )
        lock = await stack.enter_async_context(locking)
        await check_database(url)
        await upgrade_database(url)
        database = await stack.enter_async_context(Database.open(url))
        lease = NameLease(database, name, uuid4().hex, clock=clock, monotonic=time.monotonic)
        await stack.enter_async_context(hold_lease(lease, lock))
        counted = metrics.Metrics()
        watch = EndpointWatch(counted, time.monotonic)
        resources = await stack.enter_async_context(open_resources(config, tell=watch.note))
        log.info("models offered", extra={"endpoints": describe_endpoints(resources.models)})
        using = Collaborators(
            database=database,
            ledger=Ledger(config.answers.zone, config.operator_rules),
            history=History(),
            models=resources.models,
            images=resources.pictures,
            pacer=Pacer(time.monotonic),
            metrics=counted,
            calibrations=await calibrations.load(database, counted),
            clock=clock,
            monotonic=time.monotonic,
            random=random.random,
            painter=resources.painter,
        )
        in_flight, claims = InFlight(), Claims(database, clock, owner=name)
        imagining = (
            PictureRequests(using, config.answers, config.pictures) if resources.painter else None
        )
        answering = MessageHandler(using, config.answers, in_flight, pictures=imagining)
        services, preferences = _quota_services(using, config), PreferenceSettings(using)
        delegation = Delegation(using)
        sessions = Sessions(database, clock)
        client = Client(
            config.discord,
            using.pacer,
            answering=answering,
            commands=[
                quota_command(services),
                model_command(ModelSelection(using)),
                settings_command(preferences, offered=_offered(config)),
                manage_command(
                    [
                        *moderators_commands(services),
                        SettingsCommands(
                            preferences, offered=_offered(config), zone=config.answers.zone.key
                        ),
                    ]
                ),
                *_imagine(answering),
            ],
            stopping=Stopping(in_flight, claims.is_written_elsewhere),
            delegation=delegation,
            sessions=sessions,
            button_handlers=quota_presses(services),
        )
        claim_interactions(client, claims)
        stack.push_async_callback(_close, client)
        yield RunningBot(
            using=using,
            pictures=resources.pictures,
            answering=answering,
            in_flight=in_flight,
            client=client,
            delegation=delegation,
            sessions=sessions,
            watch=watch,
            lease=lease,
            claims=claims,
        )


async def _close(client: Client) -> None:
    await within(LAST_CLOSE, client.shut_down())


def _quota_services(using: Collaborators, config: Config) -> QuotaServices:
    zone = config.answers.zone
    return QuotaServices(
        account=Account(using),
        moderation=QuotaModeration(using),
        reporting=UsageReports(using, Plotter(), zone),
        choosing=ModelSelection(using),
        questions=Questions(tag=tag_of(config.answers.owner)),
        zone=zone.key,
    )


def _offered(config: Config) -> frozenset[Topic]:
    """Features that the operator lets moderators switch on."""
    offers = {
        Topic.WEB_SEARCH: config.answers.web_search is not None,
        Topic.PICTURES: config.painting is not None,
    }
    return frozenset(topic for topic, is_offered in offers.items() if is_offered)


def _imagine(answering: MessageHandler) -> list[Any]:
    """The command, where the operator has pictures made."""
    return [] if answering.menu is None else [make_imagine(answering, answering.menu)]


async def check_database(url: str) -> None:
    """Refuse to go on with a damaged file: it would only get worse. Raises StoreError."""
    if not await integrity.check_quickly(url):
        log.info("the database is large: a part of it was checked")


async def upgrade_database(url: str) -> None:
    """Bring the database up to this program's revision, with a copy of the old one beside it."""
    done = await migrations.upgrade(url, now=clock())
    if done.before != done.after:
        log.info(
            "database upgraded",
            extra={
                "before": done.before or "empty",
                "after": done.after,
                "backup": str(done.backup or "none"),
            },
        )


async def run(config: Config, deadline: Deadline) -> int:
    """Run until SIGTERM or SIGINT, or until it can't go on: then all that runs is ended in order.

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
    tasks = [connection, *(create(work()) for work in _side_tasks(running, config, left))]
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
    await _close(running.client)


def _side_tasks(running: RunningBot, config: Config, left: list[KeptQuestion]) -> list[SideTask]:
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

    chores = [sweep, forget_answered, log_metrics, running.claims.purge]
    permissions = DiscordCommandPermissions(running.client)
    tasks: list[SideTask] = [
        partial(running.delegation.keep_reading, permissions),
        partial(recovery.recover, left),
        _catch_up(running, config, recovery).run,
        running.sessions.keep_watermarks,
        partial(run_chores, chores),
        partial(run_chores, [take_over], every=TAKE_OVER_EVERY),
        running.lease.keep,
        running.using.backlog.keep_trying,
        partial(_watch_database, running.using.database),
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


async def _watch_database(database: Database) -> None:
    """End the process where another file stands in the database's place: the next start looks at it
    first.
    """
    await watch_file(database)
    raise DatabaseUnavailable("another file stands in the database's place")


def _heartbeat(running: RunningBot, file: Path) -> list[SideTask]:
    """What writes the heartbeat file, and what it says of each part."""
    using = running.using
    database = DatabaseWatch(using.database, clock, time.monotonic)
    parts: tuple[Observe, ...] = (
        lambda: gateway_state(running.client.shard_states),
        database.state,
        lambda: worker_state(can_start=running.pictures.can_start_worker),
        lambda: settlements_state(len(using.backlog)),
        lambda: process_state(is_stopping=running.in_flight.is_closing),
    )
    return [partial(beat, file, parts, clock), database.watch, running.pictures.watch_worker]
