from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.moderation.changes import (
    Action,
    Change,
    Matter,
    Obstacle,
    State,
    find_between,
    find_obstacle,
    reverse,
)
from bot.core.quota.limits import Subject, SubjectKind

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BOB = Subject(kind=SubjectKind.USER, id=1)
ROLE = Subject(kind=SubjectKind.ROLE, id=7)
LITTLE: State = {"limits": [{"unit": "tokens", "period": "day", "amount": 5}]}
MUCH: State = {"limits": [{"unit": "tokens", "period": "day", "amount": 500}]}


def change(
    action: Action,
    before: State | None,
    after: State | None,
    *,
    number: int = 1,
    subject: Subject = BOB,
    at: datetime = NOW - timedelta(hours=1),
) -> Change:
    return Change(
        id=number,
        guild_id=7,
        at=at,
        by=99,
        action=action,
        subject=subject,
        before=before,
        after=after,
    )


def block(until: datetime | None) -> State:
    return {"until": None if until is None else until.isoformat(), "reason": ""}


def grant(number: int, expires_at: datetime) -> State:
    return {
        "grant": number,
        "unit": "tokens",
        "amount": 100,
        "expires_at": expires_at.isoformat(),
    }


def obstacle(of: Change, present: State | None, *, now: datetime = NOW) -> Obstacle | None:
    return find_obstacle(of, present, now=now)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_its_matter(action: Action) -> None:
    assert change(action, None, None).matter in Matter


@pytest.mark.parametrize(
    ("done", "before", "after", "undone"),
    [
        (Action.SET_LIMIT, None, LITTLE, Action.CLEAR_LIMIT),
        (Action.SET_LIMIT, MUCH, LITTLE, Action.SET_LIMIT),  # replaced: the old one is set again
        (Action.CLEAR_LIMIT, MUCH, None, Action.SET_LIMIT),
        (Action.CLEAR_LIMIT, MUCH, LITTLE, Action.SET_LIMIT),  # one measure of two was cleared
        (Action.GRANT, None, grant(3, NOW), Action.REVOKE),
        (Action.REVOKE, grant(3, NOW), None, Action.GRANT),
        (Action.BLOCK, None, block(None), Action.UNBLOCK),
        (Action.BLOCK, block(NOW), block(None), Action.BLOCK),
        (Action.UNBLOCK, block(None), None, Action.BLOCK),
        (Action.RESET, {"tokens": 5}, None, Action.UNRESET),
        (Action.UNRESET, None, {"tokens": 5}, Action.RESET),
        (Action.SET_PREFERENCE, None, {"model": "a"}, Action.CLEAR_PREFERENCE),
        (Action.CLEAR_PREFERENCE, {"model": "a"}, None, Action.SET_PREFERENCE),
    ],
)
def test_taking_back_has_its_own_name(
    done: Action, before: State | None, after: State | None, undone: Action
) -> None:
    assert reverse(change(done, before, after)) is undone


def test_nothing_hinders_where_the_change_still_stands() -> None:
    assert obstacle(change(Action.SET_LIMIT, MUCH, LITTLE), LITTLE) is None
    assert obstacle(change(Action.CLEAR_LIMIT, MUCH, None), None) is None


def test_what_is_undone_is_not_undone_again() -> None:
    done = replace(change(Action.SET_LIMIT, MUCH, LITTLE), is_undone=True)

    assert obstacle(done, LITTLE) is Obstacle.UNDONE


@pytest.mark.parametrize("present", [None, MUCH])
def test_what_was_changed_since_is_left_alone(present: State | None) -> None:
    done = change(Action.SET_LIMIT, None, LITTLE)

    assert obstacle(done, present) is Obstacle.CHANGED


def test_grant_that_has_expired_is_not_brought_back() -> None:
    at = NOW + timedelta(minutes=1)
    revoked = change(Action.REVOKE, grant(3, at), None)

    assert obstacle(revoked, None) is None
    assert obstacle(revoked, None, now=at) is Obstacle.OVER


def test_block_that_would_be_over_is_not_brought_back() -> None:
    until = NOW + timedelta(minutes=1)
    lifted = change(Action.UNBLOCK, block(until), None)

    assert obstacle(lifted, None) is None
    assert obstacle(lifted, None, now=until) is Obstacle.OVER
    assert obstacle(change(Action.UNBLOCK, block(None), None), None) is None


def test_block_that_has_ended_is_not_taken_back() -> None:
    until = NOW + timedelta(minutes=1)
    short = change(Action.BLOCK, None, block(until))
    shortened = change(Action.BLOCK, block(until + timedelta(days=1)), block(until))

    assert obstacle(short, short.after) is None
    assert obstacle(short, short.after, now=until) is Obstacle.OVER
    assert obstacle(shortened, shortened.after, now=until) is None  # the longer one goes on


def test_reset_stands_beside_others_of_the_same_member() -> None:
    assert obstacle(change(Action.RESET, {"tokens": 5}, None), {"tokens": 70}) is None


def test_newest_change_of_the_same_thing_stands_between() -> None:
    done = change(Action.SET_LIMIT, None, LITTLE)
    second = change(Action.SET_LIMIT, LITTLE, MUCH, number=2)
    third = change(Action.CLEAR_LIMIT, MUCH, None, number=3)
    others = [
        change(Action.BLOCK, None, block(None), number=4),  # another matter
        change(Action.SET_LIMIT, None, MUCH, number=5, subject=ROLE),
    ]

    assert find_between(done, [done, second, third, *others]) == third
    assert find_between(done, [done, *others]) is None
    assert find_between(third, [done, second, third]) is None  # they were before


def test_each_grant_and_each_preference_stands_alone() -> None:
    first = change(Action.GRANT, None, grant(1, NOW))
    other = change(Action.GRANT, None, grant(2, NOW), number=2)
    revoked = change(Action.REVOKE, grant(1, NOW), None, number=3)
    model = change(Action.SET_PREFERENCE, None, {"model": "a"}, number=4)
    zone = change(Action.SET_PREFERENCE, None, {"time-zone": "UTC"}, number=5)
    cleared = change(Action.CLEAR_PREFERENCE, {"model": "a"}, None, number=6)

    assert find_between(first, [other]) is None
    assert find_between(first, [other, revoked]) == revoked
    assert find_between(model, [zone]) is None
    assert find_between(model, [zone, cleared]) == cleared
