"""The same seed plans the same faults, and every kind of them comes up."""

from collections import Counter

import pytest

from chaos.plan import LOAD, Deed, Theme, make_plan
from chaos.questions import EndpointFault, Kind

MANY = [make_plan(7, number) for number in range(300)]


def test_same_seed_and_number_plan_the_same() -> None:
    assert make_plan(7, 3) == make_plan(7, 3)


@pytest.mark.parametrize(("seed", "number"), [(8, 3), (7, 4)])
def test_another_seed_or_number_plans_something_else(seed: int, number: int) -> None:
    assert make_plan(seed, number).questions != make_plan(7, 3).questions


def test_every_theme_deed_kind_and_fault_comes_up() -> None:
    themes = {plan.theme for plan in MANY}
    deeds = {each.deed for plan in MANY for each in plan.disturbances}
    asked = [question for plan in MANY for question in plan.questions]

    assert themes == set(Theme)
    assert deeds == set(Deed)
    assert {each.kind for each in asked} == set(Kind) - {Kind.BUTTON}
    assert {each.fault for each in asked} == set(EndpointFault)


def test_tokens_of_an_episode_differ() -> None:
    for plan in MANY:
        assert len({each.token for each in plan.questions}) == len(plan.questions)


def test_questions_are_asked_under_load() -> None:
    assert all(0 <= each.at <= LOAD for plan in MANY for each in plan.questions)


@pytest.mark.parametrize("theme", Theme)
def test_theme_that_is_wanted_is_planned(theme: Theme) -> None:
    assert {make_plan(7, number, theme=theme).theme for number in range(5)} == {theme}


def test_crash_in_recovery_follows_the_first_closely() -> None:
    plans = [make_plan(7, number, theme=Theme.RECOVERY) for number in range(20)]

    for plan in plans:
        first, second, *_ = plan.disturbances
        assert 0 < second.at - first.at <= 3.0


def test_outages_of_a_minute_come_up_seldom() -> None:
    spans = Counter(
        each.seconds == 60.0
        for plan in (make_plan(7, number, theme=Theme.REST) for number in range(1_000))
        for each in plan.disturbances
        if each.deed is Deed.REST_DOWN
    )

    assert 0 < spans[True] < spans[False] / 5
