"""Subjects, limits and standings that the tests of quota texts share."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window
from bot.core.moderation.changes import Action, Change
from bot.core.quota.limits import Grant, Limit, Measure, Requester, Subject, SubjectKind, Unit
from bot.core.quota.rules import RuleSource, Ruling
from bot.core.quota.standings import Standing

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
RESET = f"<t:{int(MIDNIGHT.timestamp())}:R>"
THEN = f"<t:{int(MIDNIGHT.timestamp())}:f>"
TODAY = Window(
    period=Period.DAY,
    starts_at=datetime(2026, 11, 21, tzinfo=UTC),
    resets_at=MIDNIGHT,
    key=datetime(2026, 11, 21, tzinfo=UTC),
)
MOST = 10**12
LONGEST_ID = 2**63
USER = Subject(kind=SubjectKind.USER, id=7)
ROLE = Subject(kind=SubjectKind.ROLE, id=8)
OTHER_ROLE = Subject(kind=SubjectKind.ROLE, id=9)
EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=1)
CHANNEL = Subject(kind=SubjectKind.CHANNEL, id=5)
SERVER = Subject(kind=SubjectKind.SERVER, id=1)
EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)
SUBJECTS = [USER, ROLE, EVERYONE, CHANNEL, SERVER, EVERYTHING]
DAILY_TOKENS = Measure(unit=Unit.TOKENS, period=Period.DAY)
MONTHLY_DOLLARS = Measure(unit=Unit.DOLLARS, period=Period.MONTH)
MEASURES = [Measure(unit=unit, period=period) for unit in Unit for period in Period]


def limit(
    subject: Subject = EVERYONE, amount: int | None = 50_000, measure: Measure = DAILY_TOKENS
) -> Limit:
    return Limit(subject=subject, measure=measure, amount=amount)


def standing(of: Limit, spent: int = 0, *, reserved: int = 0, granted: int = 0) -> Standing:
    window = replace(TODAY, period=of.measure.period)
    return Standing(limit=of, window=window, spent=spent, reserved=reserved, granted=granted)


def ruling(source: RuleSource = RuleSource.DEFAULT, *limits: Limit, **more: object) -> Ruling:
    caps = tuple(one for one in limits if one.subject.is_capped)
    own = tuple(one for one in limits if not one.subject.is_capped)
    return replace(Ruling(source=source, limits=own, caps=caps), **more)  # type: ignore[arg-type]


GRANT = Grant(
    id=3, subject=USER, unit=Unit.TOKENS, amount=10_000, left=4_000, expires_at=MIDNIGHT, reason=""
)


def change(action: Action = Action.SET_LIMIT, subject: Subject = USER, **more: object) -> Change:
    made = Change(
        id=12, guild_id=1, at=NOW, by=2, action=action, subject=subject, before=None, after=None
    )
    return replace(made, **more)  # type: ignore[arg-type]


ASKER = Requester(guild_id=1, user_id=7, role_ids=(1, 8, 9), channel_id=5)
