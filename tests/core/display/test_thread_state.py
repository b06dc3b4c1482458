"""Who has closed a thread, as far as Discord lets us know."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.display.thread_state import ThreadState, is_closed_by_hand

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def archived(*, quiet_for: timedelta, is_locked: bool = False) -> ThreadState:
    return ThreadState(
        is_archived=True,
        is_locked=is_locked,
        archived_at=NOON,
        last_message_at=NOON - quiet_for,
        archives_after=DAY,
    )


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        (ThreadState(is_archived=False, is_locked=False), False),
        (ThreadState(is_archived=False, is_locked=True), True),
        (archived(quiet_for=timedelta(minutes=5)), True),
        (archived(quiet_for=DAY), False),
        (archived(quiet_for=DAY - timedelta(seconds=30)), False),
        (archived(quiet_for=2 * DAY, is_locked=True), True),
        (ThreadState(is_archived=True, is_locked=False, archived_at=NOON), True),
    ],
    ids=["open", "locked", "too early", "quiet", "another clock", "quiet and locked", "unknown"],
)
def test_thread_is_closed_by_hand_unless_it_was_quiet(
    *, thread: ThreadState, expected: bool
) -> None:
    assert is_closed_by_hand(thread) is expected
