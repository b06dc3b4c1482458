"""The pacing rules, played against an honest model of Discord's buckets."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.display.rate_limits import (
    GLOBAL_LIMIT,
    Bucket,
    PacedRequest,
    RateLimits,
    Route,
    Urgency,
    grant_requests,
    ready_at,
)

CHANNEL = 70


def request(
    urgency: Urgency = Urgency.EDIT,
    *,
    route: Route = Route.EDIT,
    channel_id: int = CHANNEL,
    since: float = 0.0,
    edits_so_far: int = 10,
) -> PacedRequest:
    return PacedRequest(
        route=route, channel_id=channel_id, urgency=urgency, since=since, edits_so_far=edits_so_far
    )


def limits(**bucket: float) -> RateLimits:
    known = Bucket(limit=5, remaining=5, resets_at=5.0)
    for name, value in bucket.items():
        setattr(known, name, value)
    return RateLimits(buckets={(Route.EDIT, CHANNEL): known})


def test_urgent_requests_go_first_and_older_text_before_newer() -> None:
    requests = [
        request(Urgency.EDIT, channel_id=1, since=0.0),
        request(Urgency.FURTHER_PAGE, channel_id=2, route=Route.CREATE, since=1.0),
        request(Urgency.FINAL_TEXT, channel_id=3, since=2.0),
        request(Urgency.FIRST_TEXT, channel_id=4, route=Route.CREATE, since=9.0),
        request(Urgency.FIRST_TEXT, channel_id=5, route=Route.CREATE, since=3.0),
    ]

    granted, _ = grant_requests(requests, RateLimits(), 10.0)

    assert [each.channel_id for each in granted] == [5, 4, 3, 2, 1]


def test_unknown_bucket_lets_one_request_through_until_a_response_tells() -> None:
    fresh = RateLimits()

    granted, again = grant_requests([request(), request()], fresh, 0.0)

    assert len(granted) == 1
    assert again == float("inf")


def test_edit_in_mid_stream_never_takes_the_last_token() -> None:
    assert ready_at(request(), limits(remaining=1), 1.0) == 5.0


def test_final_text_may_take_the_last_token() -> None:
    assert ready_at(request(Urgency.FINAL_TEXT), limits(remaining=1), 1.0) == 1.0


def test_nothing_goes_while_the_bucket_is_empty() -> None:
    assert ready_at(request(Urgency.FINAL_TEXT), limits(remaining=0), 1.0) == 5.0


def test_bucket_is_full_again_after_its_window() -> None:
    assert ready_at(request(Urgency.FINAL_TEXT), limits(remaining=0), 5.0) == 5.0


def test_edits_are_spread_over_the_window() -> None:
    assert ready_at(request(), limits(remaining=4, last_sent=0.0), 0.1) == pytest.approx(1.25)


def test_first_edits_of_an_answer_come_sooner() -> None:
    early = ready_at(request(edits_so_far=0), limits(remaining=4, last_sent=0.0), 0.1)

    assert early == pytest.approx(1.25 * 0.85)


def test_first_edit_leaves_time_to_read_the_first_text() -> None:
    just_shown = request(edits_so_far=0)
    just_shown.shown_at = 7.0

    assert ready_at(just_shown, limits(), 7.1) == pytest.approx(7.35)


def test_edits_where_discord_tells_nothing_go_once_a_second() -> None:
    unknown = RateLimits(buckets={(Route.EDIT, CHANNEL): Bucket(last_sent=3.0)})

    assert ready_at(request(), unknown, 3.2) == pytest.approx(4.0)
    assert ready_at(request(Urgency.FINAL_TEXT), unknown, 3.2) == pytest.approx(3.2)


def test_crowded_channel_keeps_two_tokens_for_final_texts() -> None:
    crowded = limits(remaining=2)
    crowded.writing[CHANNEL] = 3

    assert ready_at(request(), crowded, 1.0) == 5.0


def test_global_budget_holds_back_what_exceeds_it() -> None:
    requests = [request(Urgency.FIRST_TEXT, route=Route.CREATE, channel_id=n) for n in range(60)]

    rules = RateLimits()

    granted, _ = grant_requests(requests, rules, 0.0)

    assert len(granted) == GLOBAL_LIMIT
    assert grant_requests(requests[GLOBAL_LIMIT:], rules, 60.0) == (
        [],
        float("inf"),
    )  # no response yet


def test_request_leaves_the_global_budget_a_second_after_its_response() -> None:
    requests = [request(Urgency.FIRST_TEXT, route=Route.CREATE, channel_id=n) for n in range(60)]
    rules = RateLimits()
    granted, _ = grant_requests(requests, rules, 0.0)
    for each in granted:
        rules.finish(each, 0.4, is_sent=True)

    assert grant_requests(requests[GLOBAL_LIMIT:], rules, 1.3) == ([], 1.4)
    assert len(grant_requests(requests[GLOBAL_LIMIT:], rules, 1.4)[0]) == 60 - GLOBAL_LIMIT


def test_bucket_learns_the_smaller_figure_within_a_window() -> None:
    bucket = Bucket()

    bucket.learn(limit=5, remaining=3, resets_at=5.0)
    bucket.learn(limit=5, remaining=4, resets_at=5.01)
    assert bucket.remaining == 3

    bucket.learn(limit=5, remaining=4, resets_at=10.2)
    assert bucket.remaining == 4


@dataclass
class Server:
    """Discord's side: fixed windows that begin with their first request."""

    limit: int
    window: float
    used: dict[tuple[Route, int], tuple[float, int]] = field(default_factory=dict)
    refused: int = 0

    def take(self, key: tuple[Route, int], now: float) -> tuple[int, float]:
        start, count = self.used.get(key, (now, 0))
        if now >= start + self.window:
            start, count = now, 0
        if count >= self.limit:
            self.refused += 1
        self.used[key] = (start, count + 1)
        return max(0, self.limit - count - 1), start + self.window - now


@settings(deadline=None, max_examples=60)
@given(
    answers=st.integers(1, 12),
    limit=st.integers(1, 8),
    window=st.floats(0.5, 6.0),
    latency=st.floats(0.001, 0.4),
    ends=st.floats(1.0, 20.0),
)
def test_no_request_is_refused_and_every_final_text_goes_out(
    answers: int, limit: int, window: float, latency: float, ends: float
) -> None:
    """`answers` in one channel edit all the time and end at the same instant."""
    server = Server(limit=limit, window=window)
    rules = RateLimits(writing={CHANNEL: answers})
    busy: dict[PacedRequest, tuple[float, int, float]] = {}  # response at, remaining, resets at
    idle = [request(since=0.0, edits_so_far=0) for _ in range(answers)]
    finals = 0
    now = 0.0
    while finals < answers and now < 200.0:
        for sent, (done_at, remaining, resets_at) in list(busy.items()):
            if done_at <= now:
                del busy[sent]
                rules.bucket(sent).learn(limit=limit, remaining=remaining, resets_at=resets_at)
                rules.finish(sent, now, is_sent=True)
                if sent.urgency is Urgency.FINAL_TEXT:
                    finals += 1
                else:
                    idle.append(request(since=now, edits_so_far=sent.edits_so_far + 1))
        if now >= ends:
            for each in idle:
                each.urgency = Urgency.FINAL_TEXT
        granted, _ = grant_requests(idle, rules, now)
        for each in granted:
            idle.remove(each)
            remaining, reset_after = server.take((each.route, CHANNEL), now + latency / 2)
            busy[each] = (now + latency, remaining, now + latency + reset_after)
        now += 0.01

    assert server.refused == 0
    assert finals == answers
