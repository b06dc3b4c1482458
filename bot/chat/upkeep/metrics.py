"""Figures of the running process, by name and labels; written to the log now and then."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

log = logging.getLogger(__name__)

_DIGITS = 3  # after the point, of what was measured


class MetricSeries(NamedTuple):
    """One name with one set of labels, in the order of the labels' names."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A summary of the values that were observed."""

    count: int
    total: float
    smallest: float
    largest: float

    @property
    def mean(self) -> float:
        return self.total / self.count

    def with_value(self, value: float) -> "Summary":
        return Summary(
            count=self.count + 1,
            total=self.total + value,
            smallest=min(self.smallest, value),
            largest=max(self.largest, value),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    counts: Mapping[MetricSeries, int]
    observed: Mapping[MetricSeries, Summary]


class Metrics:
    """Labels are few and from a closed set: an endpoint, a kind of failure; never a person."""

    def __init__(self) -> None:
        self._counts: dict[MetricSeries, int] = {}
        self._observed: dict[MetricSeries, Summary] = {}

    def count(self, name: str, **labels: str) -> None:
        series = _series(name, labels)
        self._counts[series] = self._counts.get(series, 0) + 1

    def observe(self, name: str, value: float, **labels: str) -> None:
        series = _series(name, labels)
        nothing = Summary(count=0, total=0.0, smallest=value, largest=value)
        self._observed[series] = self._observed.get(series, nothing).with_value(value)

    def snapshot(self) -> Snapshot:
        """As they stand; later changes do not show in it."""
        return Snapshot(counts=dict(self._counts), observed=dict(self._observed))


def log_figures(snapshot: Snapshot) -> None:
    """Write a line for each figure, counted since the start of the process."""
    for (name, labels), count in sorted(snapshot.counts.items()):
        log.info("counted", extra={"figure": name, **dict(labels), "count": count})
    for (name, labels), summary in sorted(snapshot.observed.items(), key=lambda each: each[0]):
        measured = {
            "count": summary.count,
            "mean": round(summary.mean, _DIGITS),
            "smallest": round(summary.smallest, _DIGITS),
            "largest": round(summary.largest, _DIGITS),
        }
        log.info("measured", extra={"figure": name, **dict(labels), **measured})


def _series(name: str, labels: Mapping[str, str]) -> MetricSeries:
    return MetricSeries(name, tuple(sorted((key, str(value)) for key, value in labels.items())))
