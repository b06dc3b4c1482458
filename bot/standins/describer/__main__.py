"""Run the describer by itself: `python -m bot.standins.describer --port 8081`.

Prints its base URL when it is ready, and runs until it is told to end.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence

from bot.standins.describer.api.server import Describer, DescriberSettings
from bot.standins.describer.worker.supervisor import WorkerSettings


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 2 where the port is taken."""
    options = _parse(arguments)
    settings = DescriberSettings(
        port=options.port,
        words_per_second=options.words_per_second,
        worker=WorkerSettings(may_read=not options.without_reader),
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(settings))
    except OSError as error:
        sys.stderr.write(f"The describer can't listen on port {options.port}: {error.strerror}.\n")
        return 2
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.standins.describer",
        description="A Responses API that measures and reads pictures.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 (default): any that is free")
    parser.add_argument("--words-per-second", type=float, default=70.0, help="0: all at once")
    parser.add_argument("--without-reader", action="store_true", help="leave the text unread")
    return parser.parse_args(arguments)


async def _run(settings: DescriberSettings) -> None:
    stop = _listen_for_signals()
    async with Describer(settings) as describer:
        sys.stdout.write(f"{describer.base_url}\n")
        sys.stdout.flush()
        await stop.wait()


def _listen_for_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(each, stop.set)
    return stop


if __name__ == "__main__":
    sys.exit(main())
