"""`glimpse playground`: the stand-in for Discord, its page, an endpoint and the bot, in one command.

The bot is a process of its own, started as on any machine: it meets the rest over sockets alone.
"""

import asyncio
import contextlib
import errno
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.core.errors import StartFailed
from bot.responses.endpoint import find_url
from bot.responses.models import find_card
from bot.responses.profiles import find_profile
from bot.standins.playground.endpoint_view import EndpointView, Prices
from bot.standins.playground.server import Discord
from bot.standins.playground.site.backstage import About, Backstage
from bot.standins.playground.site.pages import Pages
from bot.standins.playground.stage import Stage

PORT = 8765
KEPT_FOLDER = Path("playground-data")

_PORTS_TRIED = 50
_GRACE = 2  # seconds that running answers get at the end
_PATIENCE = 15.0  # seconds for the bot to end
# What the bot's process is given of the environment. No setting of a real bot may leak into it.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PASSED_ON_PREFIXES = ("LC_", "PYTHON", "COV_", "COVERAGE_", "GLIMPSE_API_KEY")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaygroundOptions:
    """Options of `glimpse playground`."""

    port: int | None = None  # None: the usual one, or the next that is free
    endpoint: str | None = None  # None: the built-in describer
    model: str | None = None
    keeps: bool = False  # database and images stay, in a folder here
    opens: bool = False  # the page in the browser
    tokens_per_day: int = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Endpoint:
    url: str  # to post to
    model: str
    shown: str  # what people read of it


async def run_playground(
    options: PlaygroundOptions, environ: Mapping[str, str], output: TextIO
) -> int:
    """Run until Ctrl-C, SIGTERM, or until the bot ends by itself. Raises StartFailed."""
    if (options.endpoint is None) != (options.model is None):
        raise StartFailed("`--endpoint` and `--model` belong together: name both, or neither")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    port = choose_port(options.port)
    if options.port is None and port != PORT:
        output.write(f"Port {PORT} is taken, so the playground takes the next free one.\n")
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder(keeps=options.keeps))
        endpoint = await _open_endpoint(options, stack)
        discord = Discord(token=secrets.token_hex(24), port=port)
        view = EndpointView(endpoint.url, prices=_prices(endpoint), on_change=discord.world.touch)
        await stack.enter_async_context(view)
        stage = Stage.set_up(discord)
        about = About(model=endpoint.model, endpoint=endpoint.shown, folder=str(folder))
        discord.extensions.append(Pages(stage, Backstage(stage, view, about)).add_to)
        await _enter(stack, discord, port)
        _greet(discord, endpoint, folder, output)
        if options.opens:
            await asyncio.to_thread(webbrowser.open, discord.base_url)
        config = _write_config(folder, options, endpoint, view, stage)
        bot = await stack.enter_async_context(_running_bot(config, discord.token, environ))
        return await _until_over(bot, stop, folder)


def choose_port(wanted: int | None) -> int:
    """The usual port or the next free one; one that was asked for, or nothing.

    Raises StartFailed, which names a free port. 0 is any that is free.
    """
    first = PORT if wanted is None else wanted
    if wanted == 0 or _is_free(first):
        return first
    free = next(filter(_is_free, range(first + 1, min(first + _PORTS_TRIED, 65_536))), None)
    if wanted is None and free is not None:
        return free
    offer = "" if free is None else f"; {free} is free: glimpse playground --port {free}"
    raise StartFailed(f"port {first} is taken by another program{offer}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def _enter(stack: AsyncExitStack, discord: Discord, port: int) -> None:
    try:
        await stack.enter_async_context(discord)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise StartFailed(f"port {port} was taken by another program just now") from error


async def _open_endpoint(options: PlaygroundOptions, stack: AsyncExitStack) -> _Endpoint:
    if options.endpoint is None or options.model is None:
        return await _open_describer(stack)
    try:
        url = find_url(options.endpoint)
    except ValueError as error:
        raise StartFailed(str(error)) from error
    return _Endpoint(url=str(url), model=options.model, shown=str(url.origin()))


async def _open_describer(stack: AsyncExitStack) -> _Endpoint:
    try:
        from bot.standins.describer.api.server import MODEL_NAME, Describer
    except ImportError as error:
        raise StartFailed(
            "the built-in describer is not installed here; name a model that sees:"
            " glimpse playground --endpoint URL --model NAME"
        ) from error
    describer = await stack.enter_async_context(Describer())
    url = str(find_url(describer.base_url))
    return _Endpoint(url=url, model=MODEL_NAME, shown="the built-in describer, offline")


def _prices(endpoint: _Endpoint) -> Prices | None:
    card = find_card(endpoint.model, endpoint.url).rate_card
    if card is None:
        return None
    cached = card.input if card.cached_input is None else card.cached_input
    return Prices(input=card.input, output=card.output, cached_input=cached)


@contextmanager
def _folder(*, keeps: bool) -> Iterator[Path]:
    if keeps:
        KEPT_FOLDER.mkdir(exist_ok=True)
        yield KEPT_FOLDER.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="glimpse-playground-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_config(
    folder: Path, options: PlaygroundOptions, endpoint: _Endpoint, view: EndpointView, stage: Stage
) -> Path:
    discord = stage.discord
    sections: dict[str, dict[str, object]] = {
        "discord": {"api_url": discord.api_url, "gateway_url": discord.gateway_url},
        "endpoint": {
            "base_url": view.base_url,
            "model": endpoint.model,
            "profile": find_profile(None, endpoint.url).profile,  # the view hides whose it is
        },
        "database": {"url": f"sqlite+aiosqlite:///{folder / 'glimpse.db'}"},
        "images": {"directory": str(folder / "images")},
        "quota": {"tokens_per_day": options.tokens_per_day},
        "triggers": {"automatic_channels": [str(one) for one in stage.automatic]},
        "answers": {"grace_period": _GRACE},
    }
    lines: list[str] = []
    for section, values in sections.items():
        lines.append(f"[{section}]")
        # JSON's strings, numbers and lists are TOML's, too.
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    file = folder / "config.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _greet(discord: Discord, endpoint: _Endpoint, folder: Path, output: TextIO) -> None:
    output.write(
        f"Glimpse's playground is open:  {discord.base_url}\n"
        f"  model     {endpoint.model} ({endpoint.shown})\n"
        f"  bot's log {folder / 'glimpse.log'}\n"
        "Ctrl-C ends it.\n"
    )
    output.flush()


# The bot's process


@asynccontextmanager
async def _running_bot(
    config: Path, token: str, environ: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    with (config.parent / "glimpse.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--config",
            str(config),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=bot_environment(environ, token),
        )
    try:
        yield process
    finally:
        await _end(process)


def bot_environment(environ: Mapping[str, str], token: str) -> dict[str, str]:
    """Of a real bot's settings only the endpoint's key: no token, no database."""
    passed_on = {
        name: value
        for name, value in environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    # Found from wherever the playground was started.
    path = os.pathsep.join(
        filter(None, [str(Path(__file__).parents[1]), environ.get("PYTHONPATH")])
    )
    return {**passed_on, "PYTHONPATH": path, "DISCORD_TOKEN": token}


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until_over(bot: asyncio.subprocess.Process, stop: asyncio.Event, folder: Path) -> int:
    """Returns 0 after Ctrl-C. Raises StartFailed where the bot has ended by itself."""
    async with asyncio.TaskGroup() as tasks:
        ended, stopped = tasks.create_task(bot.wait()), tasks.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        is_stopped = stopped.done()
        ended.cancel()
        stopped.cancel()
    if is_stopped:
        return 0
    lines = (folder / "glimpse.log").read_text(encoding="utf-8", errors="replace").splitlines()
    words = lines[-1].removeprefix("glimpse: ") if lines else "its log is empty"
    raise StartFailed(f"the bot ended by itself (exit {bot.returncode}): {words}")
