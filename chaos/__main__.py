"""Play episodes until time or kills are used up, and judge them: `python -m chaos`.

Ends with 1 where something happened that never may. A seed plays the same faults again.
"""

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chaos import summary
from chaos.databases import Engine, opened_engines
from chaos.episode import Episode, play
from chaos.plan import Plan, Theme, make_plan

_ENGINES = ("sqlite", "postgresql")
_ANY = "any"


@dataclass(kw_only=True)
class Run:
    """Episodes by several players at once, until the bounds are reached."""

    plans: Iterator[tuple[Plan, str]]  # with the engine
    engines: Mapping[str, Engine]
    kills: float  # at least so many
    ends_at: float  # seconds of the monotonic clock
    is_quiet: bool
    logs: Path | None  # a folder for the bots' logs
    episodes: list[Episode] = field(default_factory=list)

    async def play_all(self, players: int) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(players):
                group.create_task(self._play_on())

    async def _play_on(self) -> None:
        for plan, engine in self.plans:
            if self._is_over():
                return
            self._add(await play(plan, self.engines[engine], engine))

    def _is_over(self) -> bool:
        killed = sum(each.kills for each in self.episodes)
        return killed >= self.kills or time.monotonic() >= self.ends_at

    def _add(self, episode: Episode) -> None:
        self.episodes.append(episode)
        if self.logs is not None:
            name = f"{episode.plan.seed}-{episode.plan.number}-{episode.engine}.log"
            (self.logs / name).write_text(episode.log)
        if self.is_quiet:
            return
        wrong = sum(not verdict.is_good for _, verdict in episode.cases)
        print(
            f"{episode.plan.name}, {episode.engine}: {len(episode.cases)} questions, "
            f"{wrong} wrong, {episode.kills} kills, {episode.seconds:.1f} s"
            + "".join(f"; {fault}" for fault in episode.faults),
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.logs is not None:
        options.logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    names = _ENGINES if options.engine == "both" else (options.engine,)
    with opened_engines(names) as engines:
        run = Run(
            plans=_plans(options, names),
            engines=engines,
            kills=options.kills or float("inf"),
            ends_at=began + 60 * _minutes(options),
            is_quiet=options.json,
            logs=options.logs,
        )
        asyncio.run(run.play_all(options.players))
    return _report(run.episodes, seconds=time.monotonic() - began, as_json=options.json)


def _minutes(options: argparse.Namespace) -> float:
    if options.minutes is not None:
        return float(options.minutes)
    return 3.0 if options.kills is None else float("inf")


def _plans(options: argparse.Namespace, names: Sequence[str]) -> Iterator[tuple[Plan, str]]:
    engines = itertools.cycle(names)
    numbers = itertools.count(1) if options.only is None else [options.only]
    seeds = itertools.cycle(options.seed)
    for number, engine in zip(numbers, engines, strict=False):
        yield make_plan(next(seeds), number, theme=options.theme), engine


def _seed(text: str) -> int:
    return random.randrange(1_000_000) if text == _ANY else int(text)  # noqa: S311


def _report(episodes: Sequence[Episode], *, seconds: float, as_json: bool) -> int:
    if as_json:
        json.dump(summary.as_json(episodes, seconds=seconds), sys.stdout, indent=2)
        print()
    else:
        told = summary.violations(episodes)
        print(f"\n{told}\n" if told else "")
        print(summary.page(episodes, seconds=seconds))
    return 0 if summary.is_good(episodes) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=_seed, nargs="+", default=[_seed(_ANY)], help="some in turn (any)"
    )
    parser.add_argument("--only", type=int, metavar="N", help="the episode of this number alone")
    parser.add_argument("--theme", type=Theme, choices=list(Theme), help="of all episodes")
    parser.add_argument("--engine", choices=(*_ENGINES, "both"), default="sqlite")
    parser.add_argument("--kills", type=int, help="end after so many (kill -9)")
    parser.add_argument("--minutes", type=float, help="begin no episode after so many (3)")
    parser.add_argument("--players", type=int, default=2, help="episodes at once (2)")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the bots' logs there")
    parser.add_argument("--json", action="store_true", help="print one object instead of a page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
