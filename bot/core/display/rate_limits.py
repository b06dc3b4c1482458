"""Pacing: a pure decision on who may send what to Discord now, by buckets and a global budget.

Discord limits creates and edits by channel (a bucket each, shared by every answer in the channel)
and all requests of a bot together (50 a second, https://docs.discord.com/developers/topics/rate-limits).
Buckets are learnt from the `X-RateLimit-*` headers. Tokens go to first texts, then final texts,
then further pages, then typing, then edits in mid-stream, then the status of answers without a
text; among equals to the text that has waited longest. Edits in mid-stream are spread over the
bucket's window and never take its last tokens, so that a final text always finds one.

While Discord is down or holds the whole bot back, one request tries for all (`discord_outage.py`).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from bot.core.display.discord_outage import DiscordOutage
from bot.core.display.invalid_requests import InvalidRequests

GLOBAL_LIMIT = 48  # requests; Discord allows 50, two are left for what is not paced
GLOBAL_WINDOW = 1.0  # seconds
KEPT_BACK = 1  # tokens of an edit bucket that mid-stream edits leave for final texts
KEPT_BACK_CROWDED = 2  # the same where three or more answers share the channel
EARLY_EDITS = 3  # an answer's first edits come faster: most answers are short
EARLY_HASTE = 0.85  # of the even gap
SOONEST_EDIT = 0.35  # seconds after the answer's last change; sooner, nobody has read anything new
TYPING_LATER = 0.5  # seconds after which it is tried again in a crowd
UNKNOWN_GAP = 1.0  # seconds between the edits of a channel whose bucket is not known


class Route(StrEnum):
    """The requests that are paced; each has its own bucket in each channel."""

    CREATE = "create"
    EDIT = "edit"
    TYPING = "typing"


class Urgency(IntEnum):
    """Lower goes first."""

    FIRST_TEXT = 0
    FINAL_TEXT = 1
    FURTHER_PAGE = 2
    TYPING = 3
    EDIT = 4
    STATUS = 5


_SIGNS_OF_LIFE = frozenset({Urgency.TYPING, Urgency.STATUS})  # text comes before them


@dataclass(kw_only=True, slots=True, eq=False)
class PacedRequest:
    """A request that waits to be sent. Times are seconds of one monotonic clock."""

    route: Route
    channel_id: int
    urgency: Urgency
    since: float  # when the oldest text that nobody has seen arrived
    edits_so_far: int = 0  # of this answer
    shown_at: float = float("-inf")  # when this answer last changed on screen
    taken_after: float = float("-inf")  # the bucket's last use before this grant, to take it back


@dataclass(kw_only=True, slots=True)
class Bucket:
    """One bucket, as far as it is known. `limit` 0: not at all, so one request at a time."""

    limit: int = 0
    remaining: int = 0
    resets_at: float = 0.0
    in_flight: int = 0
    last_sent: float = float("-inf")

    def learn(self, *, limit: int, remaining: int, resets_at: float) -> None:
        """Take over what a response's headers say."""
        same_window = abs(resets_at - self.resets_at) < 1.0
        # Answers overtake each other: within one window the smaller figure is the newer one.
        self.remaining = min(self.remaining, remaining) if same_window else remaining
        self.limit = limit
        self.resets_at = resets_at

    def available(self, now: float) -> int:
        """Requests that may be sent now, not counting those under way."""
        if self.limit == 0:
            return 1 - self.in_flight
        left = self.limit if now >= self.resets_at else self.remaining
        return left - self.in_flight


@dataclass(kw_only=True, slots=True)
class RateLimits:
    """The buckets and the global budget, with what is used of them."""

    buckets: dict[tuple[Route, int], Bucket] = field(default_factory=dict)
    in_flight: int = 0  # requests granted and not yet finished
    sent: deque[float] = field(
        default_factory=lambda: deque(maxlen=GLOBAL_LIMIT)
    )  # when the latest ones finished, oldest first
    writing: dict[int, int] = field(default_factory=dict)  # answers being written, by channel
    outage: DiscordOutage = field(default_factory=DiscordOutage)
    invalid: InvalidRequests = field(default_factory=InvalidRequests)
    granted_at: float = float("-inf")  # the latest

    def bucket(self, request: PacedRequest) -> Bucket:
        return self.buckets.setdefault((request.route, request.channel_id), Bucket())

    def global_free_at(self, now: float) -> float:
        """When the global budgets have room: `now`, or an instant later.

        A request counts from its grant until a second after its response: when in between it
        reached Discord is not known, and on a busy machine that may be long after the grant.
        `inf` where only a response can tell.
        """
        while self.sent and self.sent[0] <= now - GLOBAL_WINDOW:
            self.sent.popleft()
        if len(self.sent) + self.in_flight < GLOBAL_LIMIT:
            return self.invalid.free_at(self.granted_at, now)
        return self.sent[0] + GLOBAL_WINDOW if self.sent else float("inf")

    def is_crowded(self, now: float) -> bool:
        """More than half of the global budget is used: text needs the rest."""
        self.global_free_at(now)
        return len(self.sent) + self.in_flight > GLOBAL_LIMIT // 2

    def take(self, request: PacedRequest, now: float) -> None:
        bucket = self.bucket(request)
        bucket.in_flight += 1
        self.granted_at = now
        request.taken_after, bucket.last_sent = bucket.last_sent, now
        self.in_flight += 1

    def finish(self, request: PacedRequest, now: float, *, is_sent: bool) -> None:
        """A granted request is over, or was not sent after all."""
        bucket = self.bucket(request)
        bucket.in_flight -= 1
        self.in_flight -= 1
        if is_sent:
            self.sent.append(now)
        else:
            bucket.last_sent = request.taken_after


def ready_at(request: PacedRequest, limits: RateLimits, now: float) -> float:
    """The earliest instant at which the bucket of `request` lets it go (the global budget aside).

    `inf` where only a response can tell.
    """
    bucket = limits.bucket(request)
    kept = _kept_back(request, limits)
    if bucket.available(now) > kept:
        return max(now, _spread(request, bucket, kept, now))
    if bucket.limit == 0 or now >= bucket.resets_at:
        return float("inf")
    return bucket.resets_at


def _kept_back(request: PacedRequest, limits: RateLimits) -> int:
    """Tokens of the bucket that `request` must leave alone."""
    if request.urgency < Urgency.EDIT:
        return 0
    limit = limits.bucket(request).limit
    crowded = limits.writing.get(request.channel_id, 0) >= 3
    return min(KEPT_BACK_CROWDED if crowded else KEPT_BACK, max(0, limit - 1))


def _spread(request: PacedRequest, bucket: Bucket, kept: int, now: float) -> float:
    """Edits in mid-stream share what is left of the window evenly, an answer's first ones faster."""
    if request.urgency < Urgency.EDIT:
        return now
    soonest = request.shown_at + SOONEST_EDIT
    if bucket.limit == 0:  # a proxy keeps the headers to itself
        return max(soonest, bucket.last_sent + UNKNOWN_GAP)
    if now >= bucket.resets_at:
        return soonest
    usable = bucket.available(now) - kept
    gap = (bucket.resets_at - bucket.last_sent) / (usable + 1)
    if request.edits_so_far < EARLY_EDITS:
        gap *= EARLY_HASTE
    return max(soonest, bucket.last_sent + gap)


def grant_requests(
    requests: Iterable[PacedRequest], limits: RateLimits, now: float
) -> tuple[list[PacedRequest], float]:
    """Grant what may go now, in order of urgency and age, and say when to ask again.

    Granted requests count against `limits` from now on. The second value is an instant, `inf` for
    "after the next response".
    """
    in_order = sorted(requests, key=lambda request: (request.urgency, request.since))
    if limits.outage.is_on:
        return _grant_probe(in_order, limits, now)
    granted: list[PacedRequest] = []
    again = float("inf")
    for request in in_order:
        free_at = limits.global_free_at(now)
        if free_at > now:
            return granted, min(again, free_at)
        if request.urgency in _SIGNS_OF_LIFE and limits.is_crowded(now):
            again = min(again, now + TYPING_LATER)
            continue
        at = ready_at(request, limits, now)
        if at > now:
            again = min(again, at)
            continue
        limits.take(request, now)
        granted.append(request)
    return granted, again


def _grant_probe(
    in_order: Iterable[PacedRequest], limits: RateLimits, now: float
) -> tuple[list[PacedRequest], float]:
    """Grant the most urgent request that may go, once it is time; whoever is typing can wait.

    Channels in which nothing has failed yet come first: it may be one channel that is broken.
    """
    again = max(limits.outage.try_at(now), limits.global_free_at(now))
    if again > now:
        return [], again
    again = float("inf")
    tried = limits.outage.tried
    for request in sorted(in_order, key=lambda request: request.channel_id in tried):
        if request.urgency is Urgency.TYPING:
            continue
        at = ready_at(request, limits, now)
        if at <= now:
            limits.take(request, now)
            limits.outage.probe = request
            tried.add(request.channel_id)
            return [request], float("inf")
        again = min(again, at)
    return [], again
