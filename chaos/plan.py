"""An episode's plan: who asks what and when, and what goes wrong. All of it follows from the seed."""

import random
import string
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chaos.questions import EndpointFault, Kind, Question

LOAD: Final = 5.0  # seconds in which questions are asked
_QUESTIONS: Final = (9, 13)
_MINUTE_LONG: Final = 0.05  # share of Discord's outages
_FAULTY: Final = 0.1  # share of the endpoint's answers
_FAULTY_ENDPOINT: Final = 0.7  # the same where the endpoint is the theme


class Theme(StrEnum):
    CRASH = "crash"
    RECOVERY = "crash in recovery"
    STOP = "stop"
    GATEWAY = "gateway"
    REST = "rest"
    ENDPOINT = "endpoint"
    STORE = "store"
    PROCESSES = "two processes"
    CLOCK = "clock"
    MIXED = "mixed"


class Deed(StrEnum):
    """`Disturbance.seconds` says how long it lasts, or until a killed process is started again."""

    KILL = "kill"  # -9
    KILL_AT_WRITE = "kill at a write"  # as Discord has carried it out, before the bot hears so
    TERMINATE = "terminate"
    FATAL_CLOSE = "fatal close"  # 4004: the process ends, and is started again
    DROP = "drop"  # TCP reset
    CLOSE = "close"  # with a code after which the session can be resumed
    CLOSE_SESSION = "close with the session"  # with a code after which it can't
    INVALIDATE = "invalid session"
    SUSPEND = "invalid session, resumable"
    RECONNECT = "reconnect"  # op 7
    REFUSE = "refuse"  # handshakes
    FORGET = "forget"  # refuse handshakes, and the session: what is posted meanwhile is not told
    REST_DOWN = "rest down"  # 503
    REST_RESET = "rest reset"  # some requests lose their answers, or are never carried out
    REST_SLOW = "rest slow"
    GLOBAL_LIMIT = "global limit"  # 429
    FORBID = "forbid"  # 403 in one place
    ENDPOINT_DOWN = "endpoint down"  # connections are refused
    LOCK_STORE = "lock store"
    LEAP = "leap"  # Discord's clock moves ahead by `seconds`


@dataclass(frozen=True, kw_only=True, slots=True)
class Disturbance:
    """`at` is in seconds after the load began; `process` is the number of the bot that it hits."""

    at: float
    deed: Deed
    seconds: float = 0.0
    process: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    seed: int
    number: int
    theme: Theme
    questions: tuple[Question, ...]
    disturbances: tuple[Disturbance, ...]

    @property
    def processes(self) -> int:
        return 2 if self.theme is Theme.PROCESSES else 1

    @property
    def name(self) -> str:
        return f"seed {self.seed}, episode {self.number} ({self.theme})"


_THEMES: Final = {
    Theme.CRASH: 6,
    Theme.RECOVERY: 4,
    Theme.STOP: 2,
    Theme.GATEWAY: 3,
    Theme.REST: 3,
    Theme.ENDPOINT: 2,
    Theme.STORE: 2,
    Theme.PROCESSES: 2,
    Theme.CLOCK: 1,
    Theme.MIXED: 3,
}

_KINDS: Final = {
    Kind.MENTION: 6,
    Kind.THREAD: 2,
    Kind.QUEUED: 4,
    Kind.DIRECT: 3,
    Kind.AUTOMATIC: 2,
    Kind.REPLY: 2,
    Kind.STOPPED: 1,
    Kind.IMAGINE: 2,
    Kind.QUOTA: 2,
}
PLACES: Final = 3  # channels that people share, and threads of each kind

_DROPS: Final = (
    *(Deed.DROP, Deed.CLOSE, Deed.CLOSE_SESSION, Deed.INVALIDATE, Deed.SUSPEND),
    *(Deed.RECONNECT, Deed.REFUSE, Deed.FORGET, Deed.FORGET),
)
_OUTAGES: Final = (Deed.REST_DOWN, Deed.REST_RESET, Deed.REST_SLOW, Deed.GLOBAL_LIMIT, Deed.FORBID)


def make_plan(seed: int, number: int, *, theme: Theme | None = None) -> Plan:
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - chance, not secrecy
    drawn = chance.choices(list(_THEMES), weights=list(_THEMES.values()))[0]
    chosen = theme or drawn
    return Plan(
        seed=seed,
        number=number,
        theme=chosen,
        questions=_questions(chance, chosen),
        disturbances=tuple(sorted(_disturbances(chance, chosen), key=lambda each: each.at)),
    )


def _questions(chance: random.Random, theme: Theme) -> tuple[Question, ...]:
    share = _FAULTY_ENDPOINT if theme is Theme.ENDPOINT else _FAULTY
    count = chance.randint(*_QUESTIONS)
    return tuple(_question(chance, share) for _ in range(count))


def _question(chance: random.Random, faulty: float) -> Question:
    kind = chance.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    sentences = chance.choice((4, 20, 40, 110))  # the last fills two messages
    is_faulty = chance.random() < faulty and not kind.is_interaction
    fault = chance.choice(list(EndpointFault)[1:]) if is_faulty else EndpointFault.NONE
    seconds = 4.0 if kind is Kind.STOPPED else chance.choice((0.05, 0.5, 1.5, 3.0))
    return Question(
        token="q" + "".join(chance.choices(string.ascii_lowercase + string.digits, k=6)),
        kind=kind,
        at=round(chance.uniform(0.0, LOAD), 2),
        place=chance.randrange(PLACES),
        sentences=sentences,
        think=chance.choice((0.0, 0.0, 0.3, 1.0)),
        pace=seconds / sentences,
        has_picture=kind is Kind.AUTOMATIC or (not kind.is_interaction and chance.random() < 0.15),
        fault=fault,
        fault_after=chance.randint(1, sentences - 1),
    )


def _disturbances(  # noqa: C901, PLR0911 - a table
    chance: random.Random, theme: Theme
) -> list[Disturbance]:
    match theme:
        case Theme.CRASH:
            return _kills(chance, chance.randint(1, 3))
        case Theme.RECOVERY:
            return _kills_in_recovery(chance)
        case Theme.STOP:
            deed = chance.choice((Deed.TERMINATE, Deed.TERMINATE, Deed.FATAL_CLOSE))
            return [_at_random(chance, deed, seconds=chance.uniform(0.1, 1.0))]
        case Theme.GATEWAY:
            return [_gateway(chance) for _ in range(chance.randint(1, 3))]
        case Theme.REST:
            return [_rest(chance) for _ in range(chance.randint(1, 2))]
        case Theme.ENDPOINT:
            return [_at_random(chance, Deed.ENDPOINT_DOWN, seconds=chance.uniform(0.3, 2.0))]
        case Theme.STORE:
            return [_store(chance)]
        case Theme.PROCESSES:
            return _kills(chance, chance.randint(0, 2), processes=2)
        case Theme.CLOCK:
            return [_at_random(chance, Deed.LEAP, seconds=chance.choice((5.0, 30.0, 90.0)))]
        case Theme.MIXED:
            others = (_gateway, _rest, _store)
            return [*_kills(chance, 1), *(chance.choice(others)(chance) for _ in range(2))]


def _at_random(chance: random.Random, deed: Deed, *, seconds: float = 0.0) -> Disturbance:
    at = round(chance.uniform(0.2, LOAD), 2)
    return Disturbance(at=at, deed=deed, seconds=round(seconds, 2))


def _kills(chance: random.Random, count: int, *, processes: int = 1) -> list[Disturbance]:
    return [
        Disturbance(
            at=round(chance.uniform(0.2, LOAD + 1.0), 2),
            deed=chance.choice((Deed.KILL, Deed.KILL, Deed.KILL_AT_WRITE)),
            seconds=round(chance.uniform(0.0, 1.0), 2),
            process=chance.randrange(processes),
        )
        for _ in range(count)
    ]


def _kills_in_recovery(chance: random.Random) -> list[Disturbance]:
    """One under load, and one or two soon after the start that follows, which takes a second or two."""
    first = Disturbance(at=round(chance.uniform(0.5, LOAD), 2), deed=Deed.KILL, seconds=0.0)
    again = first.at
    kills = [first]
    for _ in range(chance.randint(1, 2)):
        again += chance.uniform(0.8, 3.0)
        deed = chance.choice((Deed.KILL, Deed.KILL_AT_WRITE))
        kills.append(Disturbance(at=round(again, 2), deed=deed, seconds=0.0))
    return kills


def _gateway(chance: random.Random) -> Disturbance:
    return _at_random(chance, chance.choice(_DROPS), seconds=chance.uniform(0.5, 3.0))


def _rest(chance: random.Random) -> Disturbance:
    deed = chance.choice(_OUTAGES)
    is_long = deed is Deed.REST_DOWN and chance.random() < _MINUTE_LONG
    return _at_random(chance, deed, seconds=60.0 if is_long else chance.uniform(0.5, 5.0))


def _store(chance: random.Random) -> Disturbance:
    return _at_random(chance, Deed.LOCK_STORE, seconds=chance.uniform(1.0, 7.0))
