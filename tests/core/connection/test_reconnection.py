"""How a lost connection comes back: when, where, and with its session."""

import pytest

from bot.core.connection.reconnection import (
    LONGEST_DELAY,
    Reconnection,
    ends_session,
    is_final,
)

HOUR = 3_600.0  # seconds


def lost(*instants: float) -> Reconnection:
    way_back = Reconnection()
    for at in instants:
        way_back = way_back.lost(at)
    return way_back


def failed(times: int, *, was_asked: bool = False) -> Reconnection:
    way_back = lost(0)
    for _ in range(times):
        way_back = way_back.failed(was_asked=was_asked)
    return way_back


def test_lost_connection_is_tried_again_at_once() -> None:
    assert lost(0).delay(chance=1) == 0


def test_delays_double_up_to_the_longest() -> None:
    delays = [failed(times).delay(chance=1) for times in range(1, 9)]

    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]


def test_bot_stayed_away_for_1024_seconds_after_a_long_outage() -> None:
    assert failed(2_000).delay(chance=1) == LONGEST_DELAY == 30


def test_jitter_takes_off_up_to_half() -> None:
    assert failed(9).delay(chance=0) == LONGEST_DELAY / 2


def test_outage_after_three_short_ones_begins_without_delay() -> None:
    way_back = Reconnection()
    for at in (0.0, 70.0, 140.0):
        way_back = way_back.lost(at).failed().failed().failed().established()

    assert way_back.lost(210).delay(chance=1) == 0
    assert way_back.lost(210).failed().delay(chance=1) == 1


def test_connections_that_keep_breaking_are_tried_less_often() -> None:
    ten, twelve = lost(*range(10)), lost(*range(12))

    assert ten.delay(chance=1) == 0
    assert twelve.delay(chance=1) == 2
    assert lost(*range(500)).delay(chance=1) == LONGEST_DELAY


def test_losses_of_an_hour_ago_are_forgotten() -> None:
    assert lost(*range(500), HOUR).delay(chance=1) == 0


@pytest.mark.parametrize(("chance", "seconds"), [(0, 1), (1, 5)])
def test_new_session_waits_as_long_as_discord_asks(chance: float, seconds: float) -> None:
    assert lost(0).delay(chance, begins_anew=True) == seconds
    assert failed(9).delay(chance, begins_anew=True) >= LONGEST_DELAY / 2


def test_refused_handshakes_do_not_give_the_session_up() -> None:
    assert failed(2_000).may_resume


def test_session_that_discord_ignores_is_given_up() -> None:
    assert failed(2, was_asked=True).may_resume
    assert not failed(3, was_asked=True).may_resume
    assert failed(3, was_asked=True).established().may_resume


def test_every_other_attempt_goes_to_the_common_address() -> None:
    own = [failed(times).uses_session_address for times in range(4)]

    assert own == [True, False, True, False]


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_wrong_token_intents_or_shards_are_final(code: int) -> None:
    assert is_final(code)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 4000, 4008])
def test_other_closes_leave_the_session(code: int | None) -> None:
    assert not is_final(code)
    assert not ends_session(code)


@pytest.mark.parametrize("code", [4007, 4009])
def test_session_of_a_wrong_sequence_or_timeout_is_over(code: int) -> None:
    assert ends_session(code)
