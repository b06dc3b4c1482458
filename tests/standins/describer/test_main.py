"""The describer run by itself."""

import asyncio
import signal
import sys

from bot.standins.describer.api.server import Describer


async def test_describer_prints_its_address_and_ends_when_told() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.standins.describer", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/v1")


async def test_taken_port_is_one_clear_sentence(describer: Describer) -> None:
    port = describer.base_url.removesuffix("/v1").rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.standins.describer", "--port", port),
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert complaint.decode().startswith(f"The describer can't listen on port {port}: ")
    assert complaint.count(b"\n") == 1
