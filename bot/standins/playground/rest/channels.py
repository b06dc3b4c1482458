"""Channels, threads, servers, members and direct channels."""

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.messages import threads
from bot.standins.playground.render import objects, servers
from bot.standins.playground.rest.routes import NO_CONTENT, RestRequest, RestResponse, RestRoute
from bot.standins.playground.world import access
from bot.standins.playground.world.permissions import Permission
from bot.standins.playground.world.state import Channel, Guild, World

_CHANNEL = "/channels/{channel_id}"
_GUILD = "/guilds/{guild_id}"


class Channels:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[RestRoute]:
        under = _CHANNEL + "/messages/{message_id}/threads"
        me = _CHANNEL + "/thread-members/@me"
        return [
            RestRoute(method="GET", path=_CHANNEL, handler=self.get),
            RestRoute(method="PATCH", path=_CHANNEL, handler=self.edit),
            RestRoute(method="POST", path=under, handler=self.create_thread_from),
            RestRoute(method="POST", path=_CHANNEL + "/threads", handler=self.create_thread),
            RestRoute(method="PUT", path=me, handler=self.join),
            RestRoute(method="DELETE", path=me, handler=self.leave),
            RestRoute(method="POST", path="/users/@me/channels", handler=self.open_direct),
            RestRoute(method="GET", path="/users/{user_id}", handler=self.user),
            RestRoute(method="GET", path=_GUILD, handler=self.guild),
            RestRoute(method="GET", path=_GUILD + "/channels", handler=self.guild_channels),
            RestRoute(method="GET", path=_GUILD + "/roles", handler=self.guild_roles),
            RestRoute(method="GET", path=_GUILD + "/threads/active", handler=self.active_threads),
            RestRoute(method="GET", path=_GUILD + "/members/{user_id}", handler=self.guild_member),
        ]

    def get(self, request: RestRequest) -> RestResponse:
        return RestResponse(200, objects.channel(self._visible(request)))

    def edit(self, request: RestRequest) -> RestResponse:
        """Rename; archive and lock threads."""
        channel = self._visible(request)
        is_owner = channel.thread is not None and channel.thread.owner_id == self._world.bot.id
        wanted = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
        if channel.thread and not channel.thread.locked and request.body == {"archived": False}:
            wanted = (
                Permission.SEND_MESSAGES_IN_THREADS
            )  # waking a thread is no more than writing there
        if not is_owner or request.body.get("locked"):
            access.require(self._world, self._world.bot, channel, wanted)
        channel.name = request.body.get("name") or channel.name
        if channel.thread is None:
            threads.announce_channel(self._world, channel, "CHANNEL_UPDATE", {})
        else:
            archived = bool(request.body.get("archived", channel.thread.archived))
            locked = request.body.get("locked")
            threads.set_archived(self._world, channel, archived=archived, locked=locked)
        return RestResponse(200, objects.channel(channel))

    def create_thread_from(self, request: RestRequest) -> RestResponse:
        channel = self._visible(request)
        message = self._world.message(channel, request.id("message_id"))
        made = threads.create_from(self._world, self._world.bot, message, request.body)
        return RestResponse(201, objects.channel(made))

    def create_thread(self, request: RestRequest) -> RestResponse:
        parent = self._visible(request)
        made = threads.create_alone(self._world, self._world.bot, parent, request.body)
        return RestResponse(201, objects.channel(made))

    def join(self, request: RestRequest) -> RestResponse:
        thread = self._visible(request).thread
        if thread is None:
            raise errors.unknown_channel()
        if thread.archived:
            raise errors.archived_thread()
        thread.member_ids.add(self._world.bot.id)
        return NO_CONTENT

    def leave(self, request: RestRequest) -> RestResponse:
        thread = self._visible(request).thread
        if thread is None:
            raise errors.unknown_channel()
        thread.member_ids.discard(self._world.bot.id)
        return NO_CONTENT

    def open_direct(self, request: RestRequest) -> RestResponse:
        user = self._world.users.get(int(request.body.get("recipient_id") or 0))
        if user is None or user is self._world.bot:
            raise errors.DiscordError(400, 50033, "Invalid Recipient(s)")
        return RestResponse(200, objects.channel(self._world.direct_channel(user)))

    def user(self, request: RestRequest) -> RestResponse:
        user = self._world.users.get(request.id("user_id"))
        if user is None:
            raise errors.unknown_user()
        return RestResponse(200, objects.user(user))

    def guild(self, request: RestRequest) -> RestResponse:
        return RestResponse(200, servers.guild(self._world, self._guild(request)))

    def guild_channels(self, request: RestRequest) -> RestResponse:
        every = [self._world.channels[one] for one in self._guild(request).channel_ids]
        return RestResponse(200, [objects.channel(one) for one in every if one.thread is None])

    def guild_roles(self, request: RestRequest) -> RestResponse:
        return RestResponse(200, [objects.role(one) for one in self._guild(request).roles.values()])

    def active_threads(self, request: RestRequest) -> RestResponse:
        every = [self._world.channels[one] for one in self._guild(request).channel_ids]
        shown = [
            objects.channel(one)
            for one in every
            if one.thread
            and not one.thread.archived
            and access.can_see(self._world, self._world.bot, one)
        ]
        body: Json = {"threads": shown, "members": []}
        return RestResponse(200, body)

    def guild_member(self, request: RestRequest) -> RestResponse:
        membership = self._guild(request).members.get(request.id("user_id"))
        if membership is None:
            raise errors.unknown_member()
        return RestResponse(200, objects.member_with_user(membership))

    def _guild(self, request: RestRequest) -> Guild:
        return self._world.guild(request.id("guild_id"))

    def _visible(self, request: RestRequest) -> Channel:
        channel = self._world.channel(request.id("channel_id"))
        access.require(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)
        return channel
