"""What is learnt of estimates: bounded, slow to believe, and leaning to too many."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models.calibration import (
    FEWEST_SAMPLES,
    HIGHEST_FACTOR,
    LOWEST_ASSUMED_FACTOR,
    LOWEST_FACTOR,
    UNCALIBRATED,
    Calibration,
    Estimate,
    Track,
    error_percent,
)
from bot.core.models.tokens import PatchRule, UnknownRule

KNOWN = PatchRule(budget=1536, multiplier=1.2)
GUESSED = UnknownRule()

estimates = st.builds(Estimate, text=st.integers(0, 10_000), images=st.integers(0, 10_000))
samples = st.lists(st.tuples(estimates, st.integers(-5, 100_000)), max_size=40)


def learnt(
    rule: PatchRule | UnknownRule,
    seen: Iterable[tuple[Estimate, int]],
    start: Calibration = UNCALIBRATED,
) -> Calibration:
    for estimate, reported in seen:
        start = start.learn(estimate, reported, rule)
    return start


def text(tokens: int) -> Estimate:
    return Estimate(text=tokens)


@given(samples, st.integers(0, 50_000))
def test_calibrated_estimate_is_bounded_both_ways(
    seen: list[tuple[Estimate, int]], tokens: int
) -> None:
    calibration = learnt(KNOWN, seen)

    for scaled in (calibration.scale_text(tokens), calibration.scale_images(tokens, KNOWN)):
        assert tokens * LOWEST_FACTOR - 1 <= scaled <= tokens * HIGHEST_FACTOR + 1


@given(samples, st.integers(0, 50_000))
def test_room_for_pictures_is_never_more_than_they_may_cost(
    seen: list[tuple[Estimate, int]], tokens: int
) -> None:
    calibration = learnt(GUESSED, seen)

    room = calibration.image_room(tokens, GUESSED)

    assert calibration.scale_images(room, GUESSED) <= tokens + 1


@given(st.lists(st.floats(0.85, 4.0), min_size=FEWEST_SAMPLES, max_size=60))
def test_factor_leans_above_the_mean(ratios: list[float]) -> None:
    track = Track()
    for ratio in ratios:
        track = track.add(ratio)

    assert track.factor(LOWEST_FACTOR) >= min(track.ratio, HIGHEST_FACTOR) - 1e-9


def test_few_samples_change_nothing() -> None:
    calibration = learnt(KNOWN, [(text(100), 200)] * (FEWEST_SAMPLES - 1))

    assert calibration.scale(Estimate(text=100, images=100), KNOWN) == 200


def test_words_that_an_endpoint_adds_of_its_own_are_learnt() -> None:
    calibration = learnt(KNOWN, [(text(400), 400 + 230)] * 10)

    assert 630 <= calibration.scale_text(400) <= 650


def test_overestimated_text_is_corrected_down_to_the_floor() -> None:
    calibration = learnt(KNOWN, [(text(1_400), 1_000)] * 10)

    assert calibration.scale_text(1_000) == 850


def test_pictures_are_told_apart_once_the_text_is_known() -> None:
    of_text = learnt(KNOWN, [(text(100), 150)] * 10)

    calibration = learnt(KNOWN, [(Estimate(text=100, images=1_000), 150 + 1_300)] * 10, of_text)

    assert calibration.scale_text(100) == 150
    assert calibration.scale_images(1_000, KNOWN) == 1_300


def test_pictures_of_an_unknown_model_are_learnt_far_down() -> None:
    seen = [(Estimate(text=100, images=1_600), 100 + 576)] * 10

    assert learnt(GUESSED, seen).scale_images(1_600, GUESSED) == 640
    assert learnt(KNOWN, seen).scale_images(1_600, KNOWN) == 1_360


def test_pictures_that_cost_nothing_are_taken_for_the_floor() -> None:
    calibration = learnt(GUESSED, [(Estimate(text=1_000, images=1_600), 500)] * 20)

    assert calibration.scale_images(1_600, GUESSED) == 1_600 * LOWEST_ASSUMED_FACTOR


def test_one_outlier_among_many_hardly_counts() -> None:
    usual = [(text(100), 110)] * 30

    calibration = learnt(KNOWN, [*usual, (text(100), 80_000)])

    assert calibration.scale_text(100) <= 125


def test_factor_stays_the_same_while_samples_differ_little() -> None:
    seen = [(text(1_000), 1_100 + each % 3) for each in range(60)]

    factors = {learnt(KNOWN, seen[:count]).text.factor(LOWEST_FACTOR) for count in range(10, 60)}

    assert len(factors) == 1


@pytest.mark.parametrize(("estimate", "reported"), [(text(0), 10), (text(10), 0), (text(10), -1)])
def test_nothing_is_learnt_from_nothing(estimate: Estimate, reported: int) -> None:
    assert UNCALIBRATED.learn(estimate, reported, KNOWN) is UNCALIBRATED


def test_error_is_of_the_estimate_as_it_was_used() -> None:
    calibration = learnt(KNOWN, [(text(100), 200)] * 40)

    assert error_percent(100, 200) == 50
    assert calibration.error < 10
    assert calibration.samples == 40
