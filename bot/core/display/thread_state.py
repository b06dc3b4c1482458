"""Threads that somebody has closed: an answer must not bring them back to life."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_SLACK = timedelta(minutes=1)  # between two clocks of Discord's


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadState:
    """A thread as Discord describes it. Times are aware; None where it does not say."""

    is_archived: bool
    is_locked: bool
    archived_at: datetime | None = None
    last_message_at: datetime | None = None
    archives_after: timedelta | None = None  # without a message


def is_closed_by_hand(thread: ThreadState) -> bool:
    """Whether it is locked, or was archived before it had been quiet for as long as that takes.

    Discord does not say who has archived a thread. Where it says too little, somebody has.
    """
    if thread.is_locked or not thread.is_archived:
        return thread.is_locked
    if thread.archived_at is None or thread.last_message_at is None:
        return True
    quiet_for = thread.archived_at - thread.last_message_at
    return thread.archives_after is None or quiet_for < thread.archives_after - _SLACK
