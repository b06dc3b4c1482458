"""Windows of requests."""

import pytest

from bot.standins.playground.buckets import Buckets, Rule


def test_a_window_begins_with_its_first_request() -> None:
    buckets, rule = Buckets(), Rule(limit=2, per=5.0)

    verdicts = [buckets.take("edit:1", rule, now) for now in (10.0, 14.9, 14.95, 15.0)]

    assert [one.allowed for one in verdicts] == [True, True, False, True]
    assert [one.remaining for one in verdicts] == [1, 0, 0, 1]
    assert verdicts[2].reset_after == pytest.approx(0.05)
    assert verdicts[3].resets_at == 20.0


def test_buckets_of_different_keys_do_not_know_each_other() -> None:
    buckets, rule = Buckets(), Rule(limit=1, per=5.0)

    assert buckets.take("edit:1", rule, 0.0).allowed
    assert buckets.take("edit:2", rule, 0.0).allowed
