"""Snowflakes: Discord's ids, which begin with the instant they were made at.

https://docs.discord.com/developers/reference#snowflakes
"""

from datetime import datetime

_EPOCH = 1_420_070_400_000  # milliseconds since 1970
_REST = 22  # bits below the instant


def snowflake_at(instant: datetime) -> int:
    """The smallest id that can be made at `instant`; 0 before there were any."""
    return max(0, round(instant.timestamp() * 1_000) - _EPOCH) << _REST
