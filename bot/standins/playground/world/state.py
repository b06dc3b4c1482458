"""Users, servers, channels, threads, messages and files; listeners get every event about them."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.permissions import Overwrite
from bot.standins.playground.world.snowflakes import Clock, Snowflakes


@dataclass(kw_only=True, slots=True, eq=False)
class User:
    id: int
    name: str
    is_bot: bool = False
    accepts_direct: bool = True  # False: direct messages to this user are refused (50007)

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(kw_only=True, slots=True, eq=False)
class ServerRole:
    id: int
    name: str
    permissions: int = 0
    position: int = 0
    mentionable: bool = False
    bot_id: int | None = None  # whose own it is: made by Discord when the bot was invited

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(kw_only=True, slots=True, eq=False)
class Membership:
    user: User
    joined_at: float
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None
    timed_out_until: float = 0.0


class ChannelType(IntEnum):
    TEXT = 0
    DIRECT = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


@dataclass(kw_only=True, slots=True, eq=False)
class Thread:
    """The part of a channel that only threads have."""

    parent_id: int
    owner_id: int
    auto_archive: int = 1440  # minutes
    archived: bool = False
    locked: bool = False
    archived_at: float = 0.0
    member_ids: set[int] = field(default_factory=set)


class MessageType(IntEnum):
    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23

    @property
    def is_system(self) -> bool:
        return self in {MessageType.THREAD_CREATED, MessageType.THREAD_STARTER}


class MessageFlag(IntEnum):
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_VOICE_MESSAGE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(kw_only=True, slots=True, eq=False)
class StoredAttachment:
    id: int
    channel_id: int
    filename: str
    content: bytes = field(repr=False)
    content_type: str | None = None
    dimensions: tuple[int, int] | None = None
    description: str | None = None
    is_spoiler: bool = False
    is_ephemeral: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """The message that another one replies to (type 0) or forwards (type 1)."""

    message_id: int
    channel_id: int
    guild_id: int | None
    type: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """The text that a message showed from `at` on, that of its components included."""

    at: float  # seconds since 1970
    content: str


@dataclass(kw_only=True, slots=True, eq=False)
class Message:
    id: int
    channel_id: int
    author: User
    created_at: float
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    edited_at: float | None = None
    attachments: list[StoredAttachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    reference: Reference | None = None
    snapshots: list[Json] = field(default_factory=list)
    mentioned: list[User] = field(default_factory=list)
    mentioned_role_ids: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    pinged: set[int] = field(default_factory=set)  # everyone ever notified or highlighted
    nonce: str | None = None
    tts: bool = False
    application_id: int | None = None  # of interaction responses
    interaction: Json | None = None  # interaction_metadata
    addressee_id: int | None = None  # of an ephemeral message: the only one who sees it
    reactions: dict[str, list[int]] = field(default_factory=dict)  # emoji → user ids
    thread_id: int | None = None
    revisions: list[Revision] = field(default_factory=list)
    deleted_at: float | None = None

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def is_ephemeral(self) -> bool:
        return self.addressee_id is not None

    @property
    def edit_count(self) -> int:
        return max(0, len(self.revisions) - 1)

    @property
    def first_text_at(self) -> float | None:
        return next((revision.at for revision in self.revisions if revision.content), None)

    @property
    def final_text_at(self) -> float | None:
        """When the text became what it is now."""
        at = None
        for revision in reversed(self.revisions):
            if revision.content != self.revisions[-1].content:
                break
            at = revision.at
        return at


@dataclass(kw_only=True, slots=True, eq=False)
class Channel:
    id: int
    type: ChannelType
    name: str = ""
    guild_id: int | None = None
    position: int = 0
    nsfw: bool = False
    overwrites: list[Overwrite] = field(default_factory=list)
    recipient: User | None = None  # of a direct channel: the person
    thread: Thread | None = None
    messages: dict[int, Message] = field(default_factory=dict)  # deleted ones too, oldest first

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    def living(self) -> Iterator[Message]:
        return (message for message in self.messages.values() if message.deleted_at is None)


@dataclass(kw_only=True, slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner: User
    roles: dict[int, ServerRole] = field(default_factory=dict)
    members: dict[int, Membership] = field(default_factory=dict)
    channel_ids: list[int] = field(default_factory=list)  # threads too


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """An event of the gateway. `intent` 0: every bot gets it."""

    name: str
    data: Json
    intent: int = 0
    guild_id: int | None = None
    channel: Channel | None = None  # only told to who can see it
    message: Message | None = None  # its content may have to be withheld


class World:
    """Everything that exists, and who listens to changes of it."""

    def __init__(self, *, clock: Clock, token: str, bot_name: str) -> None:
        self.clock = clock
        self.token = token
        self.snowflakes = Snowflakes(clock)
        self.signing_key = secrets.token_bytes(32)
        self.base_url = ""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, StoredAttachment] = {}
        self.nonces: dict[tuple[int, int, str], Message] = {}
        self.privileged = int(Intent.MESSAGE_CONTENT)  # intents switched on in the portal
        self.link_lifetime = 86_400.0  # seconds that a file's link stays valid
        self.listeners: list[Callable[[Event], None]] = []
        self.watchers: set[asyncio.Event] = set()  # set whenever anything changes
        self._waiting: list[asyncio.Future[None]] = []
        self.bot = self.add_user(bot_name, is_bot=True)

    def add_user(self, name: str, *, is_bot: bool = False) -> User:
        user = User(id=self.snowflakes.next(), name=name, is_bot=is_bot)
        self.users[user.id] = user
        return user

    def emit(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        for watcher in self.watchers:
            watcher.set()
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def change(self) -> None:
        """Wait for the next change of anything."""
        self._waiting.append(asyncio.get_running_loop().create_future())
        await self._waiting[-1]

    def channel(self, channel_id: int) -> Channel:
        if channel_id not in self.channels:
            raise errors.unknown_channel()
        return self.channels[channel_id]

    def guild(self, guild_id: int) -> Guild:
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise errors.unknown_guild()
        return guild

    def message(self, channel: Channel, message_id: int) -> Message:
        """Raises DiscordError 10008 where it does not exist, is deleted, or only one person sees it."""
        message = channel.messages.get(message_id)
        if message is None or message.deleted_at is not None or message.is_ephemeral:
            raise errors.unknown_message()
        return message

    def direct_channel(self, user: User) -> Channel:
        """The channel between the bot and `user`, made when first asked for."""
        found = next((one for one in self.channels.values() if one.recipient is user), None)
        if found is not None:
            return found
        channel = Channel(id=self.snowflakes.next(), type=ChannelType.DIRECT, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def parent(self, channel: Channel) -> Channel:
        """The channel that a thread hangs under; any other channel itself."""
        return self.channels[channel.thread.parent_id] if channel.thread else channel
