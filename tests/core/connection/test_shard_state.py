"""Whether a shard's connection lives."""

from dataclasses import replace

import pytest

from bot.core.connection.shard_state import ShardPulse, ShardState, state_of

WELL = ShardPulse(
    is_open=True, is_established=True, opened_at=0, acknowledged_at=1_000, interval=40
)


def test_acknowledged_connection_with_a_session_is_connected() -> None:
    assert state_of(WELL, now=1_040) is ShardState.CONNECTED


def test_connection_without_acknowledgements_is_silent_though_open() -> None:
    assert state_of(WELL, now=1_100) is ShardState.CONNECTED
    assert state_of(WELL, now=1_101) is ShardState.SILENT


@pytest.mark.parametrize(("now", "state"), [(10, ShardState.BEGINNING), (61, ShardState.SILENT)])
def test_session_that_never_begins_makes_it_silent(now: float, state: ShardState) -> None:
    pulse = replace(WELL, is_established=False, acknowledged_at=now)

    assert state_of(pulse, now) is state


def test_closed_connection_is_away() -> None:
    assert state_of(replace(WELL, is_open=False), now=1_001) is ShardState.AWAY
