"""Which rule decides: the whole chain, one link after the other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.periods import Period
from bot.core.calendar.windows import Window
from bot.core.quota.allowance import AllowanceRequest, grant_allowance
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import (
    DIRECT,
    Block,
    Grant,
    Limit,
    Measure,
    Requester,
    Rules,
    Subject,
    SubjectKind,
    Unit,
)
from bot.core.quota.rules import OperatorRules, RuleSource, Ruling, default_limits, find_block, rule
from bot.core.quota.standings import Standing

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SHOP, ADA, CHANNEL, ARTIST, HELPER = 900, 11, 500, 71, 72
ASKING = Requester(guild_id=SHOP, user_id=ADA, role_ids=(ARTIST, HELPER), channel_id=CHANNEL)
OPERATOR = OperatorRules(default=default_limits(10_000))
BARRED = OperatorRules(blocked_users=frozenset({ADA}), blocked_servers=frozenset({SHOP}))

_USER = Subject(kind=SubjectKind.USER, id=ADA)
_ARTIST = Subject(kind=SubjectKind.ROLE, id=ARTIST)
_HELPER = Subject(kind=SubjectKind.ROLE, id=HELPER)
_EVERYONE = Subject(kind=SubjectKind.EVERYONE, id=SHOP)
_CHANNEL = Subject(kind=SubjectKind.CHANNEL, id=CHANNEL)
_SERVER = Subject(kind=SubjectKind.SERVER, id=SHOP)
_EVERYTHING = Subject(kind=SubjectKind.EVERYTHING, id=0)

_TOKENS = Measure(unit=Unit.TOKENS, period=Period.DAY)
_WEEKLY = Measure(unit=Unit.TOKENS, period=Period.WEEK)
_ANSWERS = Measure(unit=Unit.ANSWERS, period=Period.HOUR)
_DOLLARS = Measure(unit=Unit.DOLLARS, period=Period.MONTH)


def limit(subject: Subject, amount: int | None, measure: Measure = _TOKENS) -> Limit:
    return Limit(subject=subject, measure=measure, amount=amount)


def block(subject: Subject, until: datetime | None = None) -> Block:
    return Block(subject=subject, until=until)


# -- who is not answered at all -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        pytest.param([], None, id="nobody"),
        pytest.param([block(_HELPER)], _HELPER, id="a-role"),
        pytest.param([block(_HELPER), block(_USER)], _USER, id="the-user-before-a-role"),
        pytest.param([block(_USER), block(_CHANNEL)], _CHANNEL, id="the-channel-before-the-user"),
        pytest.param([block(_CHANNEL), block(_SERVER)], _SERVER, id="the-server-before-a-channel"),
        pytest.param([block(_SERVER, NOW), block(_USER)], _USER, id="not-what-is-over"),
        pytest.param([block(_USER, LATER)], _USER, id="not-yet-over"),
        pytest.param([block(_USER, NOW)], None, id="over-at-this-instant"),
        pytest.param(
            [block(_ARTIST, NOW + timedelta(hours=1)), block(_HELPER, LATER)],
            _HELPER,
            id="of-two-roles-the-one-that-lasts-longer",
        ),
        pytest.param(
            [block(_ARTIST, LATER), block(_HELPER)], _HELPER, id="of-two-roles-the-one-for-good"
        ),
    ],
)
def test_the_first_block_of_the_chain_is_the_reason(
    blocks: list[Block], found: Subject | None
) -> None:
    for order in (blocks, blocks[::-1]):
        blocked = find_block(Rules(blocks=tuple(order)), ASKING, OPERATOR, NOW)

        assert (blocked and blocked.block.subject) == found
        assert blocked is None or not blocked.is_operators


@pytest.mark.parametrize(
    ("operator", "subject"),
    [
        pytest.param(BARRED, _USER, id="the-user-before-the-server"),
        pytest.param(replace(BARRED, blocked_users=frozenset()), _SERVER, id="the-server"),
    ],
)
def test_the_operators_block_goes_before_all_others(
    operator: OperatorRules, subject: Subject
) -> None:
    rules = Rules(blocks=(block(_SERVER), block(_USER)))

    blocked = find_block(rules, ASKING, operator, NOW)

    assert blocked is not None
    assert blocked.is_operators
    assert blocked.block == block(subject)


def test_the_operators_block_of_others_blocks_nobody_else() -> None:
    other = replace(ASKING, guild_id=SHOP + 1, user_id=ADA + 1)

    assert find_block(Rules(), other, BARRED, NOW) is None


def test_direct_messages_are_no_server_that_could_be_blocked() -> None:
    operator = OperatorRules(blocked_servers=frozenset({DIRECT}))

    assert find_block(Rules(), replace(ASKING, guild_id=DIRECT), operator, NOW) is None


# -- whose limits hold ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "source", "amounts"),
    [
        pytest.param([], RuleSource.DEFAULT, [10_000], id="the-configured-default"),
        pytest.param([limit(_EVERYONE, 50)], RuleSource.EVERYONE, [50], id="everyones"),
        pytest.param(
            [limit(_EVERYONE, 50), limit(_ARTIST, 5)],
            RuleSource.ROLES,
            [5],
            id="a-roles-before-everyones-even-if-lower",
        ),
        pytest.param(
            [limit(_ARTIST, 500), limit(_USER, 5)],
            RuleSource.OWN,
            [5],
            id="ones-own-before-the-roles-even-if-lower",
        ),
        pytest.param(
            [limit(_ARTIST, 300), limit(_HELPER, 200)],
            RuleSource.ROLES,
            [300],
            id="the-highest-role",
        ),
        pytest.param(
            [limit(_ARTIST, None), limit(_HELPER, 200), limit(_HELPER, 5, _ANSWERS)],
            RuleSource.ROLES,
            [],
            id="an-unlimited-role-leaves-no-other",
        ),
        pytest.param([limit(_USER, None)], RuleSource.OWN, [], id="unlimited-oneself"),
        pytest.param(
            [limit(_EVERYONE, None), limit(_CHANNEL, 9)],
            RuleSource.EVERYONE,
            [],
            id="everyone-unlimited",
        ),
        pytest.param([limit(_USER, 0)], RuleSource.OWN, [0], id="nothing-is-a-limit-too"),
        pytest.param(
            [limit(_USER, 100), limit(_USER, 3, _ANSWERS), limit(_USER, 400, _WEEKLY)],
            RuleSource.OWN,
            [3, 100, 400],
            id="several-measures-hold-side-by-side",
        ),
        pytest.param(
            [
                limit(_ARTIST, 100),
                limit(_HELPER, 90),
                limit(_HELPER, 3, _ANSWERS),
                limit(_ARTIST, 2, _ANSWERS),
                limit(_ARTIST, 7, _DOLLARS),
            ],
            RuleSource.ROLES,
            [3, 7, 100],
            id="the-highest-role-of-each-measure",
        ),
    ],
)
def test_the_nearest_limits_hold(
    limits: list[Limit], source: RuleSource, amounts: list[int | None]
) -> None:
    for order in (limits, limits[::-1]):
        ruling = rule(Rules(limits=tuple(order)), ASKING, OPERATOR)

        assert ruling.source is source
        assert [each.amount for each in ruling.limits] == amounts
        assert ruling.is_unlimited == (not amounts)


def test_of_two_equal_roles_always_the_same_is_named() -> None:
    limits = (limit(_HELPER, 100), limit(_ARTIST, 100))

    one, other = (
        rule(Rules(limits=limits), ASKING, OPERATOR),
        rule(Rules(limits=limits[::-1]), ASKING, OPERATOR),
    )

    assert one == other


def test_without_a_configured_default_nothing_is_limited() -> None:
    ruling = rule(Rules(), ASKING, OperatorRules(default=default_limits(None)))

    assert (ruling.source, ruling.is_unlimited) == (RuleSource.DEFAULT, True)


def test_every_cap_binds_beside_the_limits_and_the_operators_last() -> None:
    operator = OperatorRules(
        default=default_limits(10_000), caps=(limit(_EVERYTHING, 7, _DOLLARS),)
    )
    caps = (limit(_SERVER, 300), limit(_CHANNEL, 200), limit(_CHANNEL, 4, _ANSWERS))

    ruling = rule(Rules(limits=(limit(_USER, None), *caps)), ASKING, operator)

    assert ruling.is_unlimited
    assert set(ruling.caps) == {*caps, *operator.caps}


@pytest.mark.parametrize(
    "set_by_moderators",
    [
        pytest.param((), id="nothing"),
        pytest.param((limit(_EVERYONE, None),), id="everyone-unlimited"),
        pytest.param((limit(_USER, None),), id="the-user-unlimited"),
        pytest.param((limit(_SERVER, 10**12),), id="a-higher-cap"),
        pytest.param((limit(_SERVER, 10**12, _WEEKLY), limit(_CHANNEL, 5)), id="other-caps"),
    ],
)
def test_the_operators_ceiling_is_the_last_cap_whatever_moderators_set(
    set_by_moderators: tuple[Limit, ...],
) -> None:
    operator = replace(OPERATOR, caps=(limit(_EVERYTHING, 7),), server_ceiling=200_000)

    ruling = rule(Rules(limits=set_by_moderators), ASKING, operator)

    ceiling = replace(limit(_SERVER, 200_000), is_ceiling=True)
    assert ruling.caps[-1] == ceiling == operator.ceiling(SHOP)
    assert [each for each in ruling.caps if each.is_ceiling] == [ceiling]


def test_direct_messages_have_no_ceiling() -> None:
    operator = replace(OPERATOR, server_ceiling=200_000)

    assert rule(Rules(), replace(ASKING, guild_id=DIRECT), operator).caps == ()


def test_without_a_ceiling_there_is_none() -> None:
    assert OPERATOR.ceiling(SHOP) is None


def test_a_cap_is_nobodys_limit() -> None:
    ruling = rule(Rules(limits=(limit(_CHANNEL, 1), limit(_SERVER, 1))), ASKING, OPERATOR)

    assert ruling.source is RuleSource.DEFAULT


def test_grants_are_passed_on_in_their_order() -> None:
    first, second = (
        Grant(id=number, subject=_USER, unit=Unit.TOKENS, amount=5, left=5, expires_at=LATER)
        for number in (2, 1)
    )

    assert rule(Rules(grants=(first, second)), ASKING, OPERATOR).grants == (first, second)


# -- whatever the rules are ------------------------------------------------------------------------

_measures = st.builds(Measure, unit=st.sampled_from(Unit), period=st.sampled_from(Period))
_subjects = st.sampled_from([_USER, _ARTIST, _HELPER, _EVERYONE])
_amounts = st.integers(0, 50_000)
_limits = st.lists(
    st.builds(limit, _subjects, st.none() | _amounts, _measures), max_size=8, unique_by=hash
)
_caps = st.lists(
    st.builds(
        limit, st.sampled_from([_CHANNEL, _SERVER, _EVERYTHING]), st.integers(0, 50_000), _measures
    ),
    max_size=6,
)
_spent = st.integers(0, 20_000)
_wanted = st.integers(1_000, 20_000)


def allowed(ruling: Ruling, spent: int, wanted: int) -> int:
    """Tokens, where so much is spent under each of them."""
    window = Window(period=Period.DAY, starts_at=NOW, resets_at=LATER, key=NOW)
    standings = [
        Standing(limit=each, window=window, spent=spent) for each in (*ruling.limits, *ruling.caps)
    ]
    try:
        return grant_allowance(standings, AllowanceRequest(tokens=wanted, smallest=500)).tokens
    except QuotaExceeded:
        return 0


@given(_limits, _caps, _caps, _spent, _wanted)
def test_one_cap_more_never_gives_more(
    limits: list[Limit], caps: list[Limit], more: list[Limit], spent: int, wanted: int
) -> None:
    before = rule(Rules(limits=(*limits, *caps)), ASKING, OPERATOR)
    after = rule(Rules(limits=(*limits, *caps, *more)), ASKING, OPERATOR)

    assert allowed(after, spent, wanted) <= allowed(before, spent, wanted)


@given(_limits, _caps, st.randoms(use_true_random=False))
def test_rules_do_not_depend_on_their_order(
    limits: list[Limit], caps: list[Limit], chance: Random
) -> None:
    shuffled = [*limits, *caps]
    chance.shuffle(shuffled)

    one, other = (
        rule(Rules(limits=tuple(each)), ASKING, OPERATOR) for each in ([*limits, *caps], shuffled)
    )

    assert one.source is other.source
    assert {(each.measure, each.amount) for each in one.limits} == {
        (each.measure, each.amount) for each in other.limits
    }
    assert sorted(map(hash, one.caps)) == sorted(map(hash, other.caps))


@given(_limits)
def test_the_highest_limit_of_several_roles_holds(limits: list[Limit]) -> None:
    roles = [each for each in limits if each.subject.kind is SubjectKind.ROLE]

    ruling = rule(Rules(limits=tuple(roles)), ASKING, OPERATOR)

    if any(each.amount is None for each in roles):
        assert ruling.is_unlimited
    elif roles:
        assert {each.measure for each in ruling.limits} == {each.measure for each in roles}
        for held in ruling.limits:
            alike = [each.amount or 0 for each in roles if each.measure == held.measure]
            assert held.amount == max(alike)


@given(_limits, _caps)
def test_a_ruling_holds_no_limit_that_is_none(limits: list[Limit], caps: list[Limit]) -> None:
    ruling = rule(Rules(limits=(*limits, *caps)), ASKING, OPERATOR)

    assert all(each.amount is not None for each in (*ruling.limits, *ruling.caps))
    assert not any(each.subject.is_capped for each in ruling.limits)
    assert all(each.subject.is_capped for each in ruling.caps)


@given(st.lists(st.builds(block, st.sampled_from([_USER, _ARTIST, _CHANNEL, _SERVER])), max_size=4))
def test_whoever_is_blocked_at_all_is_blocked(blocks: list[Block]) -> None:
    assert (find_block(Rules(blocks=tuple(blocks)), ASKING, OPERATOR, NOW) is None) == (not blocks)
