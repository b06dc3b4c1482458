"""`glimpse health`: for container health checks, by the file that a connected bot touches."""

from pathlib import Path
from typing import TextIO

from bot.clock import clock

FRESH = 60.0  # seconds; the bot touches the file every fifteen


def is_alive(file: Path | None, complaints: TextIO) -> bool:
    """Whether the bot was connected within the last minute."""
    if file is None:
        complaints.write("glimpse: `[process] heartbeat_file` is not set\n")
        return False
    try:
        age = clock().timestamp() - file.stat().st_mtime
    except OSError as error:
        complaints.write(f"glimpse: {file}: {error.strerror}\n")
        return False
    if age > FRESH:
        complaints.write(f"glimpse: not connected for {age:.0f} s\n")
    return age <= FRESH
