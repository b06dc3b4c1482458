import asyncio

import discord.http
import pytest

from bot.core.display.rate_limits import Route
from bot.gateway.requests.rate_limit_headers import (
    PromptRatelimit,
    make_prompt,
    read_headers,
    which_bucket,
)
from bot.gateway.requests.refusals import Limited


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/api/v10/channels/70/messages", (Route.CREATE, 70)),
        ("PATCH", "/api/v10/channels/70/messages/71", (Route.EDIT, 70)),
        ("POST", "/api/v10/channels/70/typing", (Route.TYPING, 70)),
        ("GET", "/api/v10/channels/70/messages", None),
        ("DELETE", "/api/v10/channels/70/messages/71", None),
        ("POST", "/api/v10/interactions/1/token/callback", None),
    ],
)
def test_requests_are_sorted_into_buckets_by_method_and_path(
    method: str, path: str, expected: tuple[Route, int] | None
) -> None:
    assert which_bucket(method, path) == expected


HEADERS = {
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "3",
    "X-RateLimit-Reset-After": "4.25",
}


def test_headers_tell_limit_remaining_and_seconds_to_the_reset() -> None:
    assert read_headers(HEADERS) == (5, 3, 4.25)


def test_refused_request_means_an_empty_bucket() -> None:
    assert read_headers(HEADERS, Limited(retry_after=1.0, is_global=False)) == (5, 0, 4.25)


def test_refusal_that_lasts_longer_than_its_bucket_is_believed() -> None:
    refusal = Limited(retry_after=60.0, is_global=False)

    assert read_headers(HEADERS, refusal) == (5, 0, 60.0)
    assert read_headers({}, refusal) == (1, 0, 60.0)


@pytest.mark.parametrize("missing", list(HEADERS))
def test_response_without_all_headers_teaches_nothing(missing: str) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}

    assert read_headers(headers) is None


async def test_call_that_took_the_last_token_returns_at_once() -> None:
    bucket = spent_bucket(reset_after=30.0)

    async with asyncio.timeout(1), bucket:
        bucket.remaining = 0  # as the response's headers said


async def test_next_call_waits_for_the_reset() -> None:
    bucket = spent_bucket(reset_after=0.1)
    async with bucket:
        bucket.remaining = 0
    began = asyncio.get_running_loop().time()

    async with asyncio.timeout(2), bucket:
        waited = asyncio.get_running_loop().time() - began

    assert waited >= 0.09
    assert bucket.remaining == bucket.limit - 1


async def test_buckets_of_long_ago_are_forgotten() -> None:
    """discord.py forgets where it makes a bucket itself; ours were kept for ever."""
    http = discord.http.HTTPClient(asyncio.get_running_loop())
    make_prompt(http)
    for number in range(1_000):
        http.get_ratelimit(f"channel {number}")._last_request -= 301.0

    http.get_ratelimit("another channel")

    assert len(http._buckets) < 300


def spent_bucket(*, reset_after: float) -> PromptRatelimit:
    """A bucket of five with one token left."""
    bucket = PromptRatelimit(None)
    bucket.limit, bucket.remaining = 5, 1
    bucket.reset_after = reset_after
    bucket.expires = asyncio.get_running_loop().time() + reset_after
    return bucket
