"""Run Discord on loopback by itself: `python -m bot.standins.playground --port 8090`.

Prints one line of JSON when it is ready, and runs until it is told to end.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import fields, replace

from bot.standins.playground.buckets import Limits, Rule
from bot.standins.playground.control import Control
from bot.standins.playground.server import Discord


def main() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(_parse_arguments()))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.standins.playground", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--token", default="playground-token", help="that the bot logs in with")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds for each REST call")
    parser.add_argument("--shards", type=int, default=1, help="recommended to the bot")
    parser.add_argument("--channels", type=int, default=1, help="in the one server to begin with")
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--unlimited", action="store_true", help="no rate limits")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    discord = Discord(token=arguments.token, port=arguments.port, latency=arguments.latency)
    discord.application.recommended_shards = arguments.shards
    if arguments.unlimited:
        discord.dispatcher.limits = unlimited()
    control = Control(discord)

    discord.extensions.append(control.add_to)
    async with discord:
        channels = [f"channel-{number}" for number in range(1, arguments.channels + 1)]
        members = [f"member-{number}" for number in range(1, arguments.members + 1)]
        control.add_server("Playground", channels, members)
        sys.stdout.write(json.dumps(_urls(discord)) + "\n")
        sys.stdout.flush()
        await _until_stopped()


def _urls(discord: Discord) -> dict[str, str]:
    return {
        "api_url": discord.api_url,
        "gateway_url": discord.gateway_url,
        "control_url": f"{discord.base_url}/_control",
        "token": discord.token,
        "bot_id": str(discord.bot.id),
    }


def unlimited() -> Limits:
    free = Rule(limit=1_000_000, per=1.0)
    names = [field.name for field in fields(Limits) if field.name != "old_edits"]
    return replace(Limits(), **dict.fromkeys(names, free))


async def _until_stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(each, stop.set)
    await stop.wait()


if __name__ == "__main__":
    main()
