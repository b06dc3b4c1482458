"""The worker process has no network."""

import subprocess
import sys


def test_worker_can_not_reach_any_network() -> None:
    program = """
import socket
from bot.standins.describer.worker.process import _cut_off
_cut_off()
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.socket().connect(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("localhost", 80),
):
    try:
        attempt()
    except OSError as error:
        print(error.strerror)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )

    assert ended.stdout.splitlines() == ["the describer's worker is offline"] * 3
