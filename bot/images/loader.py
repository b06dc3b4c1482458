"""Fetching what was posted: from allowed hosts only, within a time, never more bytes than agreed.

Files of this machine are read for those who look at pictures without Discord.
"""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from yarl import URL

from bot.core.conversation.turns import LeftOutReason
from bot.images.settings import ImageSettings

log = logging.getLogger(__name__)

_PARALLEL = 8  # downloads at once, of all questions together
_CHUNK = 64 * 1024  # bytes
_GONE = frozenset({403, 404, 410})  # 403 is how an expired signature is answered
# Compressed again, a small download could grow without end.
_HEADERS = {"Accept-Encoding": "identity"}


@dataclass(kw_only=True, slots=True)
class Budget:
    """Bytes that the files of one question may still have together."""

    left: int

    def take(self, amount: int) -> bool:
        """Take what is asked for; False where there is not so much left."""
        self.left -= amount
        return self.left >= 0


class _LeftOut(Exception):
    def __init__(self, reason: LeftOutReason, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class _Cut(_LeftOut):
    """The connection was lost in the middle of the body."""


class Loader:
    """`allowed_hosts` lists `host`, `host:port` or whole origins; None allows any: only for trusted URLs."""

    def __init__(
        self,
        settings: ImageSettings,
        session: aiohttp.ClientSession,
        *,
        allowed_hosts: Collection[str] | None,
    ) -> None:
        self._settings = settings
        self._session = session
        self._allowed_hosts = None if allowed_hosts is None else frozenset(allowed_hosts)
        self._places = asyncio.Semaphore(_PARALLEL)

    async def fetch(
        self, url: str, budget: Budget, *, limit: int | None = None
    ) -> bytes | LeftOutReason:
        """Return the whole file, or the reason why not. Raises nothing but cancellation.

        `limit`: the most bytes it may have, where that is not what pictures may have.
        """
        limit = self._settings.max_bytes if limit is None else limit
        try:
            target = parse_allowed_url(url, self._allowed_hosts)
            if target is None:
                raise _LeftOut(LeftOutReason.UNREACHABLE)
            async with self._places, asyncio.timeout(self._settings.download_timeout):
                return await self._download(target, budget, limit)
        except TimeoutError:
            reason, status = LeftOutReason.TOO_SLOW, None
        except _LeftOut as left_out:
            reason, status = left_out.reason, left_out.status
        except (aiohttp.ClientError, OSError, ValueError):
            reason, status = LeftOutReason.UNREACHABLE, None
        log.info("A file was not downloaded", extra={"reason": reason, "status": status})
        return reason

    async def _download(self, url: URL, budget: Budget, limit: int) -> bytes:
        """Try once more when the body was cut; aiohttp does so when none had begun."""
        with suppress(_Cut):
            return await self._attempt(url, budget, limit)
        return await self._attempt(url, budget, limit)

    async def _attempt(self, url: URL, budget: Budget, limit: int) -> bytes:
        # Redirects are not followed: they could lead past the allowed hosts, and the CDN has none.
        async with self._session.get(url, headers=_HEADERS, allow_redirects=False) as response:
            if response.status != 200:
                gone = response.status in _GONE
                reason = LeftOutReason.GONE if gone else LeftOutReason.UNREACHABLE
                raise _LeftOut(reason, response.status)
            return await self._read(response, budget, limit)

    async def _read(self, response: aiohttp.ClientResponse, budget: Budget, limit: int) -> bytes:
        if (response.content_length or 0) > limit:
            raise _LeftOut(LeftOutReason.TOO_MANY_BYTES)
        content = bytearray()
        try:
            async for chunk in response.content.iter_chunked(_CHUNK):
                content += chunk
                if len(content) > limit or not budget.take(len(chunk)):
                    raise _LeftOut(LeftOutReason.TOO_MANY_BYTES)
        except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError) as error:
            budget.left += len(content)
            raise _Cut(LeftOutReason.UNREACHABLE) from error
        return bytes(content)


def parse_allowed_url(url: str, allowed_hosts: frozenset[str] | None) -> URL | None:
    """Return the URL where it may be fetched; its signed query stays as it is."""
    try:
        parsed = URL(url, encoded=True)
        if parsed.scheme not in ("http", "https") or not parsed.host:
            return None
        names = {str(parsed.origin()), f"{parsed.host}:{parsed.port}"}
    except ValueError:
        return None
    if parsed.is_default_port():
        names.add(parsed.host)
    return parsed if allowed_hosts is None or names & allowed_hosts else None


def read_file(path: Path, limit: int) -> bytes | LeftOutReason:
    """Read a file of at most `limit` bytes, or say why not."""
    try:
        if not path.is_file():
            return LeftOutReason.UNREADABLE if path.exists() else LeftOutReason.GONE
        if path.stat().st_size > limit:
            return LeftOutReason.TOO_MANY_BYTES
        return path.read_bytes()
    except FileNotFoundError:
        return LeftOutReason.GONE
    except OSError:
        return LeftOutReason.UNREACHABLE
