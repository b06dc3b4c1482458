"""Amounts, and who asks from where."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.periods import Period
from bot.core.messages.incoming_message import Place
from bot.core.quota.limits import (
    CAPPED,
    DIRECT,
    NOTHING,
    Amounts,
    Block,
    Limit,
    Measure,
    Requester,
    Subject,
    SubjectKind,
    Unit,
    of_subjects,
)

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
_numbers = st.integers(-(10**12), 10**12)
amounts = st.builds(Amounts, tokens=_numbers, microusd=_numbers, answers=_numbers)


def test_amounts_are_found_by_their_unit() -> None:
    held = Amounts(tokens=1, microusd=20, answers=300)

    assert [held.of(unit) for unit in Unit] == [1, 20, 300]


@given(amounts, amounts)
def test_what_is_added_and_taken_away_again_leaves_what_was(one: Amounts, other: Amounts) -> None:
    assert one + other - other == one
    assert one + -one == NOTHING
    assert one + other == other + one


@given(amounts, amounts)
def test_at_most_is_the_smaller_of_each_unit(one: Amounts, other: Amounts) -> None:
    smaller = one.at_most(other)

    for unit in Unit:
        assert smaller.of(unit) == min(one.of(unit), other.of(unit))


def test_only_channels_servers_and_everything_have_caps() -> None:
    capped = {kind for kind in SubjectKind if Subject(kind=kind, id=1).is_capped}

    assert (
        capped == {SubjectKind.CHANNEL, SubjectKind.SERVER, SubjectKind.EVERYTHING} == set(CAPPED)
    )


@pytest.mark.parametrize(
    ("until", "is_over"),
    [
        pytest.param(None, False, id="for-good"),
        pytest.param(NOW + timedelta(microseconds=1), False, id="not-yet"),
        pytest.param(NOW, True, id="at-that-instant"),
        pytest.param(NOW - timedelta(days=1), True, id="yesterday"),
    ],
)
def test_a_block_is_over_from_its_instant_on(until: datetime | None, is_over: bool) -> None:
    assert Block(subject=Subject(kind=SubjectKind.USER, id=1), until=until).is_over(NOW) is is_over


@pytest.mark.parametrize(
    ("place", "channel"),
    [
        pytest.param(Place(guild_id=9, channel_id=500), 500, id="channel"),
        pytest.param(Place(guild_id=9, channel_id=501, parent_id=500), 500, id="thread"),
        pytest.param(Place(guild_id=DIRECT, channel_id=77), 77, id="direct"),
    ],
)
def test_a_thread_counts_for_the_channel_that_it_hangs_under(place: Place, channel: int) -> None:
    requester = Requester.at(place, 11, (1, 2))

    assert requester.channel_id == channel
    assert (requester.guild_id, requester.user_id) == (place.guild_id, 11)
    assert requester.role_ids == (1, 2)
    assert requester.is_direct == (place.guild_id == DIRECT)


def test_use_is_listed_under_the_highest_role() -> None:
    assert Requester(guild_id=9, user_id=11, role_ids=(1, 2, 3)).top_role_id == 3
    assert Requester(guild_id=9, user_id=11).top_role_id == 9


def test_limits_are_found_by_the_kind_of_their_subject() -> None:
    measure = Measure(unit=Unit.TOKENS, period=Period.DAY)
    one, two = (
        Limit(subject=Subject(kind=kind, id=1), measure=measure, amount=5)
        for kind in (SubjectKind.USER, SubjectKind.ROLE)
    )

    assert of_subjects([one, two], SubjectKind.ROLE) == (two,)
