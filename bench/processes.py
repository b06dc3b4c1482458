"""Starting the processes that take part, and ending them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

_PATIENCE = 30.0  # seconds
_LOOK_AGAIN = 0.005  # seconds
_NO_UVLOOP = (
    "import sys; sys.modules['uvloop'] = None; from bot.__main__ import main; sys.exit(main())"
)


@asynccontextmanager
async def server(*arguments: str) -> AsyncIterator[str]:
    """Run `python -m …`, which prints one line when it is ready; gives that line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            line = await process.stdout.readline()
        yield line.decode().strip()
    finally:
        await _end(process)


@asynccontextmanager
async def bot(
    config: Path, log: Path, secrets: Mapping[str, str], *, uvloop: bool = True
) -> AsyncIterator[int]:
    """Run the bot until the context is left; gives its process id once it is ready."""
    program = ("-m", "bot") if uvloop else ("-c", _NO_UVLOOP)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *program, "run", "--config", str(config)),
            stderr=output,
            env=_environment(secrets),
        )
    try:
        async with asyncio.timeout(_PATIENCE):
            while not _is_ready(log):
                if process.returncode is not None:
                    raise RuntimeError(f"the bot did not start: exit code {process.returncode}")
                await asyncio.sleep(_LOOK_AGAIN)
        yield process.pid
    finally:
        await _end(process)


async def make_database(config: Path, secrets: Mapping[str, str]) -> None:
    """By a process of its own: alembic stays in memory where it was needed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "database", "upgrade", "--config", str(config)),
        stdout=asyncio.subprocess.DEVNULL,
        env=_environment(secrets),
    )
    if await process.wait():
        raise RuntimeError(f"the database was not made: exit code {process.returncode}")


def _environment(secrets: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**inherited, **secrets}


def _is_ready(log: Path) -> bool:
    return b" ready " in log.read_bytes()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
