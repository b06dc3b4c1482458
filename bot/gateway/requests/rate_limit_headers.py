"""Between discord.py's rate limits and the pacer's: what is seen, and what must not be waited for."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Protocol

import aiohttp
import discord.http

from bot.core.display.rate_limits import Route
from bot.gateway.requests.forbidden_channels import Use
from bot.gateway.requests.refusals import (
    TOO_MANY,
    Limited,
    NotNow,
    RefusalHandlers,
    TokenWatch,
    is_without_permission,
    read_limit,
)

_PATHS = (
    (Route.CREATE, "POST", re.compile(r"/channels/(\d+)/messages$")),
    (Route.EDIT, "PATCH", re.compile(r"/channels/(\d+)/messages/\d+$")),
    (Route.TYPING, "POST", re.compile(r"/channels/(\d+)/typing$")),
)
_USES = (
    (Use.WRITE, "POST", re.compile(r"/channels/(\d+)/(?:messages|typing)$")),
    (Use.READ, "GET", re.compile(r"/channels/(\d+)(?:/messages(?:/\d+)?)?$")),
)
_EXEMPT = re.compile(r"/(interactions|webhooks)/")  # outside the global limit
_is_paced: ContextVar[bool] = ContextVar("is_paced", default=False)


class Observer(Protocol):
    """The pacer, as seen from here."""

    def observe(
        self, route: Route, channel_id: int, *, limit: int, remaining: int, reset_after: float
    ) -> None: ...

    def count_unpaced(self) -> None: ...

    def hold_back(self, seconds: float) -> None: ...

    def note_response(self, status: int, *, is_shared: bool = False) -> None: ...


@contextmanager
def paced() -> Iterator[None]:
    """Requests made inside have asked the pacer."""
    token = _is_paced.set(True)
    try:
        yield
    finally:
        _is_paced.reset(token)


def trace(observer: Observer, handlers: RefusalHandlers) -> aiohttp.TraceConfig:
    """Show every REST request and response of discord.py to the pacer, and refusals to `handlers`.

    Requests that have asked the pacer are not repeated by discord.py: they raise NotNow.
    """
    tracer = _Tracer(observer, handlers)
    config = aiohttp.TraceConfig()
    config.on_request_start.append(tracer.started)
    config.on_request_end.append(tracer.ended)
    return config


class _Tracer:
    def __init__(self, observer: Observer, handlers: RefusalHandlers) -> None:
        self._observer = observer
        self._handlers = handlers
        self._token = TokenWatch(handlers.reject_token)

    async def started(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        if not _is_paced.get() and _is_counted(params.url.path):
            self._observer.count_unpaced()

    async def ended(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        path, response = params.url.path, params.response
        if "/api/" not in path:
            return
        limited = await read_limit(response) if response.status == TOO_MANY else None
        self._learn(params, limited)
        if _is_counted(path):
            self._token.note(response.status)
            if limited is not None and limited.is_global:
                self._observer.hold_back(limited.retry_after)
                self._handlers.close_gate(limited.retry_after)
        use = which_use(params.method, path)
        if use is not None and response.status == 403 and await is_without_permission(response):
            self._handlers.forbid(*use)
        # Elsewhere (commands) discord.py waits as long as that limit, which the pacer does not know.
        is_limited = limited is not None and _is_counted(path)
        if _is_paced.get() and (is_limited or response.status >= 500):
            raise NotNow(response.status)

    def _learn(self, params: aiohttp.TraceRequestEndParams, limited: Limited | None) -> None:
        response = params.response
        is_shared = limited is not None and limited.is_shared
        self._observer.note_response(response.status, is_shared=is_shared)
        where = which_bucket(params.method, params.url.path)
        figures = read_headers(response.headers, limited)
        if where is not None and figures is not None:
            limit, remaining, reset_after = figures
            self._observer.observe(
                *where, limit=limit, remaining=remaining, reset_after=reset_after
            )


def _is_counted(path: str) -> bool:
    """Whether the global limit counts requests to this path."""
    return "/api/" in path and not _EXEMPT.search(path)


def which_use(method: str, path: str) -> tuple[int, Use] | None:
    """The channel in which a request would write or read; None: it does neither."""
    for use, verb, pattern in _USES:
        found = pattern.search(path) if verb == method else None
        if found:
            return int(found[1]), use
    return None


def which_bucket(method: str, path: str) -> tuple[Route, int] | None:
    """The route and the channel of a request; None: it is not one that is paced."""
    for route, verb, pattern in _PATHS:
        found = pattern.search(path) if verb == method else None
        if found:
            return route, int(found[1])
    return None


def read_headers(
    headers: "Headers", limited: Limited | None = None
) -> tuple[int, int, float] | None:
    """Limit, remaining and seconds until the reset; None where Discord did not say.

    `limited`: what a refusal says. It knows better than its headers, which may be another limit's.
    """
    try:
        limit = int(headers["X-RateLimit-Limit"])
        remaining = int(headers["X-RateLimit-Remaining"])
        reset_after = float(headers["X-RateLimit-Reset-After"])
    except (KeyError, ValueError):
        if limited is None or limited.is_global:
            return None
        return 1, 0, limited.retry_after
    if limited is None:
        return limit, remaining, reset_after
    return limit, 0, max(reset_after, limited.retry_after)


class Headers(Protocol):
    def __getitem__(self, name: str, /) -> str: ...


class PromptRatelimit(discord.http.Ratelimit):
    """discord.py's bucket, except that the call which takes the last token returns at once.

    discord.py sleeps inside that call until the window is over, although the response is there
    (`Ratelimit.__aexit__`, 2.7.1). A final text would be seen in time but known as seen only
    seconds later, and the next question of the conversation would wait.
    """

    __slots__ = ("_is_renewing",)

    def __init__(self, max_ratelimit_timeout: float | None) -> None:
        super().__init__(max_ratelimit_timeout)
        self._is_renewing = False

    async def __aexit__(self, *_error: object) -> None:
        self.outgoing -= 1
        tokens = self.remaining - self.outgoing
        if tokens > 0:
            self._wake(tokens)
        elif not self._is_renewing:
            self._is_renewing = True
            self._loop.call_later(self.reset_after, self._renew)

    def _renew(self) -> None:
        self._is_renewing = False
        self.reset()  # type: ignore[no-untyped-call]
        self._wake(self.remaining)


def make_prompt(http: discord.http.HTTPClient) -> None:
    """Let `http` make buckets that do not hold back the call that took the last token."""
    get_ratelimit: Callable[[str], discord.http.Ratelimit] = http.get_ratelimit

    def prompt(key: str) -> discord.http.Ratelimit:
        if key not in http._buckets:
            http._buckets[key] = PromptRatelimit(http.max_ratelimit_timeout)
            http._try_clear_expired_ratelimits()  # as it does for a bucket that it makes itself
        return get_ratelimit(key)

    http.get_ratelimit = prompt  # type: ignore[method-assign]
