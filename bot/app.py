"""The composition root: opens what the bot needs and closes it in reverse order."""

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.charts.plotter import Plotter
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
from bot.chat.recovery import left_open, repair
from bot.chat.upkeep import calibrations, metrics
from bot.chat.upkeep.chores import run_chores
from bot.clock import clock
from bot.config.values import Config
from bot.core.errors import StartFailed
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
from bot.gateway.earlier_replies import EarlierReplies
from bot.gateway.notice_channels import DiscordLogChannel, DiscordOperatorChannel
from bot.images.pictures import Pictures
from bot.resources import describe_endpoints, is_built_in, open_resources
from bot.store.conversations.history import History
from bot.store.database import Database
from bot.store.quota.ledger import Ledger
from bot.store.quota.reservations import OpenReservation
from bot.store.schema import migrations

log = logging.getLogger(__name__)

LAST_WORDS = 10.0  # seconds that interrupted answers have to mark their replies
LAST_ENTRIES = 3.0  # seconds for what log channels are still to be told
HEARTBEAT = 15.0  # seconds
INTERRUPTED = 128 + signal.SIGINT  # the exit code, as shells count it

SideTask = Callable[[], Coroutine[object, object, None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningBot:
    using: Collaborators
    pictures: Pictures
    answering: MessageHandler
    in_flight: InFlight
    client: Client
    delegation: Delegation
    watch: EndpointWatch


@asynccontextmanager
async def open_bot(config: Config) -> AsyncIterator[RunningBot]:
    """Everything that a running bot consists of, connected to nothing but its database."""
    async with AsyncExitStack() as stack:
        url = config.database_url.reveal()
        await upgrade_database(url)
        database = await stack.enter_async_context(Database.open(url))
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
        in_flight = InFlight()
        imagining = (
            PictureRequests(using, config.answers, config.pictures) if resources.painter else None
        )
        answering = MessageHandler(using, config.answers, in_flight, pictures=imagining)
        services, preferences = _quota_services(using, config), PreferenceSettings(using)
        delegation = Delegation(using)
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
            stopping=Stopping(in_flight),
            delegation=delegation,
            button_handlers=quota_presses(services),
        )
        stack.push_async_callback(client.close)
        yield RunningBot(
            using=using,
            pictures=resources.pictures,
            answering=answering,
            in_flight=in_flight,
            client=client,
            delegation=delegation,
            watch=watch,
        )


def _quota_services(using: Collaborators, config: Config) -> QuotaServices:
    zone = config.answers.zone
    return QuotaServices(
        account=Account(using),
        moderation=QuotaModeration(using),
        reporting=UsageReports(using, Plotter(), zone),
        choosing=ModelSelection(using),
        questions=Questions(),
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


async def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT, or until Discord will not have us (StartFailed).

    Returns the exit code: 0, or 130 after an interrupt from the keyboard.
    """
    stop = _listen_for_the_end()
    use_addresses(config.discord)
    if is_built_in(config.endpoint):
        log.warning(
            "answers come from the built-in describer; a real model is named by"
            " `[endpoint] base_url` and `model`"
        )
    async with open_bot(config) as running:
        running.answering.bot_id = await running.client.log_in(config.discord.token)
        try:
            await _serve(running, config, stop)
        except* StartFailed as failed:
            raise failed.exceptions[0] from None
        finally:
            # Where Discord ended it. An answer that went on would open the closed database anew,
            # and the thread of that connection would keep the process from ending.
            await running.in_flight.drain(grace=0, after=LAST_WORDS)
    return stop.result() if stop.done() else 0


def _listen_for_the_end() -> asyncio.Future[int]:
    """The exit code, known once the process is told to end. The first signal counts."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not stop.done():
            stop.set_result(code)

    loop.add_signal_handler(signal.SIGTERM, end, 0)
    loop.add_signal_handler(signal.SIGINT, end, INTERRUPTED)
    return stop


async def _serve(running: RunningBot, config: Config, stop: asyncio.Future[int]) -> None:
    left = await left_open(running.using, owner=config.answers.owner)
    async with asyncio.TaskGroup() as tasks:
        side = [tasks.create_task(work()) for work in _side_tasks(running, config, left)]
        connection = tasks.create_task(running.client.stay_connected())
        ends: set[asyncio.Future[Any]] = {connection, stop}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if not connection.done():
            await _end(running, config)
        for task in side:
            task.cancel()
        await running.client.close()
        connection.cancel()  # it may be waiting, for minutes, to reconnect


async def _end(running: RunningBot, config: Config) -> None:
    """Stop taking, let answers finish, interrupt the rest."""
    log.info("stopping", extra={"answers": len(running.in_flight)})
    await running.in_flight.drain(grace=config.answers.grace_period, after=LAST_WORDS)
    await running.using.log_channel.wait_until_posted(within=LAST_ENTRIES)
    metrics.log_figures(running.using.metrics.snapshot())


def _side_tasks(running: RunningBot, config: Config, left: list[OpenReservation]) -> list[SideTask]:
    """Everything that goes on beside answering, to be started."""
    replies = EarlierReplies(running.client.http)

    async def settle_expired() -> None:
        await repair(running.using, replies, await left_open(running.using, owner=""))

    async def sweep() -> None:
        await running.pictures.sweep(clock())

    async def log_metrics() -> None:
        metrics.log_figures(running.using.metrics.snapshot())

    chores = [settle_expired, sweep, log_metrics]
    permissions = DiscordCommandPermissions(running.client)
    tasks: list[SideTask] = [
        partial(running.delegation.keep_reading, permissions),
        partial(repair, running.using, replies, left),
        partial(run_chores, chores),
    ]
    operator = None
    if config.discord.operator_channel is not None:
        operator = DiscordOperatorChannel(running.client.http, config.discord.operator_channel)
        tasks.append(partial(running.watch.post_notices, operator))
    log_channels = DiscordLogChannel(running.client.http)
    post_entries = running.using.log_channel.post_entries
    tasks.append(partial(post_entries, running.using.database, log_channels, operator))
    if config.process.heartbeat_file is not None:
        tasks.append(partial(_beat, running.client, config.process.heartbeat_file))
    return tasks


async def _beat(client: Client, file: Path) -> None:
    """Touch the heartbeat file while the gateway is connected."""
    await client.wait_until_ready()
    while True:
        if client.is_ready() and not client.is_closed():
            await asyncio.to_thread(file.touch)
        await asyncio.sleep(HEARTBEAT)
