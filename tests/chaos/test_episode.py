"""An episode in which nothing goes wrong: the real bot, and a judge who finds nothing."""

from pathlib import Path

import pytest

from chaos.databases import SqliteEngine
from chaos.episode import EpisodeFault, play
from chaos.plan import Deed, Disturbance, Plan, Theme
from chaos.questions import EndpointFault, Kind, Question
from chaos.verdicts import Outcome

pytestmark = pytest.mark.proof


def question(kind: Kind, number: int, *, at: float = 0.0, **more: object) -> Question:
    return Question(token=f"qask{number:03}", kind=kind, at=at, **more)  # type: ignore[arg-type]


def plan(*questions: Question, disturbances: tuple[Disturbance, ...] = ()) -> Plan:
    return Plan(seed=0, number=0, theme=Theme.CRASH, questions=questions, disturbances=disturbances)


@pytest.fixture
async def engine(tmp_path: Path) -> SqliteEngine:
    engine = SqliteEngine(tmp_path)
    await engine.prepare()
    return engine


async def test_calm_episode_has_no_violation(engine: SqliteEngine) -> None:
    whole = (Kind.MENTION, Kind.THREAD, Kind.QUEUED, Kind.QUEUED, Kind.DIRECT, Kind.REPLY)
    calm = plan(
        *(question(kind, number) for number, kind in enumerate(whole)),
        question(Kind.AUTOMATIC, 10, has_picture=True),
        question(Kind.MENTION, 11, place=1, sentences=110),
        question(Kind.MENTION, 12, place=2, fault=EndpointFault.CUT, fault_after=10),
        question(Kind.STOPPED, 13, place=2, think=0.0, pace=0.2),
        question(Kind.IMAGINE, 14),
        question(Kind.QUOTA, 15),
        question(Kind.QUOTA, 16, place=1),
        question(Kind.QUOTA, 17, place=2),
    )

    episode = await play(calm, engine, "sqlite")

    assert episode.faults == (), episode.log
    found = {(case.question.kind, verdict.outcome) for case, verdict in episode.cases}
    stopped = {(Kind.STOPPED, Outcome.MARKED), (Kind.STOPPED, Outcome.TOLD)}  # before any text
    assert len(found & stopped) == 1
    assert found - stopped == {
        *((kind, Outcome.WHOLE) for kind in (*whole, Kind.AUTOMATIC, Kind.IMAGINE)),
        (Kind.MENTION, Outcome.MARKED),
        (Kind.QUOTA, Outcome.TOLD),
        (Kind.BUTTON, Outcome.TOLD),
    }
    assert episode.is_good
    assert [case.changes for case, _ in episode.cases if case.changes] == [1]
    assert len(episode.cases) == len(calm.questions) + 3  # pressed buttons


async def test_kill_of_the_bot_is_counted_and_ends_up_in_the_timelines(
    engine: SqliteEngine,
) -> None:
    kill = Disturbance(at=0.5, deed=Deed.KILL)

    episode = await play(plan(question(Kind.MENTION, 1), disturbances=(kill,)), engine, "sqlite")

    assert episode.kills == 1
    assert EpisodeFault.ABSENT not in episode.faults
    (case, _) = episode.cases[0]
    assert any("bot has ended: -9" in line for line in case.timeline)
    assert sum("bot starts" in line for line in case.timeline) == 2
