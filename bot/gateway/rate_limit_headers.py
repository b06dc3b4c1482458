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

_PATHS = (
    (Route.CREATE, "POST", re.compile(r"/channels/(\d+)/messages$")),
    (Route.EDIT, "PATCH", re.compile(r"/channels/(\d+)/messages/\d+$")),
    (Route.TYPING, "POST", re.compile(r"/channels/(\d+)/typing$")),
)
_EXEMPT = re.compile(r"/(interactions|webhooks)/")  # outside the global limit
_is_paced: ContextVar[bool] = ContextVar("is_paced", default=False)


class Observer(Protocol):
    """The pacer, as seen from here."""

    def observe(
        self, route: Route, channel_id: int, *, limit: int, remaining: int, reset_after: float
    ) -> None: ...

    def count_unpaced(self) -> None: ...


@contextmanager
def paced() -> Iterator[None]:
    """Requests made inside have asked the pacer."""
    token = _is_paced.set(True)
    try:
        yield
    finally:
        _is_paced.reset(token)


def trace(observer: Observer) -> aiohttp.TraceConfig:
    """Show every REST request and response of discord.py to the pacer."""

    async def started(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        if (
            not _is_paced.get()
            and "/api/" in params.url.path
            and not _EXEMPT.search(params.url.path)
        ):
            observer.count_unpaced()

    async def ended(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        where = which_bucket(params.method, params.url.path)
        figures = read_headers(params.response.headers, status=params.response.status)
        if where is not None and figures is not None:
            limit, remaining, reset_after = figures
            observer.observe(*where, limit=limit, remaining=remaining, reset_after=reset_after)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_end.append(ended)
    return config


def which_bucket(method: str, path: str) -> tuple[Route, int] | None:
    """The route and the channel of a request; None: it is not one that is paced."""
    for route, verb, pattern in _PATHS:
        found = pattern.search(path) if verb == method else None
        if found:
            return route, int(found[1])
    return None


def read_headers(headers: "Headers", *, status: int) -> tuple[int, int, float] | None:
    """Limit, remaining and seconds until the reset; None where Discord did not say."""
    try:
        limit = int(headers["X-RateLimit-Limit"])
        remaining = int(headers["X-RateLimit-Remaining"])
        reset_after = float(headers["X-RateLimit-Reset-After"])
    except (KeyError, ValueError):
        return None
    if status == 429:
        remaining = 0
    return limit, remaining, reset_after


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
