"""The command line. A failed start is one sentence and exit 2; heavy rooms are imported when used."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bot import __version__
from bot.core.calendar.periods import Period
from bot.core.errors import (
    ConfigurationError,
    DatabaseDamaged,
    DatabaseUnavailable,
    GlimpseError,
    StartDelayed,
)

if TYPE_CHECKING:
    from bot.config.values import Config

DEFAULT_CONFIG = Path("config.toml")
_USAGE = "Show what has been used, write it as CSV, or prove that the accounts add up."
_DATABASE = "Bring the database up to date, prove that it is whole, back it up, restore it."
_PLAYGROUND = "Try the bot in the browser: without Discord, without a key."

_T = TypeVar("_T")
CommandFunction = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code.

    0 well, 1 failed, 2 wrongly started; 130 after Ctrl-C, except in the playground, which ends so.
    """
    options = _parser().parse_args(arguments)
    command: CommandFunction = options.command
    try:
        return command(options)
    except ConfigurationError as error:
        for problem in error.problems:
            _complain(problem)
        return 2
    except GlimpseError as error:
        _complain(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glimpse", description="A Discord bot that sees: it describes the images people post."
    )
    parser.add_argument("--version", action="version", version=f"glimpse {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    with_config = argparse.ArgumentParser(add_help=False)
    with_config.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"the configuration (default: {DEFAULT_CONFIG}, where it exists)",
    )

    def add(name: str, command: CommandFunction, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary, parents=[with_config])
        added.set_defaults(command=command)
        return added

    add("run", _run, "Run the bot until it is stopped.")
    add("check", _check, "Test configuration, database, token, intents and endpoint, one by one.")
    describe = add(
        "describe", _describe, "Describe images and files in the terminal, without Discord."
    )
    _take_images(describe)
    describe.add_argument(
        "--model", metavar="NAME", help="ask this one of the models that are configured"
    )
    cost = add("cost", _cost, "Say what asking about images would cost, model by model.")
    _take_images(cost)
    cost.add_argument(
        "--model", action="append", default=[], metavar="NAME", help="this one; may be repeated"
    )
    _add_database(commands, with_config)
    _add_usage(commands, with_config)
    playground = commands.add_parser("playground", help=_PLAYGROUND, description=_PLAYGROUND)
    playground.set_defaults(command=_playground)
    playground.add_argument("--port", type=int, help="of the page (default: 8765, or the next)")
    playground.add_argument("--endpoint", metavar="URL", help="a real model's, with --model")
    playground.add_argument("--model", metavar="NAME", help="as the endpoint names it")
    playground.add_argument("--open", action="store_true", help="open the page in the browser")
    playground.add_argument(
        "--keep", action="store_true", help="keep database and images, in ./playground-data"
    )
    playground.add_argument(
        "--tokens-per-day", type=int, default=100_000, metavar="N", help="everybody's quota"
    )
    health = add("health", _health, "Exit 0 while the bot lives, by its heartbeat file.")
    health.add_argument(
        "--ready", action="store_true", help="while it can answer questions; else say what can't"
    )
    return parser


def _add_database(commands: Any, with_config: argparse.ArgumentParser) -> None:
    database = commands.add_parser("database", help=_DATABASE, description=_DATABASE)
    actions = database.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(
            name, help=summary, description=summary, parents=[with_config]
        )
        added.set_defaults(command=_database, action=name)
        return added

    add("upgrade", "Bring the database up to date.")
    add("verify", "Read everything, and prove that the accounts add up.")
    backup = add("backup", "Write a checked copy, also while the bot runs.")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file, or a folder for many")
    backup.add_argument(
        "--keep", type=_positive, metavar="N", help="in a folder: delete all but the newest N"
    )
    restore = add("restore", "Put a backup in the database's place, and keep what stood there.")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")


def _positive(text: str) -> int:
    if not text.isdecimal() or (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1 on")
    return number


def _add_usage(commands: Any, with_config: argparse.ArgumentParser) -> None:
    usage = commands.add_parser("usage", help=_USAGE, description=_USAGE)
    actions = usage.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, command: CommandFunction, summary: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(
            name, help=summary, description=summary, parents=[with_config]
        )
        added.set_defaults(command=command)
        return added

    report = add("report", _usage_report, "Draw what has been used, in the terminal or as PNG.")
    export = add("export", _usage_export, "Write the ledger of a window as CSV.")
    add("verify", _usage_verify, "Recompute every counter from the ledger, and name what differs.")
    for each in (report, export):
        each.add_argument("--server", default="everything", metavar="ID", help="0: direct messages")
        each.add_argument(
            "--per",
            choices=[period.value for period in Period],
            default=Period.MONTH.value,
            help="the present one of these (default: month)",
        )
    report.add_argument("--by", choices=("user", "role", "channel", "server"))
    report.add_argument("--chart", type=Path, metavar="FILE.png", help="draw it here as well")
    export.add_argument("--previous", action="store_true", help="the one before the present")
    export.add_argument("-o", "--output", type=Path, metavar="FILE.csv", help="instead of stdout")


def _take_images(command: argparse.ArgumentParser) -> None:
    command.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    command.add_argument("--ask", default="", metavar="QUESTION", help="ask this of each image")
    command.add_argument("--json", action="store_true", help="print one object a line, for scripts")


def _run(options: argparse.Namespace) -> int:
    config = _load(options, needs={"discord", "endpoint"})
    _log_to_stderr(config)
    from bot import lifecycle
    from bot.shutdown import Deadline

    try:
        return _run_async(lifecycle.run(config, Deadline()))
    except DatabaseDamaged:
        raise
    except (StartDelayed, DatabaseUnavailable) as error:
        _complain(str(error))
        return 1  # a supervisor is to try again: after a reboot the network may come up later


def _check(options: argparse.Namespace) -> int:
    from bot.terminal.check import check

    logging.getLogger("bot").addHandler(logging.NullHandler())  # the table says it all
    return _run_async(check(_config_path(options), os.environ, sys.stdout))


def _describe(options: argparse.Namespace) -> int:
    config = _load(options, needs={"endpoint"})
    from bot.terminal.describe import describe

    _log_to_stderr(config, level="WARNING")
    return _run_async(
        describe(
            config,
            options.images,
            question=options.ask,
            model=options.model,
            as_json=options.json,
            output=sys.stdout,
        )
    )


def _cost(options: argparse.Namespace) -> int:
    config = _load(options, needs=set())
    from bot.terminal.cost import CostQuery, cost

    query = CostQuery(
        paths=options.images, models=options.model, question=options.ask, as_json=options.json
    )
    return _run_async(cost(config, query, sys.stdout))


def _database(options: argparse.Namespace) -> int:
    config = _load(options, needs=set())
    from bot.store.backups.targets import BackupOrder
    from bot.terminal import backup, database

    match options.action:
        case "backup":
            order = BackupOrder(target=options.file, keep=options.keep)
            return _run_async(backup.back_up(config, order, sys.stdout))
        case "restore":
            return _run_async(backup.restore(config, options.file, sys.stdout))
        case "verify":
            return _run_async(database.verify(config, sys.stdout))
        case _:
            return _run_async(database.upgrade(config, sys.stdout))


def _usage_report(options: argparse.Namespace) -> int:
    config = _load(options, needs=set())
    from bot.terminal.usage import ReportOptions, report

    query = ReportOptions(
        server=options.server, by=options.by, per=options.per, chart=options.chart
    )
    return _run_async(report(config, query, sys.stdout))


def _usage_export(options: argparse.Namespace) -> int:
    config = _load(options, needs=set())
    from bot.terminal.usage import ExportOptions, export

    query = ExportOptions(
        server=options.server, per=options.per, previous=options.previous, file=options.output
    )
    return _run_async(export(config, query, sys.stdout))


def _usage_verify(options: argparse.Namespace) -> int:
    config = _load(options, needs=set())
    from bot.terminal.verify import verify

    return _run_async(verify(config, sys.stdout))


def _health(options: argparse.Namespace) -> int:
    from bot.clock import clock
    from bot.terminal.health import is_healthy

    file = _load(options, needs=set()).process.heartbeat_file
    return 0 if is_healthy(file, sys.stderr, now=clock(), ready=options.ready) else 1


def _playground(options: argparse.Namespace) -> int:
    from bot.playground_command import PlaygroundOptions, run_playground

    playground = PlaygroundOptions(
        port=options.port,
        endpoint=options.endpoint,
        model=options.model,
        keeps=options.keep,
        opens=options.open,
        tokens_per_day=options.tokens_per_day,
    )
    return _run_async(run_playground(playground, os.environ, sys.stdout))


def _config_path(options: argparse.Namespace) -> Path | None:
    """The file that was named, or the usual one where it exists."""
    if options.config is not None:
        return Path(options.config)
    return DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None


def _load(options: argparse.Namespace, *, needs: set[str]) -> "Config":
    from bot.config.loader import load_config

    return load_config(_config_path(options), os.environ, needs=needs)


def _log_to_stderr(config: "Config", *, level: str = "") -> None:
    from bot import logs

    logs.setup(
        level=level or config.logging.level,
        format=config.logging.format,
        secrets=config.secrets,
    )


def _run_async(work: Coroutine[object, object, _T]) -> _T:
    """On uvloop where it is installed: less CPU for each wake-up."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


def _complain(sentence: str) -> None:
    sys.stderr.write(f"glimpse: {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
