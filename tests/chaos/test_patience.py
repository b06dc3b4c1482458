"""An episode waits for a bot that is at work, and not for one that has given up."""

from chaos.patience import LOOK_AGAIN, Patience


def seconds_until_over(
    *, connected_from: float = 0.0, settled_from: float = 1e9, busy_until: float = 0.0
) -> float:
    """When patience is over, of at most a minute."""
    patience = Patience()
    for look in range(1, round(60 / LOOK_AGAIN)):
        at = look * LOOK_AGAIN
        patience.look(
            is_connected=at >= connected_from,
            is_settled=at >= settled_from,
            activity=at if at < busy_until else "nothing new",
        )
        if patience.is_over:
            return at
    return 60.0


def test_what_is_well_must_stay_so_for_a_moment() -> None:
    assert 3.0 < seconds_until_over(settled_from=2.0) < 4.0


def test_idle_bot_has_eight_seconds() -> None:
    assert 7.5 < seconds_until_over() < 8.5


def test_seconds_count_from_the_connection() -> None:
    assert 17.5 < seconds_until_over(connected_from=10.0) < 18.5


def test_bot_at_work_is_waited_for() -> None:
    assert 23.5 < seconds_until_over(busy_until=20.0) < 25.0


def test_bot_that_waits_for_the_endpoint_is_at_work() -> None:
    patience = Patience()

    for _ in range(200):
        patience.look(is_connected=True, is_settled=False, activity=None)

    assert not patience.is_over


def test_bot_that_is_away_is_not_well() -> None:
    assert seconds_until_over(connected_from=50.0, settled_from=51.0) > 52.0
