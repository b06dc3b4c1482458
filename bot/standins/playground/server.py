"""Discord on loopback: REST, gateway and files on one port."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from bot.standins.playground.actors.people import Backend, Person
from bot.standins.playground.actors.places import BOT_PERMISSIONS, Server
from bot.standins.playground.actors.wait import wait_for
from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.connections import Gateway
from bot.standins.playground.interactions.commands import Commands
from bot.standins.playground.interactions.lifecycle import Interactions
from bot.standins.playground.messages.announcements import announce_message
from bot.standins.playground.rest.application import Application
from bot.standins.playground.rest.cdn import Cdn
from bot.standins.playground.rest.channels import Channels
from bot.standins.playground.rest.dispatch import PREFIX, Dispatcher
from bot.standins.playground.rest.faults import Faults
from bot.standins.playground.rest.interaction_responses import InteractionResponses
from bot.standins.playground.rest.messages import Messages
from bot.standins.playground.rest.request_body import LARGEST_REQUEST
from bot.standins.playground.rest.routes import RestRoute
from bot.standins.playground.world.snowflakes import Clock, SkippableClock
from bot.standins.playground.world.state import Channel, Message, User, World

T = TypeVar("T")


class Discord:
    """Runs while its context is open. One bot application belongs to it, known by `token`."""

    def __init__(
        self,
        *,
        token: str = "playground-token",  # noqa: S107 - opens nothing but this stand-in
        bot_name: str = "glimpse",
        clock: Clock | None = None,
        port: int = 0,
        latency: float = 0.0,  # seconds that each REST call takes on its way
    ) -> None:
        self.clock = clock or SkippableClock()
        self.token = token
        self.world = World(clock=self.clock, token=token, bot_name=bot_name)
        self.gateway = Gateway(self.world)
        self.commands = Commands(self.world)
        self.interactions = Interactions(self.world)
        self.dispatcher = Dispatcher(self.world)
        self.dispatcher.latency = latency
        self.cdn = Cdn(self.world)
        self.messages = Messages(self.world)
        self.application = Application(self.world, self.gateway, self.commands)
        self.servers: list[Server] = []
        self.extensions: list[Callable[[web.Application], None]] = []  # add routes of their own
        self.backend = Backend(
            world=self.world, commands=self.commands, interactions=self.interactions
        )
        self._port = port
        self._runner: web.AppRunner | None = None

    # Running

    async def __aenter__(self) -> Self:
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._runner = runner
        self.world.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_REQUEST)
        self.dispatcher.add_to(application, self._routes())
        self.cdn.add_to(application)
        application.router.add_get("/gateway", self.gateway.connect)
        application.router.add_get("/gateway/", self.gateway.connect)
        application.router.add_get("/gateway/resume", self.gateway.connect)
        for extend in self.extensions:
            extend(application)
        return application

    def _routes(self) -> list[RestRoute]:
        answers = InteractionResponses(self.world, self.interactions)
        groups = (self.application, self.messages, Channels(self.world), answers, self.cdn)
        return [route for group in groups for route in group.routes()]

    @property
    def base_url(self) -> str:
        return self.world.base_url

    @property
    def api_url(self) -> str:
        return f"{self.base_url}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"{self.base_url.replace('http', 'ws', 1)}/gateway"

    # Who and what there is

    @property
    def bot(self) -> User:
        return self.world.bot

    def add_server(self, name: str, *, bot_permissions: int = BOT_PERMISSIONS) -> Server:
        """Open a server with the bot in it; a bot that is connected is told."""
        server = Server.open(self.backend, self.gateway, name, bot_permissions=bot_permissions)
        self.servers.append(server)
        return server

    def add_stranger(self, name: str) -> Person:
        """A person who shares no server with the bot, but may write to it."""
        return Person(self.backend, self.world.add_user(name))

    def person(self, user: User, channel: Channel) -> Person:
        """Somebody who exists, as a member of the server that `channel` is in."""
        guild = self.world.guilds.get(channel.guild_id or 0)
        return Person(self.backend, user, guild)

    def skip(self, seconds: float) -> None:
        """Let time pass in an instant. Only with the clock that it brings along."""
        if not isinstance(self.clock, SkippableClock):
            raise TypeError("the clock was given; advance it there")
        self.clock.advance(seconds)

    # What has happened

    @property
    def faults(self) -> Faults:
        return self.dispatcher.faults

    @property
    def count_429(self) -> int:
        return self.dispatcher.count_429

    @property
    def all_messages(self) -> list[Message]:
        """Of all channels, deleted ones too, oldest first."""
        every = [one for each in self.world.channels.values() for one in each.messages.values()]
        return sorted(every, key=lambda message: message.id)

    @property
    def pinged(self) -> set[int]:
        """Ids of all whom a message of the bot has ever notified or highlighted."""
        own = [message for message in self.all_messages if message.author is self.bot]
        return set().union(*(message.pinged for message in own))

    def replies_to(self, message: Message) -> list[Message]:
        """The bot's replies that are still there, oldest first."""
        channel = self.world.channels[message.channel_id]
        return [
            one
            for one in channel.living()
            if one.author is self.bot
            and one.reference is not None
            and one.reference.message_id == message.id
        ]

    def unfurl(self, message: Message, embeds: list[Json]) -> None:
        """Let the previews of links appear, which on Discord takes a moment."""
        message.embeds = [*message.embeds, *embeds]
        announce_message(self.world, message, "MESSAGE_UPDATE")

    # Waiting

    async def wait_for(self, find: Callable[[], T], timeout: float = 10.0) -> T:
        """Wait until `find` gives something truthy, and return it. Raises TimeoutError."""
        return await wait_for(self.world, find, timeout)

    async def connected(self, *, shards: int = 1, timeout: float = 10.0) -> None:
        await self.wait_for(lambda: len(self.gateway.connected_shards) >= shards, timeout)

    async def reply_to(self, message: Message, *, timeout: float = 10.0) -> Message:
        """The bot's first reply, as soon as it is there."""
        return (await self.wait_for(lambda: self.replies_to(message), timeout))[0]

    async def settled_reply_to(
        self,
        message: Message,
        *,
        timeout: float = 10.0,
        quiet: float = 0.5,
        is_done: Callable[[Message], bool] | None = None,
    ) -> Message:
        """The bot's reply once `is_done`, or else once it has not changed for `quiet` seconds."""

        def is_settled(reply: Message) -> bool:
            if is_done is not None:
                return is_done(reply)
            return self.clock() - reply.revisions[-1].at >= quiet

        return (
            await self.wait_for(
                lambda: [one for one in self.replies_to(message) if is_settled(one)], timeout
            )
        )[0]
