"""Standings: what is left of a limit, and which is the tightest."""

import pytest

from bot.core.quota.limits import Amounts
from bot.core.quota.standings import Standing, tightest, with_reserved
from tests.core.quota.standings import answers, dollars, standing


@pytest.mark.parametrize(
    ("held", "remaining", "percent_left"),
    [
        pytest.param(standing(1_000), 1_000, 100, id="untouched"),
        pytest.param(standing(1_000, 250, 100), 650, 75, id="reservations-do-not-count-in-percent"),
        pytest.param(standing(1_000, 1), 999, 99, id="rounded-down"),
        pytest.param(standing(1_000, 999), 1, 0, id="nearly-nothing"),
        pytest.param(standing(1_000, 1_300), 0, 0, id="overrun"),
        pytest.param(standing(1_000, 600, 600), 0, 40, id="overrun-by-reservations"),
        pytest.param(standing(0), 0, 0, id="limit-of-nothing"),
        pytest.param(standing(0, granted=400), 400, 100, id="nothing-but-a-grant"),
        pytest.param(standing(1_000, 1_000, granted=250), 250, 20, id="a-grant-on-top"),
        pytest.param(standing(1_000, 900, 300, granted=250), 50, 28, id="partly-held"),
        pytest.param(standing(100, 3_000, granted=300), 300, 75, id="a-grant-after-an-overrun"),
        pytest.param(standing(100, 900, 100, granted=300), 200, 75, id="part-of-that-held"),
        pytest.param(standing(None, 10**9, 10**9), None, None, id="unlimited"),
    ],
)
def test_a_standing_tells_what_is_left(
    held: Standing, remaining: int | None, percent_left: int | None
) -> None:
    assert held.remaining == remaining
    assert held.percent_left == percent_left


def test_the_tightest_standing_has_the_smallest_share_left() -> None:
    half, little, unlimited = standing(1_000, 500), dollars(100, 98), standing(None)

    assert tightest([half, little, unlimited]) is little
    assert tightest([unlimited]) is None
    assert tightest([]) is None


def test_a_reservation_counts_in_the_unit_of_each_limit() -> None:
    held = Amounts(tokens=500, microusd=70, answers=1)

    counted = with_reserved([standing(9_000, 0, 5), dollars(100), answers(4, 0, 2)], held)

    assert [each.reserved for each in counted] == [505, 70, 3]
