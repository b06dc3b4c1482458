"""The gateway: connections identify or resume, and get the events that they may see."""

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.standins.playground.buckets import Buckets, Rule
from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.faults import GatewayFaults
from bot.standins.playground.gateway.sessions import CLOSE_WITHOUT_CODE, Session, Socket
from bot.standins.playground.render import objects, servers
from bot.standins.playground.world.access import can_see
from bot.standins.playground.world.hidden_content import withhold
from bot.standins.playground.world.intents import FIRST_INVALID_BIT, Intent
from bot.standins.playground.world.state import Event, Guild, World

PRIVILEGED = int(Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES)
LARGEST_FRAME = 4096  # bytes that a client may send in one
FRAMES = Rule(limit=120, per=60.0)

HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 3, 6, 7, 9, 10, 11

CONTENT_FLAG = 1 << 19  # of the application: limited access to message content


class _Rejected(Exception):
    """The client is to be closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedIdentify:
    """One start of a session, for tests that watch how shards start."""

    at: float  # seconds since 1970
    shard_id: int
    shard_count: int
    intents: int


class Gateway:
    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: dict[str, Session] = {}
        self.faults = GatewayFaults()
        self.identified: list[RecordedIdentify] = []
        self.resumed = 0  # times
        self.heartbeat_interval = 41.25  # seconds
        self.max_concurrency = 1
        self.identify_interval = 0.0  # seconds between identifies of one key; Discord's is 5
        self._frames = Buckets()
        self._sockets: set[Socket] = set()
        world.listeners.append(self.dispatch)

    # What happens, told to those who may know

    def dispatch(self, event: Event) -> None:
        for each in self.faults.events.apply(event):
            self._send_to_sessions(each)

    def _send_to_sessions(self, event: Event) -> None:
        if event.channel is not None and not can_see(self._world, self._world.bot, event.channel):
            return
        full = ""
        for session in self.sessions.values():
            if not session.wants(event):
                continue
            if event.message is not None and not session.sees_content:
                session.send(event.name, withhold(self._world, event.data, event.message))
            else:
                full = full or json.dumps(event.data)
                session.send_json(event.name, full)

    # Connections

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if self._refuses(request):
            return web.Response(status=self.faults.refusal_status)
        frames = web.WebSocketResponse(max_msg_size=1 << 20, timeout=1.0)
        await frames.prepare(request)
        socket = Socket(request, frames)
        self._sockets.add(socket)
        hello: Json = {"heartbeat_interval": int(self.heartbeat_interval * 1000)}
        socket.send({"op": HELLO, "d": self.faults.events.changed("HELLO", hello)})
        writing = asyncio.create_task(socket.write())
        try:
            await self._read(socket, frames)
        finally:
            self._disconnect(socket, frames.close_code)
            if not socket.is_ended:
                writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        return frames

    def _refuses(self, request: web.Request) -> bool:
        faults = self.faults
        if faults.refusals < 1 or (faults.only_resumes_refused and "resume" not in request.path):
            return False
        faults.refusals -= 1
        return True

    async def _read(self, socket: Socket, frames: web.WebSocketResponse) -> None:
        patience = self.heartbeat_interval * 2
        try:
            while True:
                frame = await frames.receive(timeout=patience)
                if frame.type is not WSMsgType.TEXT:
                    return
                self._receive(socket, frame.data)
        except TimeoutError:
            socket.close(4009)
        except _Rejected as rejected:
            socket.close(rejected.code)

    def _disconnect(self, socket: Socket, close_code: int | None) -> None:
        """A client that says farewell (1000, 1001) ends its session; others may resume."""
        self._sockets.discard(socket)
        for session in list(self.sessions.values()):
            if session.socket is socket:
                session.socket = None
                if close_code in {1000, 1001} and not socket.is_ended:
                    del self.sessions[session.id]
        self._world.touch()

    # What clients say

    def _receive(self, socket: Socket, text: str) -> None:
        if len(text.encode()) > LARGEST_FRAME:
            raise _Rejected(4002)
        if not self._frames.take(str(id(socket)), FRAMES, self._world.clock()).allowed:
            raise _Rejected(4008)
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, TypeError, KeyError) as error:
            raise _Rejected(4002) from error
        self._handle(socket, op, data)

    def _handle(self, socket: Socket, op: int, data: Json) -> None:
        known = any(session.socket is socket for session in self.sessions.values())
        if op == HEARTBEAT:
            if self.faults.acknowledges:
                socket.send({"op": ACK})
        elif op in {IDENTIFY, RESUME}:
            if known:
                raise _Rejected(4005)
            (self._identify if op == IDENTIFY else self._resume)(socket, data)
        elif not known:
            raise _Rejected(4003)
        elif op not in {PRESENCE, 4, 8}:
            raise _Rejected(4001)

    def _identify(self, socket: Socket, data: Json) -> None:
        shard_id, shard_count = data.get("shard") or (0, 1)
        self._check_identify(data, shard_id, shard_count)
        if not self._may_start(shard_id):
            socket.send({"op": INVALID, "d": False})
            return
        now, intents = self._world.clock(), int(data["intents"])
        self.identified.append(
            RecordedIdentify(at=now, shard_id=shard_id, shard_count=shard_count, intents=intents)
        )
        session = Session(
            id=secrets.token_hex(16),
            intents=intents,
            shard_id=shard_id,
            shard_count=shard_count,
            socket=socket,
        )
        self.sessions[session.id] = session
        self._send_ready(session)
        self._world.touch()

    def _check_identify(self, data: Json, shard_id: int, shard_count: int) -> None:
        intents = int(data.get("intents") or 0)
        if data.get("token") != self._world.token:
            raise _Rejected(4004)
        if not 0 <= shard_id < shard_count:
            raise _Rejected(4010)
        if intents >= FIRST_INVALID_BIT or intents < 0:
            raise _Rejected(4013)
        if intents & PRIVILEGED & ~self._world.privileged:
            raise _Rejected(4014)

    def _may_start(self, shard_id: int) -> bool:
        key = shard_id % self.max_concurrency
        earliest = self._world.clock() - self.identify_interval
        return not any(
            past.at > earliest and past.shard_id % self.max_concurrency == key
            for past in self.identified
        )

    def _send_ready(self, session: Session) -> None:
        world = self._world
        guilds = [guild for guild in self._joined() if session.covers(guild.id)]
        content = CONTENT_FLAG if world.privileged & Intent.MESSAGE_CONTENT else 0
        ready: Json = {
            "v": 10,
            "user": objects.user(world.bot)
            | {"verified": True, "email": None, "mfa_enabled": True},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": f"{world.base_url.replace('http', 'ws', 1)}/gateway/resume",
            "shard": [session.shard_id, session.shard_count],
            "application": {"id": str(world.bot.id), "flags": content},
            "private_channels": [],
        }
        session.send("READY", self.faults.events.changed("READY", ready))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                session.send("GUILD_CREATE", self._guild_create(session, guild))

    def _guild_create(self, session: Session, guild: Guild) -> Json:
        with_members = bool(session.intents & Intent.GUILD_MEMBERS)
        data = servers.guild_create(self._world, guild, with_members=with_members)
        return self.faults.events.changed("GUILD_CREATE", data)

    def _joined(self) -> list[Guild]:
        bot = self._world.bot
        return [guild for guild in self._world.guilds.values() if bot.id in guild.members]

    def announce_joined(self, guild: Guild) -> None:
        """The bot was added to a server while it is connected."""
        for session in self.sessions.values():
            if session.covers(guild.id) and session.intents & Intent.GUILDS:
                session.send("GUILD_CREATE", self._guild_create(session, guild))

    def _resume(self, socket: Socket, data: Json) -> None:
        if data.get("token") != self._world.token:
            raise _Rejected(4004)
        session = self.sessions.get(str(data.get("session_id")))
        last_seen = int(data.get("seq") or 0)
        if session is None or not session.can_replay_from(last_seen):
            socket.send({"op": INVALID, "d": False})
            return
        if session.socket is not None:
            session.socket.close(4000)
        session.socket = socket
        session.replay(last_seen)
        session.send("RESUMED", {})
        self.resumed += 1
        self._world.touch()

    # Faults and endings

    def drop(self, code: int | None = None) -> None:
        """Close every connection with `code`, or tear it down without one."""
        for socket in self._sockets:
            socket.close(CLOSE_WITHOUT_CODE if code is None else code)

    def ask_to_reconnect(self) -> None:
        for socket in self._sockets:
            socket.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over, or that it may be resumed."""
        for session in list(self.sessions.values()):
            if session.socket is not None:
                session.socket.send({"op": INVALID, "d": resumable})
            if not resumable:
                del self.sessions[session.id]

    def fall_silent(self) -> None:
        """Connections stay open, but nothing arrives on them any more."""
        for socket in self._sockets:
            socket.is_silent = True

    def forget_sessions(self) -> None:
        """Nothing can be resumed any more."""
        self.sessions.clear()

    @property
    def connected_shards(self) -> set[int]:
        return {one.shard_id for one in self.sessions.values() if one.socket is not None}

    async def close(self) -> None:
        self.drop(1001)
        while self._sockets:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._world.change(), 0.5)
            self.drop()
