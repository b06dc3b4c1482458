"""The cost of starting, and the memory of the bot while nobody asks."""

import asyncio
import json
import tempfile
from io import BytesIO
from pathlib import Path

from bench import processes
from bench.figures import Row, median
from bench.loops import find_loops, run
from bench.machine import children, cpu_seconds, resident_megabytes
from bench.testbed import open_testbed, secrets, write_config

_ROUNDS = 5


def measure() -> list[Row]:
    rows = []
    for loop in find_loops():
        rows += run(_starts(uvloop=loop == "uvloop"))
    return [*rows, *run(_with_a_picture())]


async def _starts(*, uvloop: bool) -> list[Row]:
    """With a new database once, then with the one that is there."""
    loop = "uvloop" if uvloop else "asyncio"
    first, cpu, memory = 0.0, [], []
    with tempfile.TemporaryDirectory(prefix="glimpse-bench-") as folder:
        async with processes.server("bot.standins.playground") as printed:
            urls = json.loads(printed)
            config = write_config(Path(folder), urls, "http://127.0.0.1:9/v1")
            log = Path(folder) / "log"
            for number in range(_ROUNDS + 1):
                async with processes.bot(config, log, secrets(urls), uvloop=uvloop) as pid:
                    cost = cpu_seconds(pid)
                    if number == 0:
                        first = cost
                        continue
                    cpu.append(cost)
                    await asyncio.sleep(1.0)
                    memory.append(resident_megabytes(pid))
    return [
        Row(name=f"{loop}: CPU to READY", value=f"{median(cpu):.2f} s", aim="aim: 1.0 s"),
        Row(name=f"{loop}: CPU to READY, making a new database", value=f"{first:.2f} s"),
        Row(name=f"{loop}: memory, idle", value=f"{median(memory):.1f} MB", aim="aim: 70 MB"),
    ]


async def _with_a_picture() -> list[Row]:
    """The worker process that decodes pictures is started by the first one."""
    async with open_testbed() as testbed:
        before = resident_megabytes(testbed.pid)
        asked = await testbed.ask(deltas=10, picture=_photo())
        (answer,) = await testbed.answers([asked], within=30.0)
        if not answer.is_finished:
            raise RuntimeError("the picture was not answered")
        bot = resident_megabytes(testbed.pid)
        worker = sum(resident_megabytes(child) for child in children(testbed.pid))
    return [
        Row(
            name="memory of the bot before and after a 12-megapixel photo",
            value=f"{before:.1f}, {bot:.1f} MB",
        ),
        Row(name="memory of the picture worker after it", value=f"{worker:.1f} MB"),
    ]


def _photo() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    shade = Image.radial_gradient("L").resize((4000, 3000))
    Image.merge("RGB", (shade, shade.rotate(90), shade.rotate(180))).save(buffer, "JPEG")
    return buffer.getvalue()
