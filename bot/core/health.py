"""Whether the bot lives, and whether it can answer questions now: two questions, two answers.

It lives while its process turns over events. It is ready while every part that an answer needs is
well. A supervisor restarts what does not live; a restart mends none of the parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from bot.core import wording
from bot.core.connection.shard_state import ShardState

FRESH: Final = 60.0  # seconds that a sign of life is good for
LONGEST_WRITE: Final = 10.0  # seconds that the database may take for a small write


class Part(Enum):
    GATEWAY = "gateway"
    DATABASE = "database"
    WORKER = "worker"
    SETTLEMENTS = "settlements"
    PROCESS = "process"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartState:
    part: Part
    is_well: bool
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What a running bot says of itself."""

    at: datetime
    parts: tuple[PartState, ...]


def gateway_state(shards: Mapping[int, ShardState]) -> PartState:
    away = [number for number, state in shards.items() if state is not ShardState.CONNECTED]
    sentence = wording.health_gateway(away, count=len(shards))
    return PartState(part=Part.GATEWAY, is_well=not away, sentence=sentence)


def database_state(failure: str | None, *, waited: float, damage: str | None = None) -> PartState:
    """`failure` of the latest write, None where it went well; the next one has `waited` seconds.

    `damage` is what any use has met: a small write may well succeed beside it.
    """
    if damage is not None:
        sentence = wording.health_database_damaged(damage)
        return PartState(part=Part.DATABASE, is_well=False, sentence=sentence)
    if waited > LONGEST_WRITE:
        failure = wording.health_slow_write(waited)
    sentence = wording.health_database(failure)
    return PartState(part=Part.DATABASE, is_well=failure is None, sentence=sentence)


def worker_state(*, can_start: bool) -> PartState:
    sentence = wording.health_worker(can_start=can_start)
    return PartState(part=Part.WORKER, is_well=can_start, sentence=sentence)


def settlements_state(waiting: int) -> PartState:
    """`waiting`: answers that were given but could not be settled yet."""
    sentence = wording.health_settlements(waiting)
    return PartState(part=Part.SETTLEMENTS, is_well=waiting == 0, sentence=sentence)


def process_state(*, is_stopping: bool) -> PartState:
    sentence = wording.health_process(is_stopping=is_stopping)
    return PartState(part=Part.PROCESS, is_well=not is_stopping, sentence=sentence)


def why_dead(touched_at: datetime, now: datetime) -> str | None:
    """Say why the bot does not live; None where it does."""
    age = (now - touched_at).total_seconds()
    if age < -FRESH:  # of a bot that lives, the next sign comes with the new time
        return wording.health_life_to_come(-age)
    return None if age <= FRESH else wording.health_no_life(age)


def why_not_ready(status: Status, now: datetime) -> list[str]:
    """Say what keeps the bot from answering; nothing where it can."""
    age = (now - status.at).total_seconds()
    if age > FRESH:
        return [wording.health_old_status(age)]
    return [each.sentence for each in status.parts if not each.is_well]
