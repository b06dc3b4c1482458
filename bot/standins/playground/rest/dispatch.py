"""Every REST call passes here: delay, faults, token, limits, then the route, then the answer."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from aiohttp import web

from bot.standins.playground.buckets import Buckets, Limits, Rule, Verdict
from bot.standins.playground.errors import (
    ApiError,
    Json,
    not_found,
    too_many_old_edits,
    unauthorized,
)
from bot.standins.playground.gateway.sessions import tear_down
from bot.standins.playground.rest.faults import Fault, Faults, Kind
from bot.standins.playground.rest.request_body import read_body
from bot.standins.playground.rest.routes import Call, Reply, Route
from bot.standins.playground.world.state import World

PREFIX = "/api/v10"

_INVALID = frozenset({401, 403, 429})  # 10,000 of these in ten minutes and Cloudflare bans


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
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


class _TooMany(Exception):
    def __init__(self, verdict: Verdict, *, is_global: bool) -> None:
        super().__init__()
        self.verdict = verdict
        self.is_global = is_global


class Door:
    def __init__(self, world: World) -> None:
        self._world = world
        self.limits = Limits()
        self.faults = Faults()
        self.latency = 0.0  # seconds there and back
        self.count_429 = 0
        self.count_invalid = 0
        self.counts: Counter[str] = Counter()  # by method and path of the route
        self.passed: deque[Passed] = deque(maxlen=100_000)
        self.overlaps: list[Overlap] = []
        self.unknown: list[str] = []  # requests for which there is no route
        self.listeners: list[Callable[[Route, Call, Reply], None]] = []  # told of every answer
        self._buckets = Buckets()
        self._edits: Counter[str] = Counter()  # under way, by path

    def add_to(self, application: web.Application, routes: list[Route]) -> None:
        for route in routes:

            async def serve(request: web.Request, route: Route = route) -> web.StreamResponse:
                return await self._serve(route, request)

            application.router.add_route(route.method, PREFIX + route.path, serve)
        application.router.add_route("*", PREFIX + "/{rest:.*}", self._serve_unknown)

    async def _serve(self, route: Route, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        is_edit = request.method == "PATCH" and "/messages/" in path
        if is_edit:
            self._begin_edit(path)
        try:
            response = await self._travel(route, request, path)
        finally:
            if is_edit:
                self._edits[path] -= 1
        return response

    async def _serve_unknown(self, request: web.Request) -> web.Response:
        """What the playground does not imitate is noted, so that a test can find out."""
        path = request.path.removeprefix(PREFIX)
        self.unknown.append(f"{request.method} {path}")
        error = not_found()
        return _response(error.status, error.body, {})

    def standing(self, bucket: str, channel_id: int) -> Verdict:
        """What is left of one of the `Limits` in a channel."""
        rule: Rule = getattr(self.limits, bucket)
        return self._buckets.peek(f"{bucket}:{channel_id}", rule, self._world.clock())

    def _begin_edit(self, path: str) -> None:
        self._edits[path] += 1
        if self._edits[path] > 1:
            self.overlaps.append(Overlap(at=self._world.clock(), path=path))

    async def _travel(self, route: Route, request: web.Request, path: str) -> web.StreamResponse:
        """What has been sent is done, even if the client no longer waits for the answer."""
        try:
            body, uploads = await read_body(request)
        except ApiError as error:
            return _response(error.status, error.body, {})
        call = Call(match=request.match_info, query=request.query, body=body, uploads=uploads)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        fault = self.faults.take(request.method, path)
        if fault is not None and fault.kind is Kind.HANG:
            await asyncio.sleep(fault.seconds)
            fault = None
        response = self._respond(route, request, call, fault)
        is_reset = fault is not None and fault.kind is Kind.RESET
        self._note(route, request, path, 0 if is_reset else response.status)
        if is_reset:
            tear_down(request)
        if self.latency:
            await asyncio.sleep(self.latency / 2)
        return response

    def _respond(
        self, route: Route, request: web.Request, call: Call, fault: Fault | None
    ) -> web.Response:
        planned = None if fault is None else _planned(fault)
        if planned is not None and fault is not None and not fault.is_applied:
            return planned
        response = self._answer(route, request.headers, call)
        return planned or response

    def _answer(self, route: Route, headers: Mapping[str, str], call: Call) -> web.Response:
        limits: dict[str, str] = {}
        try:
            self._check_token(route, headers)
            limits = self._admit(route, call)
            reply = route.handler(call)
        except _TooMany as refusal:
            return _too_many(refusal)
        except ApiError as error:
            reply = Reply(error.status, error.body)
        for listener in self.listeners:
            listener(route, call, reply)
        return _response(reply.status, reply.body, limits)

    def _check_token(self, route: Route, headers: Mapping[str, str]) -> None:
        if route.needs_token and headers.get("Authorization") != f"Bot {self._world.token}":
            raise unauthorized()

    def _admit(self, route: Route, call: Call) -> dict[str, str]:
        """Count the request; the headers tell the client what is left."""
        now = self._world.clock()
        if route.counts_globally:
            verdict = self._buckets.take("global", self.limits.whole_bot, now)
            if not verdict.allowed:
                raise _TooMany(verdict, is_global=True)
        name = route.bucket if route.bucket != "other" else f"{route.method} {route.path}"
        rule: Rule = getattr(self.limits, route.bucket)
        verdict = self._buckets.take(f"{name}:{_major(call.match)}", rule, now)
        if not verdict.allowed:
            raise _TooMany(verdict, is_global=False)
        self._check_old_edit(route, call, now)
        return _limit_headers(verdict) | {"X-RateLimit-Bucket": f"{crc32(name.encode()):08x}"}

    def _check_old_edit(self, route: Route, call: Call, now: float) -> None:
        rule = self.limits.old_edits
        if rule is None or route.bucket != "edit_message":
            return
        channel = self._world.channels.get(call.id("channel_id"))
        message = channel and channel.messages.get(call.id("message_id"))
        if not message or now - message.created_at < 3600:
            return
        if not self._buckets.take(f"old:{message.id}", rule, now).allowed:
            raise too_many_old_edits()

    def _note(self, route: Route, request: web.Request, path: str, status: int) -> None:
        self.counts[f"{route.method} {route.path}"] += 1
        self.count_429 += status == 429
        self.count_invalid += status in _INVALID
        passed = Passed(at=self._world.clock(), method=request.method, path=path, status=status)
        self.passed.append(passed)
        self._world.touch()


def _major(match: Mapping[str, str]) -> str:
    return match.get("channel_id") or match.get("guild_id") or match.get("token") or ""


def _planned(fault: Fault) -> web.Response | None:
    if fault.kind is Kind.ANSWER:
        return _response(fault.status, fault.body, {})
    if fault.kind is Kind.LIMIT:
        verdict = Verdict(
            allowed=False, limit=1, remaining=0, resets_at=0.0, reset_after=fault.retry_after
        )
        response = _too_many(_TooMany(verdict, is_global=fault.is_global))
        if not fault.has_via:
            del response.headers["Via"]
        return response
    if fault.kind is Kind.RESET:
        return web.Response(status=599)
    return None


def _limit_headers(verdict: Verdict) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(verdict.limit),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": f"{verdict.resets_at:.3f}",
        "X-RateLimit-Reset-After": f"{verdict.reset_after:.3f}",
    }


def _too_many(refusal: _TooMany) -> web.Response:
    verdict = refusal.verdict
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": round(verdict.reset_after, 3),
        "global": refusal.is_global,
    }
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(max(1, round(verdict.reset_after))),
        "X-RateLimit-Scope": "global" if refusal.is_global else "user",
    }
    if refusal.is_global:
        headers["X-RateLimit-Global"] = "true"
    else:
        headers |= _limit_headers(verdict)
    return _response(429, body, headers)


def _response(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    """A charset after `application/json` would make discord.py take the body for text."""
    if body is None:
        return web.Response(status=status, headers=headers)
    everything = {**headers, "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=everything)
