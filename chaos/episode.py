"""One episode: a load of questions, faults by the plan, then calm, and the judgement."""

import asyncio
import tempfile
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from chaos.collection import collect, count_left_open, read_books, timeline_of
from chaos.databases import Engine
from chaos.disturbances import disturb
from chaos.evidence import Case
from chaos.patience import LOOK_AGAIN, Patience
from chaos.people import ask, warm_up
from chaos.plan import Plan
from chaos.stage import Stage, open_stage
from chaos.verdicts import Verdict, judge

_CALM_AT_MOST: Final = 90.0  # seconds after the last fault; the bot may need some to connect
_AT_MOST: Final = 300.0  # seconds, for the whole episode


class EpisodeFault(StrEnum):
    """What may never be after an episode."""

    ABSENT = "not connected again"
    HUNG = "did not stop"
    LEFT_OPEN = "reservation left open"
    UNVERIFIED = "accounts do not add up"
    BROKEN = "could not be played to its end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    plan: Plan
    engine: str
    cases: tuple[tuple[Case, Verdict], ...]
    faults: tuple[EpisodeFault, ...]
    kills: int
    tracebacks: int
    seconds: float
    log: str

    @property
    def is_good(self) -> bool:
        return not self.faults and all(verdict.is_good for _, verdict in self.cases)


async def play(plan: Plan, engine: Engine, engine_name: str) -> Episode:
    """Whatever goes wrong with the episode itself is a fault of it."""
    began = time.monotonic()
    try:
        return await _play(plan, engine, engine_name)
    except (ExceptionGroup, TimeoutError) as error:
        return Episode(
            plan=plan,
            engine=engine_name,
            cases=(),
            faults=(EpisodeFault.BROKEN,),
            kills=0,
            tracebacks=0,
            seconds=time.monotonic() - began,
            log="".join(traceback.format_exception(error)),
        )


async def _play(plan: Plan, engine: Engine, engine_name: str) -> Episode:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as where:
        async with asyncio.timeout(_AT_MOST), open_stage(plan, engine, Path(where)) as stage:
            faults: list[EpisodeFault] = []
            async with _running(stage):
                await _load(stage)
                if not await _calm_down(stage):
                    faults.append(EpisodeFault.ABSENT)
                # What is half done is not to be tidied up by the end of the process.
                shown = collect(stage)
                await asyncio.gather(*(bot.retire() for bot in stage.bots))
            faults += await _faults_at_the_end(stage)
            cases = await _with_books(stage, shown)
            log = "".join(bot.log for bot in stage.bots)
    return Episode(
        plan=plan,
        engine=engine_name,
        cases=tuple((case, judge(case)) for case in cases),
        faults=tuple(faults),
        kills=sum("is killed" in note.text for note in stage.timeline.notes),
        tracebacks=log.count("Traceback"),
        seconds=time.monotonic() - began,
        log=log,
    )


@asynccontextmanager
async def _running(stage: Stage) -> AsyncIterator[None]:
    """The bots, kept alive until they retire, and ended in any case."""
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(stage.watch())
        keeping = [group.create_task(bot.keep()) for bot in stage.bots]
        try:
            if not await stage.until_connected():
                raise RuntimeError(f"the bot did not start:\n{stage.bots[0].log}")
            yield
        finally:
            watching.cancel()
            for task in keeping:
                task.cancel()


async def _load(stage: Stage) -> None:
    await warm_up(stage)
    stage.timeline.begin()
    async with asyncio.TaskGroup() as group:
        for question in stage.plan.questions:
            group.create_task(ask(stage, question))
        for disturbance in stage.plan.disturbances:
            group.create_task(disturb(stage, disturbance))
    stage.timeline.note("calm")


async def _calm_down(stage: Stage) -> bool:
    """Wait until everything owed is there, as long as that may take; False: the bot stays away."""
    patience = Patience()
    for _ in range(round(_CALM_AT_MOST / LOOK_AGAIN)):
        await asyncio.sleep(LOOK_AGAIN)
        patience.look(
            is_connected=stage.is_connected,
            is_settled=stage.is_connected and _is_settled(stage),
            activity=stage.activity,
        )
        if patience.is_over:
            break
    return stage.is_connected


def _is_settled(stage: Stage) -> bool:
    """Whether every question is well. What is half written may still be written on."""
    return all(judge(case).is_good for case in collect(stage))


async def _faults_at_the_end(stage: Stage) -> list[EpisodeFault]:
    faults = []
    if any(bot.has_hung for bot in stage.bots):
        faults.append(EpisodeFault.HUNG)
    if await count_left_open(stage.database):
        faults.append(EpisodeFault.LEFT_OPEN)
    verify = (stage.town.command(command, "verify") for command in ("usage", "database"))
    if any(done.code != 0 for done in await asyncio.gather(*verify)):
        faults.append(EpisodeFault.UNVERIFIED)
    return faults


async def _with_books(stage: Stage, shown: list[Case]) -> list[Case]:
    """The money as it is after the end, beside what was shown before it."""
    booked = collect(stage, await read_books(stage.database, after=stage.warm_until))
    return [
        replace(
            before,
            bookings=after.bookings,
            changes=after.changes,
            timeline=timeline_of(stage, asked),
        )
        for before, after, asked in zip(shown, booked, stage.asked, strict=True)
    ]
