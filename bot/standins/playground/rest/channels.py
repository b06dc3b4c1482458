"""Channels, threads, servers, members and direct channels."""

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.messages import threads
from bot.standins.playground.render import objects, servers
from bot.standins.playground.rest.routes import NOTHING, Call, Reply, Route
from bot.standins.playground.world import access
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Guild, World

_CHANNEL = "/channels/{channel_id}"
_GUILD = "/guilds/{guild_id}"


class Channels:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        under = _CHANNEL + "/messages/{message_id}/threads"
        me = _CHANNEL + "/thread-members/@me"
        return [
            Route(method="GET", path=_CHANNEL, handler=self.get),
            Route(method="PATCH", path=_CHANNEL, handler=self.edit),
            Route(method="POST", path=under, handler=self.create_thread_from),
            Route(method="POST", path=_CHANNEL + "/threads", handler=self.create_thread),
            Route(method="PUT", path=me, handler=self.join),
            Route(method="DELETE", path=me, handler=self.leave),
            Route(method="POST", path="/users/@me/channels", handler=self.open_direct),
            Route(method="GET", path="/users/{user_id}", handler=self.user),
            Route(method="GET", path=_GUILD, handler=self.guild),
            Route(method="GET", path=_GUILD + "/channels", handler=self.guild_channels),
            Route(method="GET", path=_GUILD + "/roles", handler=self.guild_roles),
            Route(method="GET", path=_GUILD + "/threads/active", handler=self.active_threads),
            Route(method="GET", path=_GUILD + "/members/{user_id}", handler=self.guild_member),
        ]

    def get(self, call: Call) -> Reply:
        return Reply(200, objects.channel(self._visible(call)))

    def edit(self, call: Call) -> Reply:
        """Rename; archive and lock threads."""
        channel = self._visible(call)
        is_owner = channel.thread is not None and channel.thread.owner_id == self._world.bot.id
        wanted = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
        if not is_owner or call.body.get("locked"):
            access.require(self._world, self._world.bot, channel, wanted)
        channel.name = call.body.get("name") or channel.name
        if channel.thread is None:
            threads.tell(self._world, channel, "CHANNEL_UPDATE", {})
        else:
            archived = bool(call.body.get("archived", channel.thread.archived))
            locked = call.body.get("locked")
            threads.set_archived(self._world, channel, archived=archived, locked=locked)
        return Reply(200, objects.channel(channel))

    def create_thread_from(self, call: Call) -> Reply:
        channel = self._visible(call)
        message = self._world.message(channel, call.id("message_id"))
        made = threads.create_from(self._world, self._world.bot, message, call.body)
        return Reply(201, objects.channel(made))

    def create_thread(self, call: Call) -> Reply:
        parent = self._visible(call)
        made = threads.create_alone(self._world, self._world.bot, parent, call.body)
        return Reply(201, objects.channel(made))

    def join(self, call: Call) -> Reply:
        thread = self._visible(call).thread
        if thread is None:
            raise errors.unknown_channel()
        if thread.archived:
            raise errors.archived_thread()
        thread.member_ids.add(self._world.bot.id)
        return NOTHING

    def leave(self, call: Call) -> Reply:
        thread = self._visible(call).thread
        if thread is None:
            raise errors.unknown_channel()
        thread.member_ids.discard(self._world.bot.id)
        return NOTHING

    def open_direct(self, call: Call) -> Reply:
        user = self._world.users.get(int(call.body.get("recipient_id") or 0))
        if user is None or user is self._world.bot:
            raise errors.ApiError(400, 50033, "Invalid Recipient(s)")
        return Reply(200, objects.channel(self._world.direct_channel(user)))

    def user(self, call: Call) -> Reply:
        user = self._world.users.get(call.id("user_id"))
        if user is None:
            raise errors.unknown_user()
        return Reply(200, objects.user(user))

    def guild(self, call: Call) -> Reply:
        return Reply(200, servers.guild(self._world, self._guild(call)))

    def guild_channels(self, call: Call) -> Reply:
        every = [self._world.channels[one] for one in self._guild(call).channel_ids]
        return Reply(200, [objects.channel(one) for one in every if one.thread is None])

    def guild_roles(self, call: Call) -> Reply:
        return Reply(200, [objects.role(one) for one in self._guild(call).roles.values()])

    def active_threads(self, call: Call) -> Reply:
        every = [self._world.channels[one] for one in self._guild(call).channel_ids]
        shown = [
            objects.channel(one)
            for one in every
            if one.thread
            and not one.thread.archived
            and access.can_see(self._world, self._world.bot, one)
        ]
        body: Json = {"threads": shown, "members": []}
        return Reply(200, body)

    def guild_member(self, call: Call) -> Reply:
        membership = self._guild(call).members.get(call.id("user_id"))
        if membership is None:
            raise errors.unknown_member()
        return Reply(200, objects.member_with_user(membership))

    def _guild(self, call: Call) -> Guild:
        return self._world.guild(call.id("guild_id"))

    def _visible(self, call: Call) -> Channel:
        channel = self._world.channel(call.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        return channel
