"""Memory and CPU of the bot while many answers are being written."""

import asyncio

from bench.figures import Row, milliseconds
from bench.loops import find_loops, run
from bench.machine import cpu_seconds, resident_megabytes
from bench.testbed import open_testbed

_STREAMS = 50
_DELTAS = 500
_PACE = 0.04  # seconds; 25 deltas a second, 20 s an answer


def measure() -> list[Row]:
    return [row for loop in find_loops() for row in run(_measure(loop))]


async def _measure(loop: str) -> list[Row]:
    async with open_testbed(latency=0.03, channels=_STREAMS, uvloop=loop == "uvloop") as testbed:
        began = cpu_seconds(testbed.pid)
        asked = [
            await testbed.ask(deltas=_DELTAS, pace=_PACE, channel=channel)
            for channel in range(_STREAMS)
        ]
        held = []
        for _ in range(15):
            await asyncio.sleep(1.0)
            held.append(resident_megabytes(testbed.pid))
        answers = await testbed.answers(asked, within=60.0)
        cpu = (cpu_seconds(testbed.pid) - began) / _STREAMS
        after = resident_megabytes(testbed.pid)
        refused = (await testbed.counters())["count_429"]
    finished = sum(answer.is_finished for answer in answers)
    return [
        Row(
            name=f"{loop}: memory with {_STREAMS} streams at once, at most",
            value=f"{max(held):.1f} MB",
            aim="aim: 100 MB",
        ),
        Row(name=f"{loop}: memory afterwards", value=f"{after:.1f} MB"),
        Row(name=f"{loop}: CPU an answer of {_DELTAS} deltas", value=milliseconds(cpu)),
        Row(name=f"{loop}: finished; 429s met", value=f"{finished} of {_STREAMS}; {refused}"),
    ]
