"""Standings by what is spent and held at an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.database import Database
from tests.store.samples import (
    NOW,
    ask,
    reserve,
    spend,
    standing,
)


async def test_standing_does_not_count_what_has_expired(database: Database) -> None:
    await reserve(database, ask(1, wanted=4_000))
    expiry = NOW + timedelta(minutes=10)

    before = await standing(database, now=expiry - timedelta(microseconds=1))
    after = await standing(database, now=expiry)

    assert (before.reserved, after.reserved) == (4_000, 0)


async def test_standing_after_midnight_does_not_count_the_day_before(
    database: Database,
) -> None:
    late = datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC)  # one second to midnight in Berlin
    await reserve(database, ask(1, wanted=4_000, now=late), now=late)

    after = await standing(database, now=late + timedelta(seconds=1))

    assert after.reserved == 0


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        # Clocks go forward at 01:00 UTC on 29 March and back at 01:00 UTC on 25 October.
        pytest.param("2026-03-28T23:00Z", "2026-03-29T21:59Z", 23, id="clocks go forward"),
        pytest.param("2026-10-24T22:00Z", "2026-10-25T22:59Z", 25, id="clocks go back"),
    ],
)
async def test_standing_spans_the_whole_day_when_clocks_change(
    database: Database, first: str, last: str, hours: int
) -> None:
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    await spend(database, 1, 100, now=start - timedelta(seconds=1))
    await spend(database, 2, 200, now=start)
    await spend(database, 3, 400, now=end)

    found = await standing(database, now=end)

    assert found.spent == 600
    assert found.window.resets_at - found.window.starts_at == timedelta(hours=hours)
