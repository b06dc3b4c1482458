import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.calendar.periods import Period
from bot.core.moderation.audit_values import (
    block_of,
    block_state,
    grant_of,
    grant_state,
    limits_of,
    limits_state,
    modern,
    spent_of,
    spent_state,
)
from bot.core.quota.limits import Amounts, Block, Grant, Limit, Measure, Subject, SubjectKind, Unit

ROLE = Subject(kind=SubjectKind.ROLE, id=7)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def limit(amount: int | None, unit: Unit = Unit.TOKENS, period: Period = Period.DAY) -> Limit:
    return Limit(subject=ROLE, measure=Measure(unit=unit, period=period), amount=amount)


def test_limits_come_back_in_an_order_of_their_own() -> None:
    day, hour = limit(5), limit(None, Unit.DOLLARS, Period.HOUR)

    state = limits_state([day, hour])

    assert state == limits_state([hour, day])
    assert set(limits_of(json.loads(json.dumps(state)), ROLE)) == {day, hour}


def test_no_limits_are_no_state() -> None:
    assert limits_state([]) is None
    assert limits_of(None, ROLE) == ()


def test_grant_comes_back() -> None:
    grant = Grant(id=3, subject=ROLE, unit=Unit.DOLLARS, amount=5, left=5, expires_at=NOON)

    assert grant_of(json.loads(json.dumps(grant_state(grant))), ROLE) == grant


@pytest.mark.parametrize("until", [None, NOON])
def test_block_comes_back(until: datetime | None) -> None:
    block = Block(subject=ROLE, until=until, reason="spam")
    state = block_state(block)

    assert state is not None
    assert block_of(json.loads(json.dumps(state)), ROLE) == block
    assert block_state(None) is None


def test_instants_are_the_same_by_whatever_clock_they_were_given() -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))

    assert block_state(Block(subject=ROLE, until=berlin)) == block_state(
        Block(subject=ROLE, until=NOON)
    )


def test_what_was_spent_comes_back() -> None:
    amounts = Amounts(tokens=5, microusd=70, answers=1)

    assert spent_of(json.loads(json.dumps(spent_state(amounts)))) == amounts
    assert spent_of(None) == Amounts()


def test_what_earlier_versions_wrote_is_read() -> None:
    assert limits_of(modern({"amount": 5}), ROLE) == (limit(5),)
    assert limits_of(modern({"amount": None}), ROLE) == (limit(None),)
    assert spent_of(modern({"spent": 120})) == Amounts(tokens=120)
    assert modern({"spent": 0}) is None
    assert modern({"model": "a"}) == {"model": "a"}
    assert modern(None) is None
