"""Leases: which of the processes that share a database bears a name, and until when.

A lease is held by one run of a process, renewed while that lives, and given back at its end. It
expires by itself, so that a run that died stands in nobody's way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2s

TERM = timedelta(seconds=10)
RENEW_EVERY = timedelta(seconds=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """`holder` is the random id of one run: a process that starts again is another one."""

    name: str
    holder: str
    taken_at: datetime
    renewed_at: datetime
    expires_at: datetime


def tag_of(name: str) -> str:
    """The name of a process in few characters, for where a button is to tell whose it is."""
    return blake2s(name.encode(), digest_size=6).hexdigest()


class Turn(StrEnum):
    TAKE = "take"
    WAIT = "wait"
    REFUSED = "refused"  # the other one lives


def new_lease(name: str, holder: str, now: datetime) -> Lease:
    return Lease(name=name, holder=holder, taken_at=now, renewed_at=now, expires_at=now + TERM)


def find_turn(
    found: Lease | None, first_found: Lease | None, *, waited: timedelta, now: datetime
) -> Turn:
    """Whether a process that starts may take the lease that it finds.

    `first_found` is what it found when it began to wait. A lease that was not renewed in a whole
    term is dead, whatever its times say: the clock of who wrote it may have been wrong.
    """
    if found is None or found.expires_at <= now:
        return Turn.TAKE
    if waited < TERM:
        return Turn.WAIT
    return Turn.TAKE if found == first_found else Turn.REFUSED
