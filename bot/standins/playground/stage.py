"""The servers, channels and people that a newcomer finds on the page."""

from dataclasses import dataclass, field

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import BOT_PERMISSIONS, Server
from bot.standins.playground.server import Discord
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, ChannelType, User

_MODERATES = int(
    Permission.MANAGE_GUILD
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MODERATE_MEMBERS
    | Permission.MENTION_EVERYONE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Somebody whom the person at the page can be."""

    user: User
    title: str  # what they are on the main server


@dataclass(kw_only=True)
class Stage:
    """Everything that the page shows, in the order in which it shows it."""

    discord: Discord
    identities: list[Identity] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)  # of channels, by id
    unseen: dict[tuple[int, int], Channel] = field(default_factory=dict)  # by server and person
    automatic: list[int] = field(default_factory=list)  # channels where no mention is needed

    @classmethod
    def set_up(cls, discord: Discord) -> "Stage":
        stage = cls(discord=discord)
        stage._open_lighthouse()
        stage._open_workshop()
        for identity in stage.identities:
            discord.world.direct_channel(identity.user)
        return stage

    def _open_lighthouse(self) -> None:
        server = self._open_server("Lighthouse")
        moderator, crew = server.add_role("Moderator", _MODERATES), server.add_role("Crew")
        mia = server.add_member("mia", roles=(crew,))
        rosa = server.add_member("rosa", roles=(moderator, crew))
        nils = server.add_member("nils")
        self.identities = [
            Identity(user=mia.user, title="member"),
            Identity(user=rosa.user, title="moderator"),
            Identity(user=nils.user, title="newcomer without roles"),
        ]
        pictures = self._add_channel(server, "pictures", "Post a picture: glimpse describes it.")
        self.automatic.append(pictures.id)
        self._add_channel(server, "general", "Mention @glimpse with a question.")
        self._add_channel(server, "help", "Errors, logs, screenshots. Mention @glimpse.")
        inner = self._add_channel(server, "crew", "Only those with the role Crew see this.")
        server.overwrite(inner, server.everyone, deny=Permission.VIEW_CHANNEL)
        server.overwrite(inner, crew, allow=Permission.VIEW_CHANNEL)
        server.overwrite(inner, self.discord.bot, allow=BOT_PERMISSIONS)
        quiet = self._add_channel(
            server, "notices", "Only moderators write here, not even glimpse."
        )
        server.overwrite(quiet, server.everyone, deny=Permission.SEND_MESSAGES)
        server.overwrite(quiet, self.discord.bot, deny=Permission.SEND_MESSAGES)
        server.overwrite(quiet, moderator, allow=Permission.SEND_MESSAGES)

    def _open_workshop(self) -> None:
        server = self._open_server("Workshop")
        for identity in self.identities[:2]:
            server.add_member(Person(self.discord.backend, identity.user))
        self._add_channel(server, "bench", "A second server: quotas count for each by itself.")

    def _open_server(self, name: str) -> Server:
        server = self.discord.add_server(name)
        self.servers.append(server)
        return server

    def _add_channel(self, server: Server, name: str, topic: str) -> Channel:
        channel = server.add_channel(name)
        self.topics[channel.id] = topic
        return channel

    def is_unseen(self, channel: Channel) -> bool:
        return channel in self.unseen.values()

    def unseen_channel(self, user: User, channel: Channel) -> Channel:
        """Where the page asks on somebody's behalf without anybody seeing it."""
        guild_id = channel.guild_id or 0
        key = (guild_id, user.id)
        if key not in self.unseen:
            self.unseen[key] = self._make_unseen(user, guild_id)
        return self.unseen[key]

    def _make_unseen(self, user: User, guild_id: int) -> Channel:
        server = next((each for each in self.servers if each.id == guild_id), None)
        if server is not None:
            return server.add_channel(f"behind-the-scenes-{user.name}")
        world = self.discord.world
        channel = Channel(id=world.snowflakes.next(), type=ChannelType.DIRECT, recipient=user)
        world.channels[channel.id] = channel
        return channel

    def user(self, user_id: str) -> User:
        """Raises KeyError for an id that is nobody's whom the page may act for."""
        return {str(identity.user.id): identity.user for identity in self.identities}[user_id]
