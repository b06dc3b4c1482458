"""The one clock of the process; everything below takes the time as an argument."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Now, UTC, with its offset."""
    return datetime.now(UTC)  # noqa: TID251 - this is where the clock lives
