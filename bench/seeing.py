"""The time until people see what the model writes, and the age of what they do not see yet."""

import asyncio
from collections.abc import Sequence

from bench.figures import Row, spread
from bench.loops import run
from bench.testbed import Answer, Testbed, open_testbed

_LATENCY = 0.03  # seconds a REST call
_PACE = 0.02  # seconds between deltas
_KINDS = {"short (60 deltas)": 60, "middle (250 deltas)": 250, "long (1,000 deltas)": 1000}
_EACH = 12  # answers of each kind
_APART = 0.37  # seconds between questions, so that they do not move in step


def measure() -> list[Row]:
    return run(_measure())


async def _measure() -> list[Row]:
    rows = []
    async with open_testbed(latency=_LATENCY, channels=_EACH) as testbed:
        await _ask_all(testbed, 20)
        for name, deltas in _KINDS.items():
            rows += _rows(name, await _ask_all(testbed, deltas))
    return rows


async def _ask_all(testbed: Testbed, deltas: int) -> list[Answer]:
    asked = []
    for channel in range(_EACH):
        asked.append(await testbed.ask(deltas=deltas, pace=_PACE, think=0.5, channel=channel))
        await asyncio.sleep(_APART)
    await asyncio.sleep(deltas * _PACE * 1.1 + 1.0)  # undisturbed by looking
    answers = await testbed.answers(asked, within=30.0)
    if not all(answer.is_finished for answer in answers):
        raise RuntimeError("an answer was not finished")
    return answers


def _rows(name: str, answers: Sequence[Answer]) -> list[Row]:
    ages = [answer.unseen_ages() for answer in answers]
    mean = [sum(each) / len(each) for each in ages]
    first = [answer.first_text_lag for answer in answers]
    final = [answer.final_text_lag for answer in answers]
    return [
        Row(name=f"{name}: first delta to first text", value=spread(first), aim="aim: 0.09 s"),
        Row(name=f"{name}: last delta to whole text", value=spread(final), aim="aim: 0.05 s"),
        Row(name=f"{name}: mean age of unseen text", value=spread(mean)),
        Row(name=f"{name}: greatest age of unseen text", value=spread([max(e) for e in ages])),
    ]
