"""How often new sessions begin."""

from bot.core.connection.identify_budget import BURST, INTERVAL, REFILL, IdentifyBudget

DAY = 86_400.0  # seconds


def begun_on_a_day() -> int:
    """Sessions that begin on a day on which Discord ends each of them at once."""
    budget, now, begun = IdentifyBudget(), 0.0, 0
    while (now := now + budget.wait(now)) < DAY:
        budget, begun = budget.spent(now), begun + 1
    return begun


def test_first_session_begins_at_once() -> None:
    assert IdentifyBudget().wait(1_000) == 0


def test_next_session_waits_five_seconds() -> None:
    budget = IdentifyBudget().spent(100)

    assert budget.wait(100) == INTERVAL == 5
    assert budget.wait(103) == 2
    assert budget.wait(200) == 0


def test_day_of_invalid_sessions_stays_within_discords_thousand() -> None:
    assert 500 < begun_on_a_day() < 1_000


def test_spent_burst_waits_for_the_refill() -> None:
    budget = IdentifyBudget(left=0.0, latest=100)

    assert budget.wait(100) == REFILL
    assert budget.wait(100 + REFILL) == 0


def test_quiet_weeks_earn_no_more_than_the_burst() -> None:
    budget = IdentifyBudget().spent(0).spent(30 * DAY)

    assert budget.left == BURST - 1
