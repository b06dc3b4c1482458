"""When a lost connection is tried again, and whether its session is resumed.

Instants are seconds of a monotonic clock.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

LONGEST_DELAY: Final = 30.0  # seconds
_FIRST_DELAY = 1.0  # seconds
_ENOUGH_DOUBLINGS = 5  # from the first delay to the longest
_RECENT = 60.0  # seconds
_FREE_LOSSES = 10  # within these seconds; Discord itself asks for a reconnect now and then
_MOST_UNANSWERED = 3  # times that a session is resumed in vain
_BEFORE_ANEW = 1.0  # seconds at least, and up to five of them, before a session begins anew

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_FINAL = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
_ENDS_THE_SESSION = frozenset({4007, 4009})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconnection:
    """The way back of one shard."""

    failures: int = 0  # attempts since a session was last begun or resumed
    unanswered: int = 0  # of them, those that asked to resume and heard nothing
    losses: tuple[float, ...] = ()  # when the connection was lost of late

    def lost(self, now: float) -> Self:
        """A connection whose session had begun is gone."""
        recent = tuple(at for at in self.losses if now - at < _RECENT)
        return replace(self, losses=(*recent, now)[-_FREE_LOSSES - _ENOUGH_DOUBLINGS - 1 :])

    def failed(self, *, was_asked: bool = False) -> Self:
        """No connection; or one that ended before a session began, if Discord `was_asked`."""
        unanswered = self.unanswered + was_asked
        return replace(self, failures=self.failures + 1, unanswered=unanswered)

    def established(self) -> Self:
        """A session has begun or was resumed."""
        return replace(self, failures=0, unanswered=0)

    def delay(self, chance: float, *, begins_anew: bool = False) -> float:
        """Seconds to wait; `chance` is between 0 and 1, so that processes do not come together.

        `begins_anew`: Discord has ended the session, and asks for a pause of 1 to 5 seconds.
        """
        steps = self.failures + max(0, len(self.losses) - _FREE_LOSSES)
        pause = _BEFORE_ANEW * (1 + 4 * chance) if begins_anew else 0.0
        if steps == 0:
            return pause
        longest = _FIRST_DELAY * 2.0 ** min(steps - 1, _ENOUGH_DOUBLINGS)
        return max(pause, min(LONGEST_DELAY, longest) * (0.5 + chance / 2))

    @property
    def may_resume(self) -> bool:
        """A session that exists is tried a few times; one that Discord ignores is given up."""
        return self.unanswered < _MOST_UNANSWERED

    @property
    def uses_session_address(self) -> bool:
        """Every other attempt to resume goes to Discord's common address instead."""
        return self.failures % 2 == 0


def is_final(close_code: int | None) -> bool:
    """Whether connecting again can't help: the token, the intents or the shards are wrong."""
    return close_code in _FINAL


def ends_session(close_code: int | None) -> bool:
    """Whether what the gateway closed with leaves nothing to resume."""
    return close_code in _ENDS_THE_SESSION
