"""Limits, caps, grants and blocks: what moderators decide, as values.

A limit bounds what each of its people may use; a cap bounds what all of them use together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import add, attrgetter, neg
from typing import Final, Self

from bot.core.calendar.periods import Period
from bot.core.messages.incoming_message import Place

DIRECT: Final = 0  # the `guild_id` of direct messages


class Unit(StrEnum):
    """The table of what is counted, with the field of `Amounts` that holds it."""

    _value_: str
    field: str

    TOKENS = "tokens", "tokens"
    DOLLARS = "dollars", "microusd"
    ANSWERS = "answers", "answers"

    # `Unit("tokens")` looks a member up; to a type checker it is a call without a field.
    def __new__(cls, value: str, *field: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        (member.field,) = field
        return member


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """So much of each unit."""

    tokens: int = 0
    microusd: int = 0
    answers: int = 0

    @classmethod
    def by_unit(cls, held: Mapping[Unit, int]) -> Self:
        return cls(**{unit.field: amount for unit, amount in held.items()})

    def of(self, unit: Unit) -> int:
        amount: int = getattr(self, unit.field)
        return amount

    def __add__(self, other: "Amounts") -> "Amounts":
        return _amounts(map(add, _values(self), _values(other)))

    def __neg__(self) -> "Amounts":
        return _amounts(map(neg, _values(self)))

    def at_most(self, other: "Amounts") -> "Amounts":
        """The smaller of each unit."""
        return _amounts(map(min, _values(self), _values(other)))

    def __sub__(self, other: "Amounts") -> "Amounts":
        return self + -other


NOTHING: Final = Amounts()
_FIELDS: Final = tuple(unit.field for unit in Unit)
_values: Callable[[Amounts], tuple[int, ...]] = attrgetter(*_FIELDS)


def _amounts(values: Iterable[int]) -> Amounts:
    return Amounts(**dict(zip(_FIELDS, values, strict=True)))


class SubjectKind(StrEnum):
    """Kinds of subjects, which a limit, a block, a counter or a preference is about."""

    USER = "user"
    ROLE = "role"
    EVERYONE = "everyone"  # each member of the server; the subject's id is the server's
    CHANNEL = "channel"  # with the threads under it
    SERVER = "server"
    EVERYTHING = "everything"  # all that the operator pays for; id and `guild_id` are 0


CAPPED: Final = (SubjectKind.CHANNEL, SubjectKind.SERVER, SubjectKind.EVERYTHING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    kind: SubjectKind
    id: int

    @property
    def is_capped(self) -> bool:
        """Whether limits on it are caps: for all together, not for each."""
        return self.kind in CAPPED


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Measure:
    """A limit's way of counting. A subject has at most one limit of each measure."""

    unit: Unit
    period: Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """An amount a window for a subject; None: unlimited, and then it is the subject's only one."""

    subject: Subject
    measure: Measure
    amount: int | None
    is_ceiling: bool = False  # the operator's, over all that moderators set; see `OperatorRules`


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Extra allowance, once, on top of the limits of its unit; of a role: for each of its members.

    It pays for what a limit does not cover.
    """

    id: int
    subject: Subject  # a user or a role
    unit: Unit
    amount: int
    left: int  # for the user who is asked about
    expires_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A user or a role may not use the bot; of a channel or a server, it is a pause for all."""

    subject: Subject
    until: datetime | None  # None: until somebody takes it back
    reason: str = ""

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class Requester:
    """Somebody who wants an answer, and where."""

    guild_id: int  # DIRECT in direct messages
    user_id: int
    role_ids: tuple[
        int, ...
    ] = ()  # the lowest first; the one that everybody has is the server's id
    channel_id: int = 0  # the one that caps count: a thread's is the channel it hangs under

    @classmethod
    def at(cls, place: Place, user_id: int, role_ids: tuple[int, ...] = ()) -> Self:
        channel = place.channel_id if place.parent_id is None else place.parent_id
        return cls(guild_id=place.guild_id, user_id=user_id, role_ids=role_ids, channel_id=channel)

    @property
    def is_direct(self) -> bool:
        return self.guild_id == DIRECT

    @property
    def top_role_id(self) -> int:
        """The role that their use is listed under; the server's id where they have none."""
        return self.role_ids[-1] if self.role_ids else self.guild_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Rules that apply to one requester, as the store has them. Nothing here is ordered."""

    limits: tuple[Limit, ...] = ()
    grants: tuple[Grant, ...] = ()  # of the requester or one of their roles; not expired
    blocks: tuple[Block, ...] = ()


def of_subjects(limits: Iterable[Limit], kind: SubjectKind) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit.subject.kind is kind)
