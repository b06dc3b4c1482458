import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.conversation.turns import LeftOutReason
from bot.images.loader import Budget, Loader, parse_allowed_url
from bot.images.settings import ImageSettings

SETTINGS = ImageSettings(max_bytes=1000, max_total_bytes=1500)


def plenty() -> Budget:
    return Budget(left=SETTINGS.max_total_bytes)


@asynccontextmanager
async def loader(
    *, allowed_hosts: tuple[str, ...] | None = None, download_timeout: float = 60
) -> AsyncIterator[Loader]:
    settings = replace(SETTINGS, download_timeout=download_timeout)
    async with aiohttp.ClientSession() as session:
        yield Loader(settings, session, allowed_hosts=allowed_hosts)


@asynccontextmanager
async def http_server(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{name:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/cat.png?ex=1&is=2&hm=secret&"))


@asynccontextmanager
async def raw_server(*answers: bytes) -> AsyncIterator[tuple[str, list[int]]]:
    """Answer each connection with the next bytes and reset it; count the connections."""
    waiting = list(answers)
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(len(connections))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(waiting.pop(0))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/cat.png", connections


def respond(
    status: int = 200, body: bytes = b"cat", headers: dict[str, str] | None = None
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return answer


async def test_file_within_the_cap_arrives_whole() -> None:
    async with http_server(respond(body=b"x" * 1000)) as url, loader() as downloads:
        assert await downloads.fetch(url, plenty()) == b"x" * 1000


async def test_signed_query_is_sent_as_it_is() -> None:
    queries = []

    async def answer(request: web.Request) -> web.Response:
        queries.append(request.raw_path)
        return web.Response(body=b"cat")

    async with http_server(answer) as url, loader() as downloads:
        await downloads.fetch(url.replace("hm=secret", "hm=a%2Bb"), plenty())

    assert queries == ["/cat.png?ex=1&is=2&hm=a%2Bb&"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, LeftOutReason.GONE),
        (403, LeftOutReason.GONE),
        (410, LeftOutReason.GONE),
        (500, LeftOutReason.UNREACHABLE),
        (429, LeftOutReason.UNREACHABLE),
        (204, LeftOutReason.UNREACHABLE),
    ],
)
async def test_status_tells_gone_from_unreachable(status: int, reason: LeftOutReason) -> None:
    async with http_server(respond(status=status)) as url, loader() as downloads:
        assert await downloads.fetch(url, plenty()) is reason


async def test_redirect_is_not_followed() -> None:
    moved = respond(302, headers={"Location": "http://169.254.169.254/latest"})

    async with http_server(moved) as url, loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.UNREACHABLE


async def test_announced_length_over_the_cap_is_refused_without_reading() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"

    async with raw_server(head) as (url, _), loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.TOO_MANY_BYTES


async def test_server_that_sends_more_than_the_cap_is_cut_off() -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 100_000_000:
            await response.write(bytes(10_000))
            sent += 10_000
        return response

    async with http_server(endless) as url, loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.TOO_MANY_BYTES

    assert sent < 20_000_000


async def test_compressed_bomb_is_cut_off_at_the_cap() -> None:
    async def bomb(request: web.Request) -> web.Response:
        response = web.Response(body=bytes(5_000_000))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with http_server(bomb) as url, loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.TOO_MANY_BYTES


async def test_files_of_a_question_share_their_budget() -> None:
    budget = plenty()

    async with http_server(respond(body=b"x" * 900)) as url, loader() as downloads:
        first = await downloads.fetch(url, budget)
        second = await downloads.fetch(url, budget)

    assert first == b"x" * 900
    assert second is LeftOutReason.TOO_MANY_BYTES


async def test_server_that_trickles_is_too_slow() -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    async with http_server(trickle) as url, loader(download_timeout=0.5) as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.TOO_SLOW


async def test_connection_lost_once_is_tried_again() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"

    async with raw_server(b"", whole) as (url, connections), loader() as downloads:
        assert await downloads.fetch(url, plenty()) == b"cat"

    assert len(connections) == 2


async def test_download_cut_in_the_middle_is_tried_again() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nc"
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"

    async with raw_server(cut, whole) as (url, _), loader() as downloads:
        assert await downloads.fetch(url, plenty()) == b"cat"


async def test_download_cut_twice_is_unreachable() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nc"

    async with raw_server(cut, cut, cut) as (url, connections), loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.UNREACHABLE

    assert len(connections) == 2


async def test_budget_gets_back_the_bytes_of_a_cut_download() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + bytes(800)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + bytes(900)
    budget = plenty()

    async with raw_server(cut, whole) as (url, _), loader() as downloads:
        await downloads.fetch(url, budget)

    assert budget.left == SETTINGS.max_total_bytes - 900


async def test_connection_lost_twice_is_unreachable() -> None:
    async with raw_server(b"", b"", b"") as (url, connections), loader() as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.UNREACHABLE

    assert len(connections) == 2


async def test_port_that_nobody_listens_on_is_unreachable() -> None:
    async with loader() as downloads:
        assert await downloads.fetch("http://127.0.0.1:1/x", plenty()) is LeftOutReason.UNREACHABLE


async def test_host_that_is_not_allowed_is_never_asked() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    async with http_server(answer) as url, loader(allowed_hosts=("cdn.example",)) as downloads:
        assert await downloads.fetch(url, plenty()) is LeftOutReason.UNREACHABLE

    assert asked == []


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://cdn.discordapp.com/a/b.png?ex=1", True),
        ("http://127.0.0.1:8080/a.png", True),
        ("http://localhost:9000/a.png", True),
        ("https://cdn.discordapp.com:8443/a.png", False),  # another port is another server
        ("https://cdn.discordapp.com.evil.example/a.png", False),
        ("https://cdn.discordapp.com@evil.example/a.png", False),
        ("https://evil.example/cdn.discordapp.com/a.png", False),
        ("http://127.0.0.1:8081/a.png", False),
        ("https://localhost:9000/a.png", False),
        ("ftp://cdn.discordapp.com/a.png", False),
        ("file:///etc/passwd", False),
        ("//cdn.discordapp.com/a.png", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_url_is_fetched_from_allowed_hosts_only(url: str, is_allowed: bool) -> None:
    allowed = frozenset({"cdn.discordapp.com", "127.0.0.1:8080", "http://localhost:9000"})

    assert (parse_allowed_url(url, allowed) is not None) is is_allowed


async def test_log_names_reason_and_status_but_not_the_signed_url(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "bot.images"):
        async with http_server(respond(status=404)) as url, loader() as downloads:
            await downloads.fetch(url, plenty())

    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert (record.__dict__["reason"], record.__dict__["status"]) == ("gone", 404)
    assert "secret" not in str(record.__dict__)
