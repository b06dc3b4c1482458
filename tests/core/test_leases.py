"""Who may take the name of a process, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.leases import RENEW_EVERY, TERM, Lease, Turn, find_turn, new_lease

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
LEASE = new_lease("main", "first run", NOW)
RENEWED = replace(LEASE, renewed_at=NOW + RENEW_EVERY, expires_at=NOW + RENEW_EVERY + TERM)
FAST_CLOCK = new_lease("main", "first run", NOW + timedelta(hours=1))
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("found", "first_found", "waited", "turn"),
    [
        pytest.param(None, None, 0 * MOMENT, Turn.TAKE, id="nobody has it"),
        pytest.param(LEASE, LEASE, 0 * MOMENT, Turn.WAIT, id="somebody may live"),
        pytest.param(LEASE, LEASE, TERM - MOMENT, Turn.WAIT, id="not yet expired"),
        pytest.param(LEASE, LEASE, TERM, Turn.TAKE, id="expired"),
        pytest.param(RENEWED, LEASE, TERM, Turn.REFUSED, id="renewed meanwhile"),
        pytest.param(FAST_CLOCK, FAST_CLOCK, TERM, Turn.TAKE, id="dead by a fast clock"),
        pytest.param(None, LEASE, TERM, Turn.TAKE, id="given back meanwhile"),
    ],
)
def test_name_is_taken_from_the_dead_only(
    found: Lease | None, first_found: Lease | None, waited: timedelta, turn: Turn
) -> None:
    now = NOW + waited

    assert find_turn(found, first_found, waited=waited, now=now) is turn


def test_lease_survives_two_renewals_that_fail() -> None:
    assert RENEW_EVERY * 3 < TERM
