"""The composition root: opens what the bot needs and closes it in reverse order."""

import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

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
from bot.chat.upkeep import calibrations, metrics
from bot.chat.upkeep.claims import Claims
from bot.chat.upkeep.deferrals import Deferrals
from bot.chat.upkeep.lease import NameLease, hold_lease
from bot.chat.upkeep.sessions import Sessions
from bot.clock import clock
from bot.config.values import Config
from bot.core.leases import TERM, tag_of
from bot.core.moderation.preferences import Topic
from bot.gateway.client import Client
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
from bot.gateway.events.claimed import claim_interactions
from bot.images.pictures import Pictures
from bot.resources import describe_endpoints, open_resources
from bot.shutdown import (
    within,
)
from bot.store import integrity
from bot.store.conversations.history import History
from bot.store.database import Database
from bot.store.processes.file_lock import hold_name
from bot.store.quota.ledger import Ledger
from bot.store.schema import migrations

log = logging.getLogger(__name__)

LAST_CLOSE = 0.8  # seconds for the connections to Discord


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
    deferrals: Deferrals


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
        run = uuid4().hex
        lease = NameLease(database, name, run, clock=clock, monotonic=time.monotonic)
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
        deferrals = Deferrals(database, clock, holder=run)
        claim_interactions(client, claims, deferrals)
        stack.push_async_callback(close_connections, client)
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
            deferrals=deferrals,
        )


async def close_connections(client: Client) -> None:
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
