"""The cost of an answer to the whole bot, from the gateway's event to the last edit."""

from bench.figures import Row, median, milliseconds
from bench.loops import find_loops, run
from bench.machine import cpu_seconds
from bench.testbed import Testbed, open_testbed

_DELTAS = 1000
_PACE = 1 / 45  # seconds; 22 s an answer
_ROUNDS = 3
_AT_ONCE = 10


def measure() -> list[Row]:
    return [row for loop in find_loops() for row in run(_measure(loop))]


async def _measure(loop: str) -> list[Row]:
    async with open_testbed(
        latency=0.03, channels=_AT_ONCE + 1, uvloop=loop == "uvloop"
    ) as testbed:
        await _cost(testbed, [0], deltas=20)
        alone = [await _cost(testbed, [n], pace=_PACE) for n in range(_ROUNDS)]
        burst = [await _cost(testbed, [n]) for n in range(_ROUNDS, 2 * _ROUNDS)]
        crowd = await _cost(testbed, list(range(1, _AT_ONCE + 1)), pace=_PACE)
    return [
        _row(f"{loop}, alone, 45 deltas a second", alone, aim="40 ms"),
        _row(f"{loop}, alone, in a burst", burst),
        _row(f"{loop}, {_AT_ONCE} at once, 45 deltas a second each", [crowd]),
    ]


def _row(name: str, costs: list[tuple[float, float]], *, aim: str = "") -> Row:
    cpu, edits = median(cost for cost, _ in costs), median(count for _, count in costs)
    return Row(
        name=f"{name} ({edits:.0f} edits)",
        value=f"{milliseconds(cpu)} an answer",
        aim=f"aim: {aim}" if aim else "",
    )


async def _cost(
    testbed: Testbed, channels: list[int], *, deltas: int = _DELTAS, pace: float = 0.0
) -> tuple[float, float]:
    """Seconds of the bot's CPU and edits, for each answer."""
    before = cpu_seconds(testbed.pid)
    asked = [await testbed.ask(deltas=deltas, pace=pace, think=0.2, channel=n) for n in channels]
    answers = await testbed.answers(asked, within=60.0)
    if not all(answer.is_finished for answer in answers):
        raise RuntimeError("an answer was not finished")
    count = len(answers)
    cpu = cpu_seconds(testbed.pid) - before
    return cpu / count, sum(answer.edits for answer in answers) / count
