"""Figures by name and labels."""

from bot.chat.metrics import Metrics, Series, Summary


def test_events_are_counted_by_name_and_labels_whatever_their_order() -> None:
    metrics = Metrics()

    metrics.count("failures", endpoint="main", failure="timed-out")
    metrics.count("failures", failure="timed-out", endpoint="main")
    metrics.count("failures", endpoint="backup", failure="timed-out")

    assert metrics.snapshot().counts == {
        Series("failures", (("endpoint", "main"), ("failure", "timed-out"))): 2,
        Series("failures", (("endpoint", "backup"), ("failure", "timed-out"))): 1,
    }


def test_values_are_kept_as_a_summary() -> None:
    metrics = Metrics()

    metrics.observe("error", 0.5, model="m")
    metrics.observe("error", -1.5, model="m")

    summary = metrics.snapshot().observed[Series("error", (("model", "m"),))]
    assert summary == Summary(count=2, total=-1.0, smallest=-1.5, largest=0.5)
    assert summary.mean == -0.5


def test_snapshot_stays_as_it_was() -> None:
    metrics = Metrics()
    metrics.count("answers")
    before = metrics.snapshot()

    metrics.count("answers")

    assert before.counts[Series("answers")] == 1
    assert metrics.snapshot().counts[Series("answers")] == 2
