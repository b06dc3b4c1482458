"""Servers with channels, roles and members, which a test or the page changes while the bot runs."""

from collections.abc import Iterable

from bot.standins.playground.actors.people import Backend, Person
from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.connections import Gateway
from bot.standins.playground.interactions.commands import PermitKind
from bot.standins.playground.messages import threads
from bot.standins.playground.render import objects
from bot.standins.playground.world import permissions
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.permissions import Overwrite, Permission
from bot.standins.playground.world.state import (
    Channel,
    ChannelType,
    Event,
    Guild,
    Membership,
    ServerRole,
    User,
    World,
)

BOT_PERMISSIONS = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)  # what an invitation of the bot asks for


class Server:
    """A Discord server with the bot in it."""

    def __init__(self, backend: Backend, gateway: Gateway, guild: Guild) -> None:
        self._backend = backend
        self._gateway = gateway
        self._world: World = backend.world
        self.guild = guild

    @classmethod
    def open(
        cls,
        backend: Backend,
        gateway: Gateway,
        name: str,
        *,
        bot_permissions: int = BOT_PERMISSIONS,
    ) -> "Server":
        world = backend.world
        guild_id = world.snowflakes.next_server()
        guild = Guild(id=guild_id, name=name, owner=world.add_user(f"{name.lower()}-owner"))
        guild.roles[guild_id] = ServerRole(
            id=guild_id, name="@everyone", permissions=permissions.EVERYONE
        )
        server = cls(backend, gateway, guild)
        server._join(guild.owner, ())
        own = server.add_role(world.bot.name, bot_permissions, bot_id=world.bot.id)
        server._join(world.bot, (own,))
        world.guilds[guild_id] = guild
        gateway.announce_joined(guild)
        return server

    @property
    def id(self) -> int:
        return self.guild.id

    @property
    def everyone(self) -> ServerRole:
        return self.guild.roles[self.guild.id]

    @property
    def owner(self) -> Person:
        return Person(self._backend, self.guild.owner, self.guild)

    def permit_command(
        self, name: str, subject: ServerRole | User, *, allowed: bool = True
    ) -> None:
        """Let a role or a person use a command, or not, in the server's settings."""
        kind = PermitKind.ROLE if isinstance(subject, ServerRole) else PermitKind.USER
        commands = self._backend.commands
        changed = commands.permit(name, self.id, subject.id, kind=kind, allowed=allowed)
        self._announce("APPLICATION_COMMAND_PERMISSIONS_UPDATE", changed)

    def add_role(
        self,
        name: str,
        granted: int = permissions.NOTHING,
        *,
        mentionable: bool = False,
        bot_id: int | None = None,
    ) -> ServerRole:
        role = ServerRole(
            id=self._world.snowflakes.next(),
            name=name,
            permissions=int(granted),
            position=len(self.guild.roles),
            mentionable=mentionable,
            bot_id=bot_id,
        )
        self.guild.roles[role.id] = role
        data: Json = {"guild_id": str(self.id), "role": objects.role(role)}
        self._announce("GUILD_ROLE_CREATE", data, Intent.GUILDS)
        return role

    def delete_role(self, role: ServerRole) -> None:
        """Those who have it have it no more; who holds on to `role` can still name it."""
        for membership in self.guild.members.values():
            membership.role_ids = [held for held in membership.role_ids if held != role.id]
        del self.guild.roles[role.id]
        data: Json = {"guild_id": str(self.id), "role_id": str(role.id)}
        self._announce("GUILD_ROLE_DELETE", data, Intent.GUILDS)

    def add_channel(self, name: str, *, nsfw: bool = False) -> Channel:
        channel = Channel(
            id=self._world.snowflakes.next(),
            type=ChannelType.TEXT,
            name=name,
            guild_id=self.id,
            position=len(self.guild.channel_ids),
            nsfw=nsfw,
        )
        self._world.channels[channel.id] = channel
        self.guild.channel_ids.append(channel.id)
        threads.announce_channel(self._world, channel, "CHANNEL_CREATE", {})
        return channel

    def add_member(
        self,
        who: str | Person,
        *,
        roles: Iterable[ServerRole] = (),
        granted: int = permissions.NOTHING,
        is_bot: bool = False,
    ) -> Person:
        """A new person by name, or one from another server. `granted` comes as a role of their own."""
        user = self._world.add_user(who, is_bot=is_bot) if isinstance(who, str) else who.user
        own = (self.add_role(user.name, granted),) if granted else ()
        self._join(user, (*roles, *own))
        return Person(self._backend, user, self.guild)

    def _join(self, user: User, roles: Iterable[ServerRole]) -> None:
        membership = Membership(
            user=user, joined_at=self._world.clock(), role_ids=[role.id for role in roles]
        )
        self.guild.members[user.id] = membership
        data = {**objects.member_with_user(membership), "guild_id": str(self.id)}
        self._announce("GUILD_MEMBER_ADD", data, Intent.GUILD_MEMBERS)

    def remove_member(self, person: Person | User) -> None:
        """They leave, or are thrown out; their messages stay."""
        membership = self.guild.members.pop(person.id)
        data: Json = {"guild_id": str(self.id), "user": objects.user(membership.user)}
        self._announce("GUILD_MEMBER_REMOVE", data, Intent.GUILD_MEMBERS)

    def give_role(self, person: Person | User, role: ServerRole) -> None:
        self.guild.members[person.id].role_ids.append(role.id)
        self._announce_member(person.id)

    def take_role(self, person: Person | User, role: ServerRole) -> None:
        self.guild.members[person.id].role_ids.remove(role.id)
        self._announce_member(person.id)

    def time_out(self, person: Person | User, seconds: float) -> None:
        self.guild.members[person.id].timed_out_until = self._world.clock() + seconds
        self._announce_member(person.id)

    def _announce_member(self, user_id: int) -> None:
        """A bot is told of changes to itself whatever its intents."""
        data = {
            **objects.member_with_user(self.guild.members[user_id]),
            "guild_id": str(self.id),
        }
        own = user_id == self._world.bot.id
        self._announce("GUILD_MEMBER_UPDATE", data, Intent.GUILDS if own else Intent.GUILD_MEMBERS)

    def overwrite(
        self, channel: Channel, target: ServerRole | User | Person, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Change what a role or member may do in one channel."""
        others = [one for one in channel.overwrites if one.target_id != target.id]
        changed = Overwrite(
            target_id=target.id,
            is_member=not isinstance(target, ServerRole),
            allow=int(allow),
            deny=int(deny),
        )
        channel.overwrites = [*others, changed]
        threads.announce_channel(self._world, channel, "CHANNEL_UPDATE", {})

    def delete_channel(self, channel: Channel) -> None:
        name = "THREAD_DELETE" if channel.thread else "CHANNEL_DELETE"
        threads.announce_channel(self._world, channel, name, {})
        self.guild.channel_ids.remove(channel.id)
        del self._world.channels[channel.id]

    def expel_bot(self) -> None:
        """Remove the bot from this server."""
        data: Json = {"id": str(self.id)}
        self._announce("GUILD_DELETE", data, Intent.GUILDS)
        del self.guild.members[self._world.bot.id]

    def _announce(self, name: str, data: Json, intent: int = 0) -> None:
        if self.id in self._world.guilds:
            event = Event(name=name, data=data, intent=intent, guild_id=self.id)
            self._world.emit(event)
