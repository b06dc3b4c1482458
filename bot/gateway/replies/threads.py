"""Threads that are closed: who was it, and may an answer open them again?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord
from discord.http import HTTPClient
from discord.http import Route as Endpoint

from bot.core.bounded_map import BoundedMap
from bot.core.display.thread_state import ThreadState, is_closed_by_hand
from bot.core.errors import SurfaceClosed

_REMEMBERED = 10_000  # threads


class ClosedThreads:
    """The threads that somebody has archived or locked while the bot was listening."""

    def __init__(self) -> None:
        self._ids: BoundedMap[int, bool] = BoundedMap(_REMEMBERED)

    def __contains__(self, channel_id: object) -> bool:
        return isinstance(channel_id, int) and channel_id in self._ids

    def note(self, channel_id: int, thread: ThreadState) -> bool:
        """Take over what an event says; whether the thread is closed now."""
        if not is_closed_by_hand(thread):
            self._ids.pop(channel_id)
            return False
        self._ids[channel_id] = True
        return True

    def reopen(self, channel_id: int) -> None:
        """Somebody has written there."""
        self._ids.pop(channel_id)


def read_thread(payload: Mapping[str, Any]) -> ThreadState:
    """Read a thread as events and requests give it. What is missing or odd is not known."""
    about: Any = payload.get("thread_metadata") or {}
    minutes, last = about.get("auto_archive_duration"), payload.get("last_message_id")
    return ThreadState(
        is_archived=about.get("archived") is True,
        is_locked=about.get("locked") is True,
        archived_at=discord.utils.parse_time(about.get("archive_timestamp")),
        last_message_at=discord.utils.snowflake_time(int(last)) if last else None,
        archives_after=timedelta(minutes=minutes) if isinstance(minutes, int) else None,
    )


def state_of(thread: discord.Thread) -> ThreadState:
    """A thread as discord.py has it, which may be older than what `wake` reads."""
    last = thread.last_message_id
    return ThreadState(
        is_archived=thread.archived,
        is_locked=thread.locked,
        archived_at=thread.archive_timestamp,
        last_message_at=discord.utils.snowflake_time(last) if last else None,
        archives_after=timedelta(minutes=thread.auto_archive_duration),
    )


async def wake(http: HTTPClient, channel_id: int) -> None:
    """Open a thread that was archived because it was quiet; it needs no permission of its own.

    Raises SurfaceClosed where somebody has archived or locked it, and errors of discord.py.
    """
    payload: Any = await http.get_channel(channel_id)
    if is_closed_by_hand(read_thread(payload)):
        raise SurfaceClosed
    endpoint = Endpoint("PATCH", "/channels/{channel_id}", channel_id=channel_id)
    await http.request(endpoint, json={"archived": False})
