"""The budget of refused requests, kept long before Discord would ban the bot."""

import pytest

from bot.core.display.invalid_requests import BUDGET, UNHURRIED, WINDOW, InvalidRequests
from bot.core.display.rate_limits import PacedRequest, RateLimits, Route, Urgency, grant_requests

NEVER = float("-inf")


def refused(times: int, *, at: float = 0.0) -> InvalidRequests:
    invalid = InvalidRequests()
    for _ in range(times):
        invalid.note(403, at)
    return invalid


@pytest.mark.parametrize(
    ("status", "is_shared", "counts"),
    [
        (401, False, 1),
        (403, False, 1),
        (429, False, 1),
        (429, True, 0),
        (404, False, 0),
        (503, False, 0),
        (200, False, 0),
    ],
)
def test_only_what_discord_counts_is_counted(*, status: int, is_shared: bool, counts: int) -> None:
    invalid = InvalidRequests()

    invalid.note(status, 0.0, is_shared=is_shared)

    assert invalid.count(1.0) == counts


def test_refusals_are_forgotten_after_ten_minutes() -> None:
    assert refused(5).count(WINDOW) == 0


def test_few_refusals_slow_nothing_down() -> None:
    assert refused(UNHURRIED - 1).free_at(7.0, 7.0) == 7.0


@pytest.mark.parametrize("count", [UNHURRIED, 3_000, BUDGET - 1])
def test_rest_of_the_budget_lasts_for_a_whole_window(count: int) -> None:
    gap = refused(count).free_at(0.0, 0.0)

    assert gap * (BUDGET - count) == pytest.approx(WINDOW)


def test_spent_budget_stops_until_the_oldest_refusal_leaves() -> None:
    invalid = refused(BUDGET)

    assert invalid.free_at(NEVER, 100.0) == WINDOW
    assert invalid.free_at(NEVER, WINDOW) == WINDOW


def test_no_request_is_granted_while_the_budget_is_spent() -> None:
    limits = RateLimits(invalid=refused(BUDGET))
    request = PacedRequest(route=Route.CREATE, channel_id=70, urgency=Urgency.FIRST_TEXT, since=0.0)

    assert grant_requests([request], limits, 1.0) == ([], WINDOW)
    assert grant_requests([request], limits, WINDOW)[0] == [request]


def test_requests_are_granted_one_by_one_where_much_is_refused() -> None:
    limits = RateLimits(invalid=refused(4_400))
    requests = [
        PacedRequest(route=Route.CREATE, channel_id=each, urgency=Urgency.FIRST_TEXT, since=0.0)
        for each in (1, 2)
    ]

    granted, again = grant_requests(requests, limits, 1.0)

    assert len(granted) == 1
    assert again == 2.0
