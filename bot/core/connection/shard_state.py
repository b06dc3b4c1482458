"""Whether a shard's connection lives, by its heartbeats rather than by its socket.

https://docs.discord.com/developers/events/gateway#heartbeat-interval: a connection whose heartbeats
are no longer acknowledged is a zombie; it may stay open for hours.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

_MISSED: Final = 2.5  # intervals of heartbeats without an acknowledgement
_BEGINNING: Final = 60.0  # seconds that a session may take to begin or to be resumed


class ShardState(Enum):
    CONNECTED = "connected"
    BEGINNING = "beginning"  # connected; the session has not begun yet
    SILENT = "silent"  # connected, but nothing is acknowledged any more
    AWAY = "away"  # not connected


@dataclass(frozen=True, kw_only=True, slots=True)
class ShardPulse:
    """What is known of a connection. Instants are seconds of one monotonic clock."""

    is_open: bool
    is_established: bool  # its session has begun or was resumed
    opened_at: float
    acknowledged_at: float  # the latest heartbeat
    interval: float  # seconds between heartbeats


def state_of(pulse: ShardPulse, now: float) -> ShardState:
    if not pulse.is_open:
        return ShardState.AWAY
    if now - pulse.acknowledged_at > _MISSED * pulse.interval:
        return ShardState.SILENT
    if pulse.is_established:
        return ShardState.CONNECTED
    return ShardState.SILENT if now - pulse.opened_at > _BEGINNING else ShardState.BEGINNING
