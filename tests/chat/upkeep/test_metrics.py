"""Figures by name and labels."""

import pytest

from bot.chat.upkeep.metrics import Metrics, MetricSeries, Summary, log_figures


def test_events_are_counted_by_name_and_labels_whatever_their_order() -> None:
    metrics = Metrics()

    metrics.count("failures", endpoint="main", failure="timed-out")
    metrics.count("failures", failure="timed-out", endpoint="main")
    metrics.count("failures", endpoint="backup", failure="timed-out")

    assert metrics.snapshot().counts == {
        MetricSeries("failures", (("endpoint", "main"), ("failure", "timed-out"))): 2,
        MetricSeries("failures", (("endpoint", "backup"), ("failure", "timed-out"))): 1,
    }


def test_values_are_kept_as_a_summary() -> None:
    metrics = Metrics()

    metrics.observe("error", 0.5, model="m")
    metrics.observe("error", -1.5, model="m")

    summary = metrics.snapshot().observed[MetricSeries("error", (("model", "m"),))]
    assert summary == Summary(count=2, total=-1.0, smallest=-1.5, largest=0.5)
    assert summary.mean == -0.5


def test_snapshot_stays_as_it_was() -> None:
    metrics = Metrics()
    metrics.count("answers")
    before = metrics.snapshot()

    metrics.count("answers")

    assert before.counts[MetricSeries("answers")] == 1
    assert metrics.snapshot().counts[MetricSeries("answers")] == 2


def test_log_gets_a_line_for_each_figure(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    metrics.count("endpoint_outages", endpoint="main", failure="key-rejected")
    metrics.observe("estimate_error", 10.0, endpoint="main", model="m")
    metrics.observe("estimate_error", -5.0004, endpoint="main", model="m")

    with caplog.at_level("INFO"):
        log_figures(metrics.snapshot())

    counted, measured = (vars(record) for record in caplog.records)
    assert (counted["msg"], counted["figure"], counted["failure"], counted["count"]) == (
        "counted",
        "endpoint_outages",
        "key-rejected",
        1,
    )
    assert (measured["msg"], measured["model"], measured["mean"], measured["smallest"]) == (
        "measured",
        "m",
        2.5,
        -5.0,
    )
