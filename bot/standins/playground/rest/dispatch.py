"""Every REST request passes here: delay, faults, token, limits, then the route, then the answer."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from aiohttp import web

from bot.standins.playground.buckets import Buckets, BucketState, Limits, Rule
from bot.standins.playground.errors import (
    DiscordError,
    Json,
    not_found,
    too_many_old_edits,
    unauthorized,
)
from bot.standins.playground.gateway.sessions import tear_down
from bot.standins.playground.rest.faults import Fault, FaultKind, Faults
from bot.standins.playground.rest.request_body import read_body
from bot.standins.playground.rest.routes import RestRequest, RestResponse, RestRoute
from bot.standins.playground.world.state import World

PREFIX = "/api/v10"

_INVALID = frozenset({401, 403, 429})  # 10,000 of these in ten minutes and Cloudflare bans


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedRequest:
    """One request that was answered."""

    at: float  # seconds since 1970
    method: str
    path: str
    status: int  # 0: the connection was reset instead


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Two edits of one message were under way at once: the older may win."""

    at: float
    path: str


class _RateLimited(Exception):
    def __init__(self, state: BucketState, *, is_global: bool) -> None:
        super().__init__()
        self.state = state
        self.is_global = is_global


class Dispatcher:
    def __init__(self, world: World) -> None:
        self._world = world
        self.limits = Limits()
        self.faults = Faults()
        self.latency = 0.0  # seconds there and back
        self.count_429 = 0
        self.count_invalid = 0
        self.counts: Counter[str] = Counter()  # by method and path of the route
        self.log: deque[LoggedRequest] = deque(maxlen=100_000)
        self.overlaps: list[Overlap] = []
        self.unknown: list[str] = []  # requests for which there is no route
        self.listeners: list[
            Callable[[RestRoute, RestRequest, RestResponse], None]
        ] = []  # told of every answer
        self._buckets = Buckets()
        self._edits: Counter[str] = Counter()  # under way, by path

    def add_to(self, application: web.Application, routes: list[RestRoute]) -> None:
        for route in routes:

            async def serve(http: web.Request, route: RestRoute = route) -> web.StreamResponse:
                return await self._serve(route, http)

            application.router.add_route(route.method, PREFIX + route.path, serve)
        application.router.add_route("*", PREFIX + "/{rest:.*}", self._serve_unknown)

    async def _serve(self, route: RestRoute, http: web.Request) -> web.StreamResponse:
        path = http.path.removeprefix(PREFIX)
        is_edit = http.method == "PATCH" and "/messages/" in path
        if is_edit:
            self._begin_edit(path)
        try:
            response = await self._handle(route, http, path)
        finally:
            if is_edit:
                self._edits[path] -= 1
        return response

    async def _serve_unknown(self, http: web.Request) -> web.Response:
        """Record a request that is not imitated, so that a test can find out."""
        path = http.path.removeprefix(PREFIX)
        self.unknown.append(f"{http.method} {path}")
        error = not_found()
        return _response(error.status, error.body, {})

    def bucket_state(self, bucket: str, channel_id: int) -> BucketState:
        """The state of one of the `Limits` in a channel; `bucket` is its name."""
        rule: Rule = getattr(self.limits, bucket)
        return self._buckets.peek(f"{bucket}:{channel_id}", rule, self._world.clock())

    def _begin_edit(self, path: str) -> None:
        self._edits[path] += 1
        if self._edits[path] > 1:
            self.overlaps.append(Overlap(at=self._world.clock(), path=path))

    async def _handle(self, route: RestRoute, http: web.Request, path: str) -> web.StreamResponse:
        """Carry the request out, even if the client no longer waits for the answer."""
        try:
            body, uploads = await read_body(http)
        except DiscordError as error:
            return _response(error.status, error.body, {})
        request = RestRequest(match=http.match_info, query=http.query, body=body, uploads=uploads)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        fault = self.faults.take(http.method, path)
        if fault is not None and fault.kind is FaultKind.HANG:
            await asyncio.sleep(fault.seconds)
            fault = None
        response = self._respond(route, http, request, fault)
        is_reset = fault is not None and fault.kind is FaultKind.RESET
        self._note(route, http, path, 0 if is_reset else response.status)
        if is_reset:
            tear_down(http)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        return response

    def _respond(
        self, route: RestRoute, http: web.Request, request: RestRequest, fault: Fault | None
    ) -> web.Response:
        planned = None if fault is None else _planned(fault)
        if planned is not None and fault is not None and not fault.is_applied:
            return planned
        response = self._answer(route, http.headers, request)
        return planned or response

    def _answer(
        self, route: RestRoute, headers: Mapping[str, str], request: RestRequest
    ) -> web.Response:
        limits: dict[str, str] = {}
        try:
            self._check_token(route, headers)
            limits = self._admit(route, request)
            response = route.handler(request)
        except _RateLimited as refusal:
            return _rate_limited(refusal)
        except DiscordError as error:
            response = RestResponse(error.status, error.body)
        for listener in self.listeners:
            listener(route, request, response)
        return _response(response.status, response.body, limits)

    def _check_token(self, route: RestRoute, headers: Mapping[str, str]) -> None:
        if route.needs_token and headers.get("Authorization") != f"Bot {self._world.token}":
            raise unauthorized()

    def _admit(self, route: RestRoute, request: RestRequest) -> dict[str, str]:
        """Count the request; the headers tell the client what is left."""
        now = self._world.clock()
        if route.counts_globally:
            state = self._buckets.take("global", self.limits.whole_bot, now)
            if not state.allowed:
                raise _RateLimited(state, is_global=True)
        name = route.bucket if route.bucket != "other" else f"{route.method} {route.path}"
        rule: Rule = getattr(self.limits, route.bucket)
        state = self._buckets.take(f"{name}:{_major(request.match)}", rule, now)
        if not state.allowed:
            raise _RateLimited(state, is_global=False)
        self._check_old_edit(route, request, now)
        return _limit_headers(state) | {"X-RateLimit-Bucket": f"{crc32(name.encode()):08x}"}

    def _check_old_edit(self, route: RestRoute, request: RestRequest, now: float) -> None:
        rule = self.limits.old_edits
        if rule is None or route.bucket != "edit_message":
            return
        channel = self._world.channels.get(request.id("channel_id"))
        message = channel and channel.messages.get(request.id("message_id"))
        if not message or now - message.created_at < 3600:
            return
        if not self._buckets.take(f"old:{message.id}", rule, now).allowed:
            raise too_many_old_edits()

    def _note(self, route: RestRoute, http: web.Request, path: str, status: int) -> None:
        self.counts[f"{route.method} {route.path}"] += 1
        self.count_429 += status == 429
        self.count_invalid += status in _INVALID
        logged = LoggedRequest(at=self._world.clock(), method=http.method, path=path, status=status)
        self.log.append(logged)
        self._world.touch()


def _major(match: Mapping[str, str]) -> str:
    return match.get("channel_id") or match.get("guild_id") or match.get("token") or ""


def _planned(fault: Fault) -> web.Response | None:
    if fault.kind is FaultKind.ANSWER:
        return _response(fault.status, fault.body, {})
    if fault.kind is FaultKind.LIMIT:
        state = BucketState(
            allowed=False, limit=1, remaining=0, resets_at=0.0, reset_after=fault.retry_after
        )
        response = _rate_limited(_RateLimited(state, is_global=fault.is_global))
        if not fault.has_via:
            del response.headers["Via"]
        return response
    if fault.kind is FaultKind.RESET:
        return web.Response(status=599)
    return None


def _limit_headers(state: BucketState) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(state.limit),
        "X-RateLimit-Remaining": str(state.remaining),
        "X-RateLimit-Reset": f"{state.resets_at:.3f}",
        "X-RateLimit-Reset-After": f"{state.reset_after:.3f}",
    }


def _rate_limited(refusal: _RateLimited) -> web.Response:
    state = refusal.state
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": round(state.reset_after, 3),
        "global": refusal.is_global,
    }
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(max(1, round(state.reset_after))),
        "X-RateLimit-Scope": "global" if refusal.is_global else "user",
    }
    if refusal.is_global:
        headers["X-RateLimit-Global"] = "true"
    else:
        headers |= _limit_headers(state)
    return _response(429, body, headers)


def _response(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    """A charset after `application/json` would make discord.py take the body for text."""
    if body is None:
        return web.Response(status=status, headers=headers)
    everything = {**headers, "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=everything)
