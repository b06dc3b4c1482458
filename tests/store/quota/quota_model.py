"""What the ledger promises, said again in the simplest way: lists of what happened, summed up anew
whenever somebody asks. No counters, no locks, no SQL.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from bot.core.calendar.periods import UP_TO_A_DAY, Period
from bot.core.calendar.windows import windows
from bot.core.quota.limits import (
    CAPPED,
    NOTHING,
    Amounts,
    Measure,
    Requester,
    Subject,
    SubjectKind,
    Unit,
)

Keys = dict[Period, datetime]
Standing = tuple[Subject, Measure, int, datetime, int, int, int]  # …, key, spent, reserved, granted
WARNED = (50, 80, 100)


@dataclass(frozen=True)
class Request:
    message_id: int
    who: Requester
    wanted: int
    smallest: int
    price: int | None  # micro-dollars a million tokens
    expires_at: datetime
    owner: str


@dataclass(frozen=True)
class Open:
    request: Request
    keys: Keys
    held: Amounts
    created_at: datetime
    limits: tuple[tuple[Measure, int], ...]  # what it draws by
    grants: tuple[int, ...]  # what it draws from


@dataclass(frozen=True)
class Answer:
    who: Requester
    keys: Keys
    used: Amounts
    drawn: Amounts
    excess: Amounts  # used, though not held back
    lost: Amounts  # held back for it, and revoked before it was drawn


@dataclass(frozen=True)
class Forgiven:
    at: datetime
    guild_id: int
    user_id: int
    keys: Keys
    amounts: Amounts


@dataclass(frozen=True)
class Pool:
    """A grant."""

    guild_id: int
    subject: Subject
    unit: Unit
    amount: int
    expires_at: datetime


@dataclass
class Model:
    zone: ZoneInfo
    default: int | None  # tokens a day
    house_caps: dict[Measure, int]  # on everything
    ceiling: int | None = None  # tokens a day of `zone`, for each server
    limits: dict[tuple[int, Subject], dict[Measure, int | None]] = field(default_factory=dict)
    grants: dict[int, Pool] = field(default_factory=dict)
    revoked: set[int] = field(default_factory=set)
    drawn: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    blocks: dict[tuple[int, Subject], datetime | None] = field(default_factory=dict)
    zones: dict[int, ZoneInfo] = field(default_factory=dict)
    open: dict[int, Open] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    forgiven: list[Forgiven] = field(default_factory=list)

    # -- what moderators do -------------------------------------------------------------------

    def set_limit(self, guild: int, subject: Subject, measure: Measure, amount: int | None) -> None:
        own = self.limits.setdefault((guild, subject), {})
        if amount is None or None in own.values():
            own.clear()
        own[measure] = amount

    def reset(self, guild: int, user: int, at: datetime) -> Amounts:
        keys = self.keys(guild, at)
        counts = {each: self._counted(guild, user, each, keys[each]) for each in UP_TO_A_DAY}
        inside = NOTHING
        for number, period in enumerate(UP_TO_A_DAY):
            most = reduce(Amounts.at_most, (counts[each] for each in UP_TO_A_DAY[number:]))
            self.forgiven.append(Forgiven(at, guild, user, dict(keys), most - inside))
            inside = most
            del keys[period]
        return counts[Period.DAY]

    def unreset(self, guild: int, user: int, of: datetime, at: datetime) -> None:
        for each in list(self.forgiven):
            if (each.guild_id, each.user_id, each.at) == (guild, user, of):
                self.forgiven.append(Forgiven(at, guild, user, each.keys, -each.amounts))

    # -- answers ------------------------------------------------------------------------------

    def reserve(self, request: Request, now: datetime) -> Amounts | str:
        who = request.who
        if request.message_id in self.open or request.message_id in self.answers:
            return "answered"
        if self.is_blocked(who, now):
            return "blocked"
        standings = self.standings(who, now)
        left = [(each[1].unit, max(0, _left(each))) for each in standings]
        if any(_room(unit, much, request) < request.smallest for unit, much in left):
            return "refused"
        tokens = min([request.wanted, *(much for unit, much in left if unit is Unit.TOKENS)])
        most = -(-tokens * (request.price or 0) // 1_000_000)
        money = min([most, *(much for unit, much in left if unit is Unit.DOLLARS)])
        held = Amounts(tokens=tokens, microusd=money, answers=1)
        limits = [(measure, amount) for _, measure, amount in self._own(who)]
        grants = self.grants_of(who, now) if limits else []
        self.open[request.message_id] = Open(
            request=request,
            keys=self.keys(who.guild_id, now),
            held=held,
            created_at=now,
            limits=tuple(limits),
            grants=tuple(grants),
        )
        return held

    def settle(
        self, message_id: int, used: Amounts, now: datetime
    ) -> set[tuple[Subject, int]] | None:
        """Returns which caps have passed which share."""
        held = self.open.pop(message_id, None)
        if held is None:
            return None
        who = held.request.who
        is_held = held.request.expires_at > now
        drawn, lost = self._draw(held, used, now)
        self.answers[message_id] = Answer(
            who=who,
            keys=held.keys,
            used=used,
            drawn=drawn,
            excess=used - used.at_most(held.held if is_held else NOTHING),
            lost=lost,
        )
        passed = set()
        for subject, measure, amount, key, spent, _, _ in self.standings(who, now):
            its = held.keys[measure.period]
            if subject == CEILING:
                its = self.day_of(held.keys)
            if subject.kind not in CAPPED or key != its:
                continue
            before = spent - used.of(measure.unit)
            shares = [
                share for share in WARNED if before * 100 < amount * share <= spent * 100 and amount
            ]
            if shares:
                passed.add((subject, shares[-1]))
        return passed

    def left_open(self, owner: str, now: datetime) -> list[int]:
        found = [
            (each.created_at, message_id)
            for message_id, each in self.open.items()
            if each.request.owner == owner or each.request.expires_at <= now
        ]
        return [message_id for _, message_id in sorted(found)]

    # -- what holds ---------------------------------------------------------------------------

    def keys(self, guild: int, now: datetime) -> Keys:
        zone = self.zones.get(guild, self.zone)
        return {period: each.key for period, each in windows(now, zone).items()}

    def is_blocked(self, who: Requester, now: datetime) -> bool:
        subjects = [*_roles(who), _user(who), *_places(who)]
        untils = [
            self.blocks[who.guild_id, each]
            for each in subjects
            if (who.guild_id, each) in self.blocks
        ]
        return any(until is None or until > now for until in untils)

    def grants_of(self, who: Requester, now: datetime) -> list[int]:
        """What expires first goes first."""
        found = [
            (each.expires_at, number)
            for number, each in self.grants.items()
            if each.guild_id == who.guild_id
            and each.subject in {_user(who), *_roles(who)}
            and each.expires_at > now
            and number not in self.revoked
        ]
        return [number for _, number in sorted(found)]

    def left_of(self, grant: int, user: int) -> int:
        return self.grants[grant].amount - self.drawn[grant, user]

    def standings(self, who: Requester, now: datetime) -> list[Standing]:
        keys = self.keys(who.guild_id, now)
        pools = self.grants_of(who, now)
        found = []
        for subject, measure, amount in (*self._own(who), *self._caps(who)):
            unit, key = measure.unit, keys[measure.period]
            inside: list[Open] = []
            outside: list[Open] = []
            for each in self.open.values():
                if each.request.expires_at > now and _is_about(subject, each.request.who, who):
                    (inside if each.keys[measure.period] == key else outside).append(each)
            granted = 0
            if subject.kind not in CAPPED:
                left = sum(
                    max(0, self.left_of(pool, who.user_id))
                    for pool in pools
                    if self.grants[pool].unit is unit
                )
                granted = max(0, left - sum(each.held.of(unit) for each in outside if each.limits))
            found.append(
                (
                    subject,
                    measure,
                    amount,
                    key,
                    self.spent(subject, who, measure.period, key).of(unit),
                    sum(each.held.of(unit) for each in inside),
                    granted,
                )
            )
        return [*found, *self._under_ceiling(who, now)]

    def day_of(self, keys: Keys) -> datetime:
        """The operator's day that an answer of these windows counts in: that its hour began in."""
        day = keys[Period.HOUR].astimezone(self.zone).date()
        return datetime.combine(day, time(), tzinfo=UTC)

    def _under_ceiling(self, who: Requester, now: datetime) -> Iterator[Standing]:
        if self.ceiling is None:
            return
        day = self.day_of(self.keys(who.guild_id, now))
        spent = sum(
            each.used.tokens
            for each in self.answers.values()
            if each.who.guild_id == who.guild_id and self.day_of(each.keys) == day
        )
        held = sum(
            each.held.tokens
            for each in self.open.values()
            if each.request.who.guild_id == who.guild_id
            and each.request.expires_at > now
            and self.day_of(each.keys) == day
        )
        measure = Measure(unit=Unit.TOKENS, period=Period.DAY)
        yield CEILING, measure, self.ceiling, day, spent, held, 0

    def spent(self, subject: Subject, who: Requester, period: Period, key: datetime) -> Amounts:
        if subject.kind not in CAPPED:
            return self._counted(who.guild_id, who.user_id, period, key)
        return sum(
            (
                each.used
                for each in self.answers.values()
                if each.keys[period] == key and _is_about(subject, each.who, who)
            ),
            NOTHING,
        )

    def _counted(self, guild: int, user: int, period: Period, key: datetime) -> Amounts:
        """What counts against a member's limits: less what was drawn or forgiven."""
        answers = (
            each.used - each.drawn
            for each in self.answers.values()
            if (each.who.guild_id, each.who.user_id, each.keys[period]) == (guild, user, key)
        )
        forgiven = (
            -each.amounts
            for each in self.forgiven
            if (each.guild_id, each.user_id, each.keys.get(period)) == (guild, user, key)
        )
        return sum((*answers, *forgiven), NOTHING)

    def _own(self, who: Requester) -> list[tuple[Subject, Measure, int]]:
        """The member's own limits, else the highest of the roles, else everyone's, else the default."""
        everyone = Subject(kind=SubjectKind.EVERYONE, id=who.guild_id)
        for subjects in ([_user(who)], _roles(who), [everyone]):
            highest: dict[Measure, tuple[int, Subject]] = {}
            held = [
                (measure, amount, subject)
                for subject in subjects
                for measure, amount in self.limits.get((who.guild_id, subject), {}).items()
            ]
            for measure, amount, subject in held:
                if amount is None:
                    return []
                if measure not in highest or amount > highest[measure][0]:
                    highest[measure] = amount, subject
            if held:
                return [(subject, measure, most) for measure, (most, subject) in highest.items()]
        day = Measure(unit=Unit.TOKENS, period=Period.DAY)
        nobody = Subject(kind=SubjectKind.EVERYONE, id=0)
        return [] if self.default is None else [(nobody, day, self.default)]

    def _caps(self, who: Requester) -> Iterator[tuple[Subject, Measure, int]]:
        for subject in _places(who):
            for measure, amount in self.limits.get((who.guild_id, subject), {}).items():
                yield subject, measure, amount or 0
        for measure, amount in self.house_caps.items():
            yield EVERYTHING, measure, amount

    def _draw(self, held: Open, used: Amounts, now: datetime) -> tuple[Amounts, Amounts]:
        """What is drawn, and what would have been but for grants that were revoked."""
        who, drawn = held.request.who, dict.fromkeys(Unit, 0)
        over = dict.fromkeys(Unit, 0)
        for measure, amount in held.limits:
            unit = measure.unit
            spent = self._counted(
                who.guild_id, who.user_id, measure.period, held.keys[measure.period]
            )
            covered = max(0, amount - spent.of(unit))
            over[unit] = max(over[unit], used.of(unit) - covered)
        since = self.grants_of(replace(who, role_ids=()), now)  # whoever settles knows no roles
        for number in dict.fromkeys([*held.grants, *since]):
            if number in self.revoked:
                continue
            unit = self.grants[number].unit
            much = min(over[unit] - drawn[unit], self.left_of(number, who.user_id))
            if much > 0:
                self.drawn[number, who.user_id] += much
                drawn[unit] += much
        is_lost = any(number in self.revoked for number in held.grants)
        lost = {unit: over[unit] - drawn[unit] if is_lost else 0 for unit in Unit}
        return _amounts(drawn), _amounts(lost)


EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)
CEILING = Subject(kind=SubjectKind.SERVER, id=0)  # of the server that is asked about
LASTING = timedelta(minutes=10)  # of a reservation


def _amounts(of: dict[Unit, int]) -> Amounts:
    return Amounts(tokens=of[Unit.TOKENS], microusd=of[Unit.DOLLARS], answers=of[Unit.ANSWERS])


def _user(who: Requester) -> Subject:
    return Subject(kind=SubjectKind.USER, id=who.user_id)


def _roles(who: Requester) -> list[Subject]:
    return [Subject(kind=SubjectKind.ROLE, id=each) for each in who.role_ids]


def _places(who: Requester) -> list[Subject]:
    return [
        Subject(kind=SubjectKind.CHANNEL, id=who.channel_id),
        Subject(kind=SubjectKind.SERVER, id=who.guild_id),
    ]


def _left(standing: Standing) -> int:
    _, _, amount, _, spent, reserved, granted = standing
    return max(0, amount - spent) + granted - reserved


def _room(unit: Unit, left: int, request: Request) -> int:
    """In tokens."""
    if unit is Unit.TOKENS:
        return left
    if unit is Unit.ANSWERS:
        return request.wanted if left else -1
    return -1 if request.price is None else left * 1_000_000 // request.price


def _is_about(subject: Subject, whose: Requester, who: Requester) -> bool:
    """Whether what `whose` answer uses counts under a limit of `who`."""
    if subject.kind is SubjectKind.EVERYTHING:
        return True
    if whose.guild_id != who.guild_id:
        return False
    if subject.kind is SubjectKind.CHANNEL:
        return whose.channel_id == subject.id
    return subject.kind is SubjectKind.SERVER or whose.user_id == who.user_id
