"""PostgreSQL's own programs: pg_dump, pg_restore and psql."""

import asyncio
import os
import re
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from bot.core import wording
from bot.core.errors import BackupFailed

_LONGEST_RUN: Final = 6 * 3600.0  # seconds
_LOCK_WAIT: Final = "30s"
_LONGEST_CAUSE: Final = 200  # characters
_COMPLAINTS: Final = re.compile(
    r"^(?:\S+ )?(?:error|detail):\s+(.+)$", re.MULTILINE | re.IGNORECASE
)


async def run_tool(name: str, *arguments: str, url: URL) -> str:
    """Run a program on the database of `url`; returns what it prints.

    The password goes by the environment, where other users of the machine can't read it. Raises
    BackupFailed with its own first words, or with what to install.
    """
    program = shutil.which(name)
    if program is None:
        raise BackupFailed(wording.tool_missing(name))
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env={**os.environ, **_environment(url)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_LONGEST_RUN):
            printed, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BackupFailed(wording.tool_failed(name, _first_words(complaint)))
    return printed.decode(errors="replace")


async def read_revision(archive: Path, *, url: URL) -> str | None:
    """Of a backup; None: it is none of Glimpse. Raises BackupFailed where it can't be read."""
    printed = await run_tool(
        "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(archive), url=url
    )
    lines = iter(printed.splitlines())
    for line in lines:
        if line.startswith("COPY ") and "alembic_version" in line:
            return next(lines, None)
    return None


async def read_through(archive: Path, *, url: URL) -> None:
    """Read all of a backup. Raises BackupFailed where it is damaged."""
    await run_tool("pg_restore", f"--file={os.devnull}", str(archive), url=url)


def _environment(url: URL) -> dict[str, str]:
    """What libpq goes by (https://www.postgresql.org/docs/current/libpq-envars.html)."""
    query = {name: str(value) for name, value in url.query.items()}
    found = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": str(url.password) if url.password else query.get("password"),
        "PGDATABASE": url.database or query.get("database"),
        "PGSSLMODE": query.get("ssl") or query.get("sslmode"),
        "PGAPPNAME": "glimpse database",
        "PGOPTIONS": f"-c lock_timeout={_LOCK_WAIT}",
    }
    return {name: value for name, value in found.items() if value}


def _first_words(complaint: bytes) -> str:
    """The first error, with the detail that a program adds to it."""
    found = _COMPLAINTS.findall(complaint.decode(errors="replace"))
    return "; ".join(found[:2])[:_LONGEST_CAUSE] or "it does not say why"
