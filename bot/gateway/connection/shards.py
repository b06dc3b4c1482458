"""Shards that come back: soon, with their session, and with one line in the log an attempt.

discord.py waits up to 1,024 seconds, begins a new session after one refused attempt to resume, keeps
connections that nobody answers any more, and logs a traceback each time (`Shard`, 2.7.1). What is
overridden here, and the private attributes that it rests on, belong to that release:
`tests/gateway/connection/test_shards.py` names those that are missing in another.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import EventItem, EventType, Shard

from bot.core.connection.identify_budget import IdentifyBudget
from bot.core.connection.reconnection import Reconnection, ends_session, is_final
from bot.core.connection.shard_state import ShardPulse, ShardState, state_of

log = logging.getLogger(__name__)

HANDSHAKE = 20.0  # seconds until a connection is open and asked for a session
CLOSING = 5.0  # seconds that a dead connection may take to close
RECONNECT = 4000  # a close code that leaves the session resumable
NO_INTENT = 4014  # the close code of a bot without the intent it asks for
UNREACHABLE = (
    OSError,
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
    aiohttp.ClientError,
    TimeoutError,
)


class IdentifyTurns:
    """New sessions of all shards begin one after the other, within Discord's limits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._budget = IdentifyBudget()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._lock:
            await asyncio.sleep(self._budget.wait(self._clock()))
            yield

    def note(self) -> None:
        """A session is asked for now. A connection that is refused before costs nothing."""
        self._budget = self._budget.spent(self._clock())


class ReturningShard(Shard):
    """One connection, and its way back. Waiting for it holds up no other shard."""

    def __init__(
        self,
        ws: DiscordWebSocket,
        client: discord.AutoShardedClient,
        put: Callable[[EventItem], None],
        *,
        turns: IdentifyTurns,
        chance: Callable[[], float],
    ) -> None:
        super().__init__(ws, client, put)
        self._turns = turns
        self._chance = chance
        self._way_back = Reconnection()
        self._address = ws.gateway  # where the session can be resumed
        self._is_established = False
        self._opened_at = time.perf_counter()  # the clock of discord.py's heartbeats

    def note_begun(self) -> None:
        """Discord has begun a session, and said where it can be resumed."""
        self._address = self.ws.gateway
        self.note_resumed()

    def note_resumed(self) -> None:
        self._is_established = True
        self._way_back = self._way_back.established()

    def state(self) -> ShardState:
        keep_alive = self.ws._keep_alive
        if keep_alive is None or not self.ws.open:
            return ShardState.AWAY
        pulse = ShardPulse(
            is_open=True,
            is_established=self._is_established,
            opened_at=self._opened_at,
            acknowledged_at=keep_alive._last_ack,
            interval=keep_alive.interval or HANDSHAKE,
        )
        return state_of(pulse, time.perf_counter())

    async def close_if_silent(self) -> None:
        """End a connection that is open and dead, and begin the way back."""
        if self.state() is not ShardState.SILENT:
            return
        log.warning("Discord no longer answers on a connection", extra={"shard": self.id})
        reading = self._task
        self._cancel_task()
        if reading is not None:
            await asyncio.wait({reading}, timeout=CLOSING)
        await self._close(RECONNECT)
        self._lose(resumable=True)

    async def _close(self, code: int) -> None:
        """A peer that is gone answers no farewell; aiohttp would wait for half a minute."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await self.ws.close(code)

    # What discord.py calls

    async def close(self) -> None:
        self._cancel_task()
        await self._close(1000)

    async def worker(self) -> None:
        """Read the connection until it is lost."""
        while not self._client.is_closed():
            try:
                await self.ws.poll_event()
            except ReconnectWebSocket as request:
                self._lose(resumable=request.resume)
                return
            except UNREACHABLE as error:
                await self._handle_disconnect(error)
                return
            except asyncio.CancelledError:
                return
            except Exception as error:  # noqa: BLE001 - ends `connect()` with it
                self._queue_put(EventItem(EventType.terminate, self, error))
                return

    async def _handle_disconnect(self, e: Exception) -> None:
        if isinstance(e, discord.ConnectionClosed) and is_final(e.code):
            self._end(e)
        else:
            self._lose(resumable=True)

    async def reidentify(self, exc: ReconnectWebSocket) -> None:
        self._cancel_task()
        self._lose(resumable=exc.resume)

    async def reconnect(self) -> None:
        self._cancel_task()
        self._lose(resumable=True)

    # The way back

    def _lose(self, *, resumable: bool) -> None:
        self._dispatch("disconnect")
        self._dispatch("shard_disconnect", self.id)
        if self._client.is_closed():
            return
        closed_by_discord = self.ws.socket.close_code if self.ws._close_code is None else None
        if not resumable or ends_session(closed_by_discord):
            self.ws.session_id = None
        log.info("the connection was lost", extra={"shard": self.id, "code": closed_by_discord})
        if self._is_established:
            self._way_back = self._way_back.lost(time.monotonic())
        else:
            self._way_back = self._way_back.failed(was_asked=True)
        self._is_established = False
        self._task = self._client.loop.create_task(self._return())

    def _end(self, error: discord.ConnectionClosed) -> None:
        """Discord will not have us: `connect()` raises what says why."""
        self._dispatch("disconnect")
        self._dispatch("shard_disconnect", self.id)
        if error.code == NO_INTENT:
            denied = discord.PrivilegedIntentsRequired(self.id)
            self._queue_put(EventItem(EventType.terminate, self, denied))
        else:
            self._queue_put(EventItem(EventType.close, self, error))

    async def _return(self) -> None:
        """Connect, as often as it takes, and read on."""
        delay = self._next_delay()
        while not self._client.is_closed():
            await asyncio.sleep(delay)
            began = time.monotonic()
            try:
                self.ws = await self._open()
            except (*UNREACHABLE, ReconnectWebSocket) as error:
                if isinstance(error, discord.ConnectionClosed) and is_final(error.code):
                    self._end(error)
                    return
                if isinstance(error, ReconnectWebSocket) and not error.resume:
                    self.ws.session_id = None
                self._way_back = self._way_back.failed()
                delay = remaining(self._next_delay(), since=began)
                log_refusal(self.id, error, attempt=self._way_back.failures, delay=delay)
            except Exception as error:  # noqa: BLE001 - ends `connect()` with it
                self._queue_put(EventItem(EventType.terminate, self, error))
                return
            else:
                self._opened_at = time.perf_counter()
                self.launch()
                return

    def _next_delay(self) -> float:
        return self._way_back.delay(self._chance(), begins_anew=self.ws.session_id is None)

    async def _open(self) -> DiscordWebSocket:
        if self.ws.session_id is None or not self._way_back.may_resume:
            return await begin_session(self._client, self._turns, shard_id=self.id)
        opening = DiscordWebSocket.from_client(
            self._client,
            resume=True,
            gateway=self._address if self._way_back.uses_session_address else None,
            shard_id=self.id,
            session=self.ws.session_id,
            sequence=self.ws.sequence,
        )
        return await asyncio.wait_for(opening, HANDSHAKE)


async def open_first(
    client: discord.Client,
    turns: IdentifyTurns,
    gateway: yarl.URL,
    shard_id: int,
    chance: Callable[[], float],
) -> DiscordWebSocket:
    """Connect a shard for the first time, however long Discord can't be reached."""
    way_back = Reconnection()
    while True:
        began = time.monotonic()
        try:
            return await begin_session(client, turns, gateway=gateway, shard_id=shard_id)
        except (*UNREACHABLE, ReconnectWebSocket) as error:
            if isinstance(error, discord.ConnectionClosed) and is_final(error.code):
                raise
            way_back = way_back.failed()
            delay = remaining(way_back.delay(chance()), since=began)
            log_refusal(shard_id, error, attempt=way_back.failures, delay=delay)
            await asyncio.sleep(delay)


def remaining(delay: float, *, since: float) -> float:
    """What is left of a delay between the beginnings of two attempts: some fail after a while."""
    return max(0.0, since + delay - time.monotonic())


async def begin_session(
    client: discord.Client,
    turns: IdentifyTurns,
    *,
    shard_id: int,
    gateway: yarl.URL | None = None,
) -> DiscordWebSocket:
    """Connect and identify, once it is our turn. Raises what is in UNREACHABLE."""
    async with turns.turn():
        opening = DiscordWebSocket.from_client(client, gateway=gateway, shard_id=shard_id)
        return await asyncio.wait_for(opening, HANDSHAKE)


def log_refusal(shard_id: int | None, error: BaseException, *, attempt: int, delay: float) -> None:
    """One line for each attempt that failed."""
    status = getattr(error, "status", None) or getattr(error, "code", None)
    log.warning(
        "Discord's gateway can't be reached",
        extra={
            "shard": shard_id,
            "reason": type(error).__name__,
            "status": status,
            "attempt": attempt,
            "next_in": round(delay, 1),
        },
    )
