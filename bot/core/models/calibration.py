"""Corrections of input estimates, learnt from the usage that comes back.

Kept for each endpoint and model, apart for text and pictures: an endpoint adds words of its own, a
model counts pictures otherwise than documented. What is learnt leans to too many tokens and is
bounded, because a limit must not be overrun by more than the error of the estimate.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from bot.core.models.tokens import ImageRule, UnknownRule

FEWEST_SAMPLES: Final = 5  # before them the estimate stays as it is
HIGHEST_FACTOR: Final = 4.0  # times the estimate
LOWEST_FACTOR: Final = 0.85  # text and documented pictures are never taken for less than this
LOWEST_ASSUMED_FACTOR: Final = 0.25  # pictures of which only a guess is known

_MEMORY: Final = 20  # samples that the mean reaches back over, roughly
_OUTLIER: Final = 2.0  # times the mean so far; a sample counts as no more than that
_WIDEST: Final = 8.0  # times; beyond it the usage is about something else
_STEP: Final = 20  # parts of 1; coarse, so that a conversation is cut at the same place for long


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """Input tokens as estimated without any calibration."""

    text: int = 0
    images: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """A running mean of reported ÷ estimated, and how far samples lie from it."""

    samples: int = 0
    ratio: float = 1.0
    deviation: float = 0.0

    @property
    def is_trusted(self) -> bool:
        return self.samples >= FEWEST_SAMPLES

    def add(self, sample: float) -> "Track":
        """Take in one ratio; an outlier moves the mean only a little."""
        sample = min(max(sample, 1 / _WIDEST), _WIDEST)
        if self.is_trusted:
            sample = min(max(sample, self.ratio / _OUTLIER), self.ratio * _OUTLIER)
        weight = 1 / min(self.samples + 1, _MEMORY)
        ratio = self.ratio + (sample - self.ratio) * weight
        away = abs(sample - ratio)
        deviation = self.deviation + (away - self.deviation) * weight
        return Track(samples=self.samples + 1, ratio=ratio, deviation=deviation)

    def factor(self, lowest: float) -> float:
        """The factor for an estimate: above the mean by the deviation, in coarse steps."""
        if not self.is_trusted:
            return 1.0
        leaning = ceil(round((self.ratio + self.deviation) * _STEP, 6)) / _STEP
        return min(max(leaning, lowest), HIGHEST_FACTOR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """The corrections for one model at one endpoint."""

    text: Track = Track()
    images: Track = Track()
    error: float = 0.0  # running mean of the calibrated estimate's absolute error, in per cent

    @property
    def samples(self) -> int:
        return self.text.samples + self.images.samples

    def scale_text(self, tokens: int) -> int:
        return ceil(round(tokens * self.text.factor(LOWEST_FACTOR), 6))

    def scale_images(self, tokens: int, rule: ImageRule) -> int:
        return ceil(round(tokens * self.images.factor(_lowest(rule)), 6))

    def image_room(self, tokens: int, rule: ImageRule) -> int:
        """The uncalibrated estimate that stands for `tokens` in truth."""
        return int(tokens / self.images.factor(_lowest(rule)))

    def scale(self, estimate: Estimate, rule: ImageRule) -> int:
        return self.scale_text(estimate.text) + self.scale_images(estimate.images, rule)

    def learn(self, estimate: Estimate, reported: int, rule: ImageRule) -> "Calibration":
        """Take in what an answer's input came to. Nothing is learnt from nothing."""
        if reported <= 0 or estimate.text + estimate.images <= 0:
            return self
        weight = 1 / min(self.samples + 1, _MEMORY)
        error = error_percent(self.scale(estimate, rule), reported)
        learnt = replace(self, error=self.error + (error - self.error) * weight)
        if not estimate.images:
            return replace(learnt, text=self.text.add(reported / estimate.text))
        # The text's share is known once questions without pictures have been asked.
        words = estimate.text * (self.text.ratio if self.text.is_trusted else 1.0)
        return replace(learnt, images=self.images.add((reported - words) / estimate.images))


def _lowest(rule: ImageRule) -> float:
    return LOWEST_ASSUMED_FACTOR if isinstance(rule, UnknownRule) else LOWEST_FACTOR


UNCALIBRATED: Final = Calibration()


def error_percent(estimated: int, reported: int) -> float:
    """The error of an estimate, in per cent of what was reported."""
    return abs(estimated - reported) * 100 / reported
