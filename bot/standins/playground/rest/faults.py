"""Faults of the REST interface, switched while it runs: the next requests that match misbehave."""

import re
from dataclasses import dataclass, field
from enum import Enum

from bot.standins.playground.errors import Json


class FaultKind(Enum):
    ANSWER = "answer"  # with a status and body of its own
    LIMIT = "limit"  # 429
    RESET = "reset"  # the TCP connection is reset
    HANG = "hang"  # nothing for so many seconds, then as usual


@dataclass(kw_only=True, slots=True)
class Fault:
    """`path` and `method` are regular expressions; the path is without the `/api/v10`."""

    kind: FaultKind
    method: str = ".*"
    path: str = ".*"
    times: int = 1  # left
    after: int = 0  # matching requests let through first
    every: int = 1  # 2: every other matching request
    is_applied: bool = False  # what was asked for is done all the same, only the answer is lost
    status: int = 500
    body: Json = field(default_factory=dict)
    retry_after: float = 1.0  # seconds
    is_global: bool = False
    has_via: bool = True  # without it a client takes a 429 for a ban by Cloudflare
    seconds: float = 0.0  # to hang

    def matches(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.search(self.path, path))


class Faults:
    """Each request meets at most one fault: the first planned that matches."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self.met = 0  # requests that misbehaved

    def add(self, fault: Fault) -> Fault:
        self.planned.append(fault)
        return fault

    def answer(
        self, status: int, code: int = 0, *, method: str = ".*", path: str = ".*", times: int = 1
    ) -> Fault:
        body = {"message": f"{status}: planned fault", "code": code}
        kind = FaultKind.ANSWER
        return self.add(
            Fault(kind=kind, status=status, body=body, method=method, path=path, times=times)
        )

    def limit(
        self,
        retry_after: float,
        *,
        method: str = ".*",
        path: str = ".*",
        times: int = 1,
        is_global: bool = False,
    ) -> Fault:
        fault = Fault(kind=FaultKind.LIMIT, method=method, path=path, times=times)
        fault.retry_after, fault.is_global = retry_after, is_global
        return self.add(fault)

    def reset(
        self, *, method: str = ".*", path: str = ".*", times: int = 1, is_applied: bool = False
    ) -> Fault:
        fault = Fault(kind=FaultKind.RESET, method=method, path=path, times=times)
        fault.is_applied = is_applied
        return self.add(fault)

    def hang(
        self, seconds: float, *, method: str = ".*", path: str = ".*", times: int = 1
    ) -> Fault:
        fault = Fault(kind=FaultKind.HANG, method=method, path=path, times=times)
        fault.seconds = seconds
        return self.add(fault)

    def take(self, method: str, path: str) -> Fault | None:
        for fault in self.planned:
            if fault.times < 1 or not fault.matches(method, path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            fault.after = fault.every - 1
            self.met += 1
            return fault
        return None

    def clear(self) -> None:
        self.planned.clear()
