"""Whether the bot lives, and whether it is ready."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.connection.shard_state import ShardState
from bot.core.health import (
    FRESH,
    LONGEST_WRITE,
    Part,
    PartState,
    Status,
    database_state,
    gateway_state,
    process_state,
    settlements_state,
    why_dead,
    why_not_ready,
    worker_state,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
OLD = NOW - timedelta(seconds=FRESH + 1)


@pytest.mark.parametrize(
    "state", [state for state in ShardState if state is not ShardState.CONNECTED]
)
def test_one_shard_that_is_not_connected_is_not_well(state: ShardState) -> None:
    observed = gateway_state({0: ShardState.CONNECTED, 1: state})

    assert not observed.is_well
    assert observed.sentence.endswith("for 1 of 2 shards: 1.")


def test_connected_shards_are_well() -> None:
    assert gateway_state({0: ShardState.CONNECTED, 1: ShardState.CONNECTED}).is_well


@pytest.mark.parametrize(
    ("failure", "waited", "is_well"),
    [(None, 0.0, True), (None, LONGEST_WRITE + 1, False), ("disk full", 0.0, False)],
)
def test_database_is_well_while_it_takes_writes(
    failure: str | None, waited: float, *, is_well: bool
) -> None:
    assert database_state(failure, waited=waited).is_well is is_well


def test_worker_and_settlements_are_well_or_not() -> None:
    assert worker_state(can_start=True).is_well
    assert not worker_state(can_start=False).is_well
    assert settlements_state(0).is_well
    assert not settlements_state(1).is_well


def test_sign_of_life_is_good_for_a_minute() -> None:
    assert why_dead(NOW - timedelta(seconds=FRESH), NOW) is None
    assert why_dead(OLD, NOW) == "The bot has given no sign of life for 61 s."


def test_ready_names_only_the_parts_that_are_not_well() -> None:
    parts = (
        PartState(part=Part.GATEWAY, is_well=False, sentence="Away."),
        PartState(part=Part.DATABASE, is_well=True, sentence="Well."),
        PartState(part=Part.WORKER, is_well=False, sentence="Broken."),
    )

    assert why_not_ready(Status(at=NOW, parts=parts), NOW) == ["Away.", "Broken."]
    assert why_not_ready(Status(at=NOW, parts=parts[1:2]), NOW) == []


def test_status_of_the_past_is_not_ready() -> None:
    (said,) = why_not_ready(Status(at=OLD, parts=()), NOW)

    assert said.startswith("The bot could not write its status for 61 s")


def test_dead_bot_does_not_live_because_the_clock_was_set_back() -> None:
    """`glimpse health` said 0 for two hours after a crash."""
    ahead = why_dead(NOW + timedelta(hours=2), NOW)

    assert ahead is not None
    assert "7200 s ahead" in ahead
    assert why_dead(NOW + timedelta(seconds=1), NOW) is None


def test_bot_that_stops_is_not_ready() -> None:
    assert not process_state(is_stopping=True).is_well
    assert process_state(is_stopping=False).is_well
