"""One request tries for all while Discord is down, or holds the whole bot back."""

import pytest

from bot.core.display.discord_outage import DOWN_AFTER, LONGEST_PAUSE, DiscordOutage, pause_after
from bot.core.display.rate_limits import PacedRequest, RateLimits, Route, Urgency, grant_requests


def request(urgency: Urgency = Urgency.FINAL_TEXT, *, channel_id: int = 70) -> PacedRequest:
    return PacedRequest(route=Route.EDIT, channel_id=channel_id, urgency=urgency, since=0.0)


def down(now: float = 0.0) -> DiscordOutage:
    outage = DiscordOutage()
    for _ in range(DOWN_AFTER):
        outage.note_failure(request(), now, 0.0)
    return outage


def test_failures_in_a_row_are_an_outage() -> None:
    assert down().is_on


def test_failures_with_an_answer_between_them_are_none() -> None:
    outage = DiscordOutage()

    for _ in range(DOWN_AFTER):
        outage.note_failure(request(), 0.0, 0.0)
        outage.note_success(request())

    assert not outage.is_on


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pause_doubles_to_half_a_minute_and_is_spread(chance: float) -> None:
    pauses = [pause_after(tries, chance) for tries in range(40)]

    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(1 - chance / 2)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE * (1 - chance / 2))


def test_only_the_most_urgent_request_tries_during_an_outage() -> None:
    limits = RateLimits(outage=down())
    urgent = request(Urgency.FIRST_TEXT, channel_id=3)
    waiting = [request(channel_id=1), request(Urgency.EDIT, channel_id=2), urgent]

    too_soon = grant_requests(waiting, limits, 0.5)
    granted = grant_requests(waiting, limits, 1.0)
    meanwhile = grant_requests(waiting[:2], limits, 2.0)

    assert too_soon == ([], 1.0)
    assert granted == ([urgent], float("inf"))
    assert meanwhile == ([], float("inf"))


def test_typing_never_tries_for_others() -> None:
    limits = RateLimits(outage=down())

    granted, _ = grant_requests([request(Urgency.TYPING)], limits, 9.0)

    assert granted == []


def test_failed_try_doubles_the_pause_and_another_may_be_next() -> None:
    limits = RateLimits(outage=down())
    first, second = request(channel_id=1), request(channel_id=2)
    grant_requests([first], limits, 1.0)

    limits.outage.note_failure(first, 1.0, 0.0)

    assert grant_requests([second], limits, 2.0) == ([], 3.0)
    assert grant_requests([second], limits, 3.0)[0] == [second]


def test_failure_of_a_request_sent_before_does_not_prolong_the_outage() -> None:
    outage = down()

    outage.note_failure(request(), 0.9, 0.0)

    assert outage.try_at(0.9) == 1.0


def test_successful_try_lets_the_others_go_in_order() -> None:
    limits = RateLimits(outage=down())
    first, *others = [request(channel_id=each) for each in (1, 2, 3)]
    grant_requests([first, *others], limits, 1.0)

    limits.outage.note_success(first)

    assert grant_requests(others, limits, 1.1)[0] == others


def test_answer_to_a_request_sent_before_does_not_end_a_global_limit() -> None:
    outage = DiscordOutage()
    outage.note_global_limit(0.0, 20.0, 0.0)

    outage.note_success(request())

    assert outage.is_on
    assert outage.try_at(1.0) == 20.0


def test_try_that_was_not_made_leaves_room_for_another() -> None:
    limits = RateLimits(outage=down())
    first, second = request(channel_id=1), request(channel_id=2)
    grant_requests([first], limits, 1.0)

    limits.outage.note_unknown(first)

    assert grant_requests([second], limits, 1.0)[0] == [second]


def test_global_limit_is_kept_to_the_second() -> None:
    limits = RateLimits()
    limits.outage.note_global_limit(0.0, 2.5, 1.0)

    assert grant_requests([request()], limits, 0.0) == ([], 2.5)
    assert grant_requests([request()], limits, 2.5)[0]


def test_global_limit_met_by_the_try_is_waited_for_longer() -> None:
    limits = RateLimits()
    limits.outage.note_global_limit(0.0, 0.1, 0.0)
    grant_requests([request()], limits, 1.0)

    limits.outage.note_global_limit(1.0, 0.1, 0.0)

    assert limits.outage.try_at(1.0) == 3.0


def test_broken_channel_does_not_keep_the_others_waiting() -> None:
    """Its request was the most urgent, and so the only one that was ever tried."""
    limits = RateLimits(outage=down())
    broken, other = request(Urgency.FIRST_TEXT, channel_id=1), request(Urgency.EDIT, channel_id=2)
    grant_requests([broken, other], limits, 1.0)
    limits.finish(broken, 1.0, is_sent=True)
    limits.outage.note_failure(broken, 1.0, 0.0)

    granted, _ = grant_requests([broken, other], limits, 3.0)

    assert granted == [other]
