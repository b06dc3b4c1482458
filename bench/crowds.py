"""Everybody asks at once, each in a channel of their own: Discord's global limit is what binds."""

import asyncio

from bench.figures import Row, milliseconds, percentile
from bench.loops import run
from bench.machine import cpu_seconds, resident_megabytes
from bench.testbed import open_testbed

_LATENCY = 0.06  # seconds a REST call
_DELTAS = 200
_PACE = 0.02  # seconds between deltas
_CROWDS = {50: "100 %; 1.0 s; 0", 200: "100 %; 4 s; 0"}


def measure() -> list[Row]:
    return [row for size in _CROWDS for row in run(_measure(size))]


async def _measure(size: int) -> list[Row]:
    async with open_testbed(latency=_LATENCY, channels=size) as testbed:
        began = cpu_seconds(testbed.pid)
        asked = await asyncio.gather(
            *(testbed.ask(deltas=_DELTAS, pace=_PACE, channel=channel) for channel in range(size))
        )
        await asyncio.sleep(5.0 + size / 20)  # undisturbed by looking
        held = resident_megabytes(testbed.pid)
        answers = await testbed.answers(asked, within=90.0)
        cpu = (cpu_seconds(testbed.pid) - began) / size
        refused = (await testbed.counters())["count_429"]
    finished = [answer for answer in answers if answer.is_finished]
    first = percentile([answer.first_text_after for answer in answers], 0.95)
    last = max(answer.shown[-1][0] - answer.question.asked_at for answer in finished)
    share = 100 * len(finished) // size
    return [
        Row(
            name=f"{size} at once: finished; first text p95; 429s met",
            value=f"{share} %; {first:.2f} s; {refused}",
            aim=f"physics: {_CROWDS[size]}",
        ),
        Row(name=f"{size} at once: the last text of all", value=f"{last:.1f} s"),
        Row(
            name=f"{size} at once: memory; CPU an answer",
            value=f"{held:.0f} MB; {milliseconds(cpu)}",
        ),
    ]
