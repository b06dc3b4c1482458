"""Rate limits: fixed windows that begin with the first request in them. Time is an argument."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    limit: int  # requests
    per: float  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Discord does not publish its numbers; these are the ones commonly seen."""

    create_message: Rule = Rule(limit=5, per=5.0)
    edit_message: Rule = Rule(limit=5, per=5.0)
    delete_message: Rule = Rule(limit=5, per=1.0)
    typing: Rule = Rule(limit=5, per=5.0)
    reactions: Rule = Rule(limit=1, per=0.25)
    webhook: Rule = Rule(limit=5, per=2.0)
    other: Rule = Rule(limit=50, per=1.0)
    whole_bot: Rule = Rule(limit=50, per=1.0)
    old_edits: Rule | None = None  # edits of a message older than an hour (30046)


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketState:
    allowed: bool
    limit: int
    remaining: int
    resets_at: float  # seconds since 1970
    reset_after: float  # seconds


@dataclass(slots=True)
class _Window:
    resets_at: float
    used: int = 0


@dataclass(slots=True)
class Buckets:
    """One window for each key; a refused request takes nothing."""

    _windows: dict[str, _Window] = field(default_factory=dict)

    def take(self, key: str, rule: Rule, now: float) -> BucketState:
        window = self._windows.get(key)
        if window is None or now >= window.resets_at:
            window = self._windows[key] = _Window(now + rule.per)
            self._forget_past(now)
        allowed = window.used < rule.limit
        window.used += allowed
        return BucketState(
            allowed=allowed,
            limit=rule.limit,
            remaining=rule.limit - window.used,
            resets_at=window.resets_at,
            reset_after=max(0.0, window.resets_at - now),
        )

    def peek(self, key: str, rule: Rule, now: float) -> BucketState:
        """The state of a bucket, without taking from it."""
        window = self._windows.get(key)
        is_open = window is not None and now < window.resets_at
        used = window.used if window is not None and is_open else 0
        resets_at = window.resets_at if window is not None and is_open else now
        return BucketState(
            allowed=used < rule.limit,
            limit=rule.limit,
            remaining=rule.limit - used,
            resets_at=resets_at,
            reset_after=max(0.0, resets_at - now),
        )

    def _forget_past(self, now: float) -> None:
        if len(self._windows) > 4096:
            self._windows = {k: w for k, w in self._windows.items() if w.resets_at > now}
