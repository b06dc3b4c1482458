"""The time until a question is on its way to the model."""

from bench.figures import Row, spread
from bench.loops import run
from bench.testbed import open_testbed

_QUESTIONS = 30


def measure() -> list[Row]:
    return [run(_measure())]


async def _measure() -> Row:
    times = []
    async with open_testbed(channels=_QUESTIONS + 1) as testbed:
        for channel in range(_QUESTIONS + 1):
            asked = await testbed.ask(deltas=10, channel=channel)
            (answer,) = await testbed.answers([asked], within=20.0)
            times.append(answer.request_at - asked.asked_at)
    value = spread(times[1:], unit="ms")  # the first one loads what is loaded when needed
    return Row(name=f"{_QUESTIONS} questions one after the other, p50 / p95", value=value)
