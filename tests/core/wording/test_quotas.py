"""Quotas in words: what binds, what is left, what was changed, and who can change it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.calendar.instants import InstantPassed, InstantTooFar, NotAnInstant
from bot.core.calendar.windows import Period, Window
from bot.core.moderation.audit_values import block_state, grant_state, limits_state, spent_state
from bot.core.moderation.changes import Action, Change
from bot.core.pictures.errors import PictureTooDear
from bot.core.quota.amounts import LARGEST_AMOUNT, AmountTooLarge, NotAnAmount, parse_amount
from bot.core.quota.errors import Blocked, QuotaExceeded
from bot.core.quota.limits import (
    Amounts,
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
from bot.core.quota.rules import House, Ruling, Source, each_has, find_block, rule
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
LONG = "because of `@everyone` *stars*\n[and](https://example.org) " * 9

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


def ruling(source: Source = Source.DEFAULT, *limits: Limit, **more: object) -> Ruling:
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


# -- amounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.TOKENS, 50_000, "50,000 tokens"),
        (Unit.TOKENS, 1, "1 token"),
        (Unit.DOLLARS, 500_000, "$0.50"),
        (Unit.DOLLARS, 5_000_000, "$5"),
        (Unit.DOLLARS, 12_500, "$0.0125"),
        (Unit.DOLLARS, 1, "$0.000001"),
        (Unit.DOLLARS, 1_234_500_000, "$1,234.50"),
        (Unit.DOLLARS, 0, "$0"),
        (Unit.ANSWERS, 20, "20 answers"),
        (Unit.ANSWERS, 1, "1 answer"),
    ],
)
def test_an_amount_is_written_exactly_and_without_noise(unit: Unit, value: int, words: str) -> None:
    assert wording.amount(unit, value) == words


@given(st.sampled_from(Unit), st.integers(0, LARGEST_AMOUNT))
def test_an_amount_as_it_is_shown_can_be_typed_again(unit: Unit, value: int) -> None:
    assert parse_amount(wording.amount(unit, value)) == (unit, value)


def test_a_limit_names_its_amount_and_its_period() -> None:
    assert wording.limit_amount(MONTHLY_DOLLARS, 5_000_000) == "$5 a month"
    assert wording.limit_amount(DAILY_TOKENS, None) == "no limit"


def test_several_limits_of_one_subject_are_listed_in_one_order() -> None:
    held = [limit(), limit(measure=MONTHLY_DOLLARS, amount=5_000_000)]

    assert wording.limit_amounts(held) == wording.limit_amounts(held[::-1])
    assert wording.limit_amounts(held) == "$5 a month and 50,000 tokens a day"
    assert wording.limit_amounts([]) == "none"


def test_amounts_of_several_units_are_listed() -> None:
    used = Amounts(tokens=1_200, microusd=500_000, answers=3)

    assert wording.amounts(used) == "1,200 tokens, $0.50 and 3 answers"
    assert wording.amounts(Amounts()) == "0 tokens"


def test_lines_that_do_not_fit_into_a_message_are_counted() -> None:
    text = wording.fit([f"line {number} {'x' * 90}" for number in range(100)])

    assert len(text) <= wording.LONGEST_TEXT
    assert text.endswith("more lines")
    assert wording.fit(["one", "two"]) == "one\ntwo"


# -- /quota me ----------------------------------------------------------------------------------


def test_ones_own_quota_is_drawn_as_a_bar_for_each_limit() -> None:
    held = (limit(), limit(measure=MONTHLY_DOLLARS, amount=5_000_000))
    standings = [standing(held[0], 12_345), standing(held[1], 1_000_000)]

    assert wording.quota_own(ruling(Source.DEFAULT, *held), standings) == (
        "**Your quota**, the usual one of this bot:\n"
        f"`████████░░` 75\u202f% left · 12,345 of 50,000 tokens used today · resets {RESET}\n"
        f"`████████░░` 80\u202f% left · $1 of $5 used this month · resets {RESET}"
    )


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        (Source.OWN, [limit(USER)], "set for you"),
        (Source.ROLES, [limit(ROLE)], "by your role <@&8>"),
        (
            Source.ROLES,
            [limit(ROLE), limit(OTHER_ROLE, 5, MONTHLY_DOLLARS)],
            "by your roles <@&8> and <@&9>",
        ),
        (Source.ROLES, [], "by your roles"),
        (Source.EVERYONE, [limit()], "as for everyone in this server"),
        (Source.DEFAULT, [limit()], "the usual one of this bot"),
    ],
    ids=["own", "role", "roles", "unlimited role", "everyone", "default"],
)
def test_a_quota_says_whose_it_is(source: Source, limits: list[Limit], words: str) -> None:
    assert wording.origin(ruling(source, *limits)) == words


def test_what_a_moderator_sees_of_a_member_speaks_of_them() -> None:
    held = limit(USER, 1_000)

    text = wording.quota_of(ruling(Source.OWN, held), [standing(held, reserved=400)], user_id=7)

    assert text.startswith("**<@7>'s quota**, set for them:\n")
    assert "400 held by answers being written" in text


def test_no_limit_is_shown_without_a_bar() -> None:
    assert wording.quota_own(ruling(Source.OWN), []) == "**Your quota**: no limit, set for you."


def test_a_cap_is_shown_as_shared_and_named() -> None:
    cap = limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS)

    text = wording.quota_own(ruling(Source.OWN, cap), [standing(cap, 4_000_000)])

    assert (
        "**Shared by all**:\n<#5>: `██░░░░░░░░` 20\u202f% left · $4 of $5 used this month" in text
    )


def test_a_block_stands_first() -> None:
    block = Blocked(Block(subject=USER, until=MIDNIGHT, reason="calm down"))

    text = wording.quota_own(ruling(Source.OWN), [], block=block)

    assert text.startswith(
        f"**You may not use this bot here until {THEN}. A moderator of this server can change that "
        "with `/quota unblock`. Reason: calm down**\n"
    )


def test_what_is_left_of_a_grant_is_shown_with_its_end() -> None:
    text = wording.quota_own(ruling(Source.OWN, grants=(GRANT, replace(GRANT, left=0))), [])

    assert text.endswith(f"\n**Extra**: 4,000 of 10,000 tokens left until {THEN}.")
    assert text.count("Extra") == 1


def test_a_grant_of_a_role_says_so() -> None:
    line = wording.grant_line(replace(GRANT, subject=ROLE, reason="a contest"))

    assert line == (
        f"**Extra** (each member of <@&8>): 4,000 of 10,000 tokens left until {THEN}. "
        "Reason: a contest"
    )


def test_granted_allowance_counts_into_the_bar_and_is_named() -> None:
    line = wording.standing_line(standing(limit(amount=1_000), 1_000, granted=1_000))

    assert line.startswith("`█████░░░░░` 50\u202f% left · 1,000 of 1,000 tokens used today")
    assert "1,000 more granted" in line


@pytest.mark.parametrize(
    ("spent", "bar"),
    [
        (0, "█" * 10),
        (1, "█" * 10),
        (500, "█" * 5 + "░" * 5),
        (990, "█" + "░" * 9),
        (1_000, "░" * 10),
    ],
)
def test_a_bar_shows_what_is_left_down_to_a_sliver(spent: int, bar: str) -> None:
    assert wording.standing_line(standing(limit(amount=1_000), spent)).startswith(f"`{bar}`")


def test_a_last_answer_is_one_line_with_its_cost() -> None:
    line = wording.recent_answer(
        at=MIDNIGHT,
        model="gpt-5.2",
        tokens_used=1_284,
        microusd=12_500,
        is_estimated=False,
        ending=Ending.COMPLETED,
    )

    assert line == f"-# {RESET} · 1,284 tokens · $0.0125 · gpt-5.2"


def test_a_last_answer_says_what_is_estimated_unknown_or_broken() -> None:
    line = wording.recent_answer(
        at=MIDNIGHT,
        model="[x](https://example.org)",
        tokens_used=9,
        microusd=None,
        is_estimated=True,
        ending=Ending.CUT,
    )

    assert "≈\u202f9 tokens · price not known" in line
    assert line.endswith(" · broke off")
    assert "](" not in line


def test_last_answers_come_under_a_heading_of_their_own() -> None:
    text = wording.quota_own(ruling(Source.OWN), [], recent=["-# one", "-# two"])

    assert text.endswith("\n**Your last answers**:\n-# one\n-# two")


# -- /quota why ---------------------------------------------------------------------------------

ASKER = Requester(guild_id=1, user_id=7, role_ids=(1, 8, 9), channel_id=5)
HOUSE = House(default=each_has(50_000))


def explain(rules: Rules, *, house: House = HOUSE, asker: Requester = ASKER) -> str:
    decided = rule(rules, asker, house)
    standings = [standing(one) for one in (*decided.limits, *decided.caps)]
    block = find_block(rules, asker, house, NOW)
    return wording.quota_why(asker, rules, decided, standings, block=block)


def test_of_many_roles_some_are_named_and_who_can_change_it_is_always_told() -> None:
    roles = [Subject(kind=SubjectKind.ROLE, id=LONGEST_ID - number) for number in range(40)]
    limits = tuple(limit(role, MOST, measure) for role in roles for measure in MEASURES)

    assert "; and 34 more; the highest" in explain(
        Rules(limits=tuple(limit(role) for role in roles))
    )
    assert explain(Rules(limits=limits)).endswith("with `/quota set role`.")


def test_without_any_rule_the_whole_chain_is_shown_down_to_the_default() -> None:
    assert explain(Rules()) == (
        "Looked at from the top, for your next answer here; what decides is **bold**.\n"
        "1. The operator has blocked you or this server: no\n"
        "2. This server is paused: no\n"
        "3. This channel is paused: no\n"
        "4. You are blocked: no\n"
        "5. One of your roles is blocked: no\n"
        "6. Limits of your own: none\n"
        "7. Limits of your roles: none\n"
        "8. Limits of everyone in this server: none\n"
        "9. The usual limits of this bot: **50,000 tokens a day**\n"
        "10. Caps, which must have room as well: none\n"
        "So you have 50,000 tokens a day here. A moderator of this server can change that with "
        "`/quota set everyone`."
    )


def test_of_several_roles_the_one_that_counts_is_named() -> None:
    text = explain(Rules(limits=(limit(ROLE, 10_000), limit(OTHER_ROLE, 90_000), limit())))

    assert (
        "7. Limits of your roles: <@&8> 10,000 tokens a day; <@&9> 90,000 tokens a day; "
        "the highest of each counts: **90,000 tokens a day**\n"
        "8. Limits of everyone in this server: 50,000 tokens a day; not looked at, what stands above "
        "decides\n"
        "9. The usual limits of this bot: not looked at, what stands above decides\n"
    ) in text
    assert text.endswith("with `/quota set role`.")


def test_a_role_without_limit_goes_before_all() -> None:
    text = explain(Rules(limits=(limit(ROLE, 10_000), limit(OTHER_ROLE, None))))

    assert "a role without a limit goes before all: **no limit**" in text
    assert "So you have no limit here." in text


def test_own_limits_go_before_those_of_roles() -> None:
    text = explain(Rules(limits=(limit(USER, 1), limit(ROLE, 10_000))))

    assert "6. Limits of your own: **1 token a day**\n" in text
    assert "7. Limits of your roles: <@&8> 10,000 tokens a day; not looked at" in text


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        (SERVER, "2. This server is paused: **yes**"),
        (CHANNEL, "3. This channel is paused: **yes**"),
        (USER, "4. You are blocked: **yes**"),
        (ROLE, "5. One of your roles is blocked: **yes** (<@&8>)"),
    ],
    ids=["server", "channel", "user", "role"],
)
def test_a_block_or_pause_decides_and_ends_the_looking(subject: Subject, line: str) -> None:
    text = explain(Rules(blocks=(Block(subject=subject, until=MIDNIGHT, reason="why"),)))

    assert f"{line} until {THEN}. Reason: why\n" in text
    assert "So you are not answered here." in text


def test_what_stands_under_a_pause_is_not_looked_at() -> None:
    pause, block = Block(subject=SERVER, until=None), Block(subject=USER, until=None)

    text = explain(Rules(blocks=(pause, block)))

    assert "2. This server is paused: **yes**" in text
    assert "4. You are blocked: not looked at" in text
    assert text.count("**") == 4  # the heading's, and the one that decides
    assert "9. The usual limits of this bot: not looked at" in text


def test_limits_under_a_block_are_named_but_do_not_decide() -> None:
    held = Rules(
        limits=(limit(USER, 5), limit(CHANNEL, 9)), blocks=(Block(subject=USER, until=None),)
    )

    text = explain(held)

    assert "6. Limits of your own: 5 tokens a day; not looked at" in text
    assert "10. Caps, which must have room as well: not looked at" in text


def test_the_operators_block_stands_above_all() -> None:
    text = explain(Rules(), house=replace(HOUSE, blocked_users=frozenset({7})))

    assert "1. The operator has blocked you or this server: **yes**\n" in text
    assert "only the operator can change that" in text


def test_caps_are_named_with_what_is_left_and_a_full_one_is_what_decides() -> None:
    caps = (limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS), limit(SERVER, 100))
    decided = rule(Rules(limits=caps), ASKER, HOUSE)
    standings = [standing(decided.caps[0], 4_000_000), standing(decided.caps[1], 100)]

    text = wording.quota_why(ASKER, Rules(limits=caps), decided, standings, block=None)

    assert "<#5> a cap" not in text
    assert "<#5> $5 a month, $1 left; **this server 100 tokens a day, 0 left**, resets" in text
    assert "no answer until there is room again" in text
    assert text.endswith("can change that with `/quota set server`.")


def test_a_full_cap_and_a_used_up_limit_are_both_to_be_changed() -> None:
    held = Rules(limits=(limit(CHANNEL, 100), limit(USER, 100)))
    decided = rule(held, ASKER, HOUSE)
    standings = [standing(one, 100) for one in (*decided.limits, *decided.caps)]

    text = wording.quota_why(ASKER, held, decided, standings, block=None)

    assert text.endswith("with `/quota set user` and `/quota set channel`.")


def test_a_full_cap_on_everything_is_the_operators() -> None:
    decided = rule(Rules(), ASKER, replace(HOUSE, caps=(limit(EVERYTHING, 100),)))
    standings = [standing(one, 100) for one in decided.caps]

    text = wording.quota_why(ASKER, Rules(), decided, standings, block=None)

    assert text.endswith("Only the operator of this bot can change that.")


def test_the_ceiling_is_named_in_the_chain_as_the_operators() -> None:
    text = explain(Rules(), house=replace(HOUSE, server_ceiling=2_000_000))

    assert (
        "10. Caps, which must have room as well: the operator's ceiling for this server 2,000,000 "
        "tokens a day, 2,000,000 left\n"
    ) in text
    assert text.endswith("A moderator of this server can change that with `/quota set everyone`.")


def test_a_full_ceiling_is_what_decides_and_no_moderator_can_change_it() -> None:
    held = Rules(limits=(limit(SERVER, 100), limit(USER, 100)))
    decided = rule(held, ASKER, replace(HOUSE, server_ceiling=100))
    standings = [standing(one, 100) for one in (*decided.limits, *decided.caps)]

    text = wording.quota_why(ASKER, held, decided, standings, block=None)

    assert "; **the operator's ceiling for this server 100 tokens a day, 0 left**, resets" in text
    assert text.endswith("Only the operator of this bot can change that.")


def test_a_limit_of_nothing_has_no_room_to_wait_for() -> None:
    text = explain(Rules(limits=(limit(USER, 0),)))

    assert "So you have 0 tokens a day here, and are not answered." in text


def test_in_direct_messages_there_is_neither_server_nor_moderator() -> None:
    text = explain(Rules(), asker=Requester(guild_id=0, user_id=7))

    assert "server is paused" not in text
    assert "only the operator of this bot can change that" in text


# -- refusals -----------------------------------------------------------------------------------


def refused(of: Limit, spent: int, *, reserved: int = 0, granted: int = 0) -> str:
    held = standing(of, spent, reserved=reserved, granted=granted)
    return wording.refusal(QuotaExceeded(held))


def test_a_used_up_limit_says_when_it_resets_and_who_can_raise_it() -> None:
    assert refused(limit(), 50_000) == (
        f"Your 50,000 tokens for today are used up. The limit resets {RESET}; a "
        "moderator can raise it."
    )


def test_a_limit_that_is_nearly_used_up_says_what_is_left() -> None:
    assert refused(limit(), 49_700).startswith(
        "Only 300 of your 50,000 tokens for today are left, too few for an answer."
    )


def test_a_limit_too_small_for_any_answer_promises_nothing_of_its_reset() -> None:
    assert refused(limit(USER, 600), 0) == (
        "Your 600 tokens for today are too few for an answer. A moderator can raise the limit."
    )
    assert refused(limit(CHANNEL, 1_000, MONTHLY_DOLLARS), 0).endswith(
        " is too little for an answer. A moderator can raise the cap."
    )


def test_a_limit_held_by_running_answers_says_so() -> None:
    assert refused(limit(), 600, reserved=49_000).startswith(
        "Of your 50,000 tokens for today, 400 can be used and 49,000 are held by answers being "
        "written. Please wait for those."
    )


def test_a_limit_of_nothing_promises_no_reset() -> None:
    assert refused(limit(USER, 0), 0) == (
        "You have no quota here. A moderator can give you one with `/quota set`."
    )


def test_a_cap_is_named_and_not_called_the_members_own() -> None:
    text = refused(limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS), 4_990_000)

    assert text == (
        "Only $0.01 of the $5 that all of <#5> may use this month together is left, too little for an "
        f"answer. The cap resets {RESET}; a moderator can raise it."
    )


def test_a_cap_on_everything_can_be_raised_by_the_operator_alone() -> None:
    assert refused(limit(EVERYTHING, 100), 100).endswith(
        "only the operator of this bot can raise it."
    )
    assert "operator" in refused(limit(EVERYTHING, 0), 0)


ONLY_THE_OPERATOR = (
    f"the ceiling resets {RESET}, and only the operator can raise it, moderators can't."
)


def ceiling(amount: int = 200_000) -> Limit:
    return replace(limit(SERVER, amount), is_ceiling=True)


@pytest.mark.parametrize(
    ("spent", "reserved", "words"),
    [
        pytest.param(
            200_000,
            0,
            "This server has reached the 200,000 tokens that the operator of this bot allows it a "
            f"day: {ONLY_THE_OPERATOR}",
            id="full",
        ),
        pytest.param(
            199_700,
            0,
            "This server has only 300 left of the 200,000 tokens that the operator of this bot "
            f"allows it a day, too few for an answer: {ONLY_THE_OPERATOR}",
            id="nearly-full",
        ),
        pytest.param(
            190_000,
            9_700,
            "Of the 200,000 tokens that the operator of this bot allows this server a day, 300 can "
            "be used and 9,700 are held by answers being written, so please wait for those: "
            f"{ONLY_THE_OPERATOR}",
            id="held",
        ),
    ],
)
def test_a_reached_ceiling_says_in_a_sentence_when_it_resets_and_that_moderators_can_not_raise_it(
    spent: int, reserved: int, words: str
) -> None:
    assert refused(ceiling(), spent, reserved=reserved) == words


def test_a_ceiling_too_low_for_any_answer_promises_nothing_of_its_reset() -> None:
    assert refused(ceiling(300), 0) == (
        "The 300 tokens that the operator of this bot allows this server a day are too few for an "
        "answer: only the operator can raise that, moderators can't."
    )
    assert refused(ceiling(0), 0) == (
        "The operator of this bot allows this server nothing, so nobody is answered here: only the "
        "operator can change that, moderators can't."
    )


def test_a_picture_beyond_the_ceiling_is_refused_as_the_operators() -> None:
    exceeded = QuotaExceeded(standing(ceiling(), 199_000))

    text = wording.refusal(PictureTooDear(exceeded, needed=4_000))

    assert text == wording.ceiling_reached(exceeded.standing, what="this picture")
    assert text == (
        "This server has only 1,000 left of the 200,000 tokens that the operator of this bot "
        f"allows it a day, too few for this picture: {ONLY_THE_OPERATOR}"
    )


def test_the_ceiling_is_shown_as_shared_and_the_operators() -> None:
    text = wording.quota_own(ruling(), [standing(ceiling(), 50_000)])

    assert (
        "**Shared by all**:\nthe operator's ceiling for this server: `████████░░` 75\u202f% left · "
        "50,000 of 200,000 tokens used today"
    ) in text


def test_a_footer_names_the_operators_ceiling_where_it_is_nearest() -> None:
    assert wording.share_left(standing(ceiling(), 190_000)) == (
        "5\u202f% of the operator's ceiling left today",
    )


def test_the_overview_names_the_ceiling_even_where_not_all_fits() -> None:
    many = [limit(Subject(kind=SubjectKind.USER, id=LONGEST_ID - n)) for n in range(500)]
    line = wording.ceiling_line(ceiling())

    assert line.endswith("for this server: 200,000 tokens a day. No moderator can raise it.")
    for limits in ([], many):
        text = wording.server_rules(limits, [], [], zone="UTC", log_channel=1, ceiling=ceiling())
        assert f"\n{line}\n" in text
        assert len(text) <= 2_000


def test_what_is_set_beyond_the_ceiling_is_remarked_on() -> None:
    assert wording.ceiling_binds(ceiling()) == (
        "-# The operator's ceiling of 200,000 tokens a day for this server binds all the same."
    )


def test_a_cap_of_nothing_says_how_to_change_it() -> None:
    assert "`/quota set channel`" in refused(limit(CHANNEL, 0), 0)


def test_a_full_cap_on_everything_is_said_to_be_of_all_whom_the_bot_answers() -> None:
    assert refused(limit(EVERYTHING, 9_000), 9_000).startswith(
        "The 9,000 tokens that all whom this bot answers may use today together are used up."
    )


def test_nothing_for_everyone_leaves_those_with_limits_of_their_own() -> None:
    everyone = Subject(kind=SubjectKind.EVERYONE, id=1)
    after = {"limits": [{"unit": "tokens", "period": "day", "amount": 0}]}

    assert wording.changed(change(Action.SET_LIMIT, everyone, after=after)) == (
        "Everyone in this server now has no quota: I answer those who have a limit of their own, "
        "or by a role. Before: the usual limits."
    )


def test_a_log_channel_that_is_gone_is_not_said_to_be_told_anything() -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=77, is_log_there=False)

    assert "Changes are told nowhere, as I can't see <#77>: `/settings log-channel`" in text


def test_a_grant_says_under_which_limits_it_helps() -> None:
    assert wording.grant_helps(Unit.DOLLARS) == (
        "-# It helps under limits in dollars, and lifts no cap."
    )


def test_a_limit_of_answers_counts_answers() -> None:
    answers = Measure(unit=Unit.ANSWERS, period=Period.HOUR)

    assert refused(limit(USER, 20, answers), 20).startswith(
        "Your 20 answers for this hour are used up."
    )


def test_a_limit_in_dollars_without_a_price_says_what_to_do() -> None:
    held = standing(limit(USER, 5_000_000, MONTHLY_DOLLARS))

    text = wording.quota_exceeded(QuotaExceeded(held, has_price=False))

    assert text == (
        "The price of this model isn't known, so your limit of $5 a month can't be kept and I don't "
        "answer. A moderator can choose another model or limit tokens instead."
    )


@pytest.mark.parametrize(("allowed", "spent"), [(0, 0), (5_000, 5_000)])
def test_a_refusal_in_direct_messages_names_the_operator_and_no_moderator(
    allowed: int, spent: int
) -> None:
    text = wording.refusal(QuotaExceeded(standing(limit(amount=allowed), spent), is_direct=True))

    assert "nly the operator of this bot" in text
    assert "moderator" not in text


def test_a_picture_beyond_a_limit_in_dollars_is_refused_in_dollars() -> None:
    held = standing(limit(USER, 500_000, MONTHLY_DOLLARS), 400_000)

    text = wording.refusal(PictureTooDear(QuotaExceeded(held), needed=4_000))

    assert text.startswith("Only $0.10 of your $0.50 for this month is left, too little for this")


def test_a_picture_beyond_a_cap_names_the_cap() -> None:
    exceeded = QuotaExceeded(standing(limit(CHANNEL, 9_000), 6_000, reserved=1_000))

    assert wording.picture_too_dear(PictureTooDear(exceeded, needed=4_000)) == (
        "This would take about 4,000 tokens, and 2,000 of the 9,000 tokens that all of <#5> share are "
        "left (1,000 are held by answers being written). A smaller size, a lower quality or fewer "
        f"pictures take less; it resets {RESET}."
    )
    too_small = PictureTooDear(exceeded, needed=10_000)
    assert "and the cap of <#5> is 9,000 a day." in wording.picture_too_dear(too_small)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (Block(subject=USER, until=None), "You may not use this bot here. A moderator"),
        (Block(subject=ROLE, until=None), "Members of <@&8> may not use this bot here."),
        (Block(subject=CHANNEL, until=MIDNIGHT), f"Answers are paused in <#5> until {THEN}."),
        (Block(subject=SERVER, until=None), "Answers are paused in this whole server."),
    ],
    ids=["user", "role", "channel", "server"],
)
def test_a_block_says_who_until_when_and_who_can_change_it(block: Block, words: str) -> None:
    text = wording.refusal(Blocked(block))

    assert text.startswith(words)
    assert "`/quota unblock`" in text or "`/quota resume" in text


def test_the_operators_block_names_the_operator() -> None:
    of_user = Blocked(Block(subject=USER, until=None), is_operators=True)
    of_server = Blocked(Block(subject=SERVER, until=None), is_operators=True)

    assert wording.blocked(of_user).startswith("The operator of this bot has blocked you;")
    assert wording.blocked(of_user, user_id=7).startswith(
        "The operator of this bot has blocked <@7>"
    )
    assert "blocked this server;" in wording.blocked(of_server)


# -- changes ------------------------------------------------------------------------------------


def test_a_changed_limit_says_from_what_to_what() -> None:
    before, after = [limit(USER, 10_000)], [limit(USER, 50_000)]

    told = wording.changed(change(before=limits_state(before), after=limits_state(after)))

    assert told == "<@7> now has 50,000 tokens a day; before: 10,000 tokens a day."


def test_a_first_limit_says_that_there_was_none() -> None:
    told = wording.changed(change(after=limits_state([limit(USER, None)]), reason="a *friend*"))

    assert told == "<@7> now has no limit; before: none of their own. Reason: a \\*friend\\*"


def test_a_limit_of_nothing_says_what_it_means() -> None:
    told = wording.changed(change(after=limits_state([limit(USER, 0)])))

    assert told == "<@7> now has no quota: I won't answer. Before: none of their own."


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (ROLE, "Each member of <@&8> now has 50,000 tokens a day; before: none of their own."),
        (
            EVERYONE,
            "Everyone in this server now has 50,000 tokens a day; before: the usual limits.",
        ),
        (CHANNEL, "<#5> now has a cap of 50,000 tokens a day for all together; before: no cap."),
        (
            SERVER,
            "This server now has a cap of 50,000 tokens a day for all together; before: no cap.",
        ),
    ],
    ids=["role", "everyone", "channel", "server"],
)
def test_a_limit_for_many_says_for_whom(subject: Subject, words: str) -> None:
    made = change(subject=subject, after=limits_state([limit(subject)]))

    assert wording.changed(made) == words


@pytest.mark.parametrize("subject", SUBJECTS[:-1], ids=lambda subject: subject.kind.value)
def test_a_limit_taken_away_says_what_it_was(subject: Subject) -> None:
    made = change(Action.CLEAR_LIMIT, subject, before=limits_state([limit(subject)]))

    told = wording.changed(made)

    assert " no longer ha" in told
    assert "50,000 tokens a day" in told


def test_a_grant_says_how_much_until_when() -> None:
    made = change(Action.GRANT, ROLE, after=grant_state(GRANT))

    assert wording.changed(made) == (
        f"Each member of <@&8> may use 10,000 tokens more, once, until {THEN}."
    )


def test_a_grant_taken_back_says_so() -> None:
    made = change(Action.REVOKE, before=grant_state(GRANT), undoes=11)

    assert wording.changed(made) == (
        "Taken back. <@7> no longer has the 10,000 tokens that were granted."
    )


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (USER, "<@7> may not use this bot here"),
        (ROLE, "Each member of <@&8> may not use this bot here"),
        (CHANNEL, "Answers are paused in <#5>"),
        (SERVER, "Answers are paused in this whole server"),
    ],
    ids=["user", "role", "channel", "server"],
)
def test_a_block_or_pause_says_for_how_long(subject: Subject, words: str) -> None:
    state = block_state(Block(subject=subject, until=MIDNIGHT))

    assert wording.changed(change(Action.BLOCK, subject, after=state)) == f"{words} until {THEN}."


def test_a_block_that_was_lengthened_says_what_it_was() -> None:
    before = block_state(Block(subject=USER, until=MIDNIGHT))
    after = block_state(Block(subject=USER, until=None))

    told = wording.changed(change(Action.BLOCK, before=before, after=after))

    assert told == (
        f"<@7> may not use this bot here until a moderator takes it back; before: until {THEN}."
    )


def test_lifting_a_block_or_a_pause_promises_no_answer_that_another_may_still_prevent() -> None:
    before = block_state(Block(subject=USER, until=None))

    assert wording.changed(change(Action.UNBLOCK, before=before)) == "<@7> is no longer blocked."
    assert wording.changed(change(Action.UNBLOCK, ROLE, before=before)) == (
        "<@&8> is no longer blocked."
    )
    assert wording.changed(change(Action.UNBLOCK, CHANNEL, before=before)) == (
        "<#5> is no longer paused."
    )
    assert wording.changed(change(Action.UNBLOCK, SERVER, before=before)) == (
        "This whole server is no longer paused."
    )


def test_a_pause_of_the_server_is_resumed_by_its_own_command() -> None:
    paused = wording.refusal(Blocked(Block(subject=SERVER, until=None)))

    assert "`/quota resume where:the whole server`" in paused
    assert "`/quota resume where:the whole server`" in wording.not_blocked(CHANNEL)


def test_clearing_everyones_limits_speaks_of_one_and_all() -> None:
    before = {"limits": [{"unit": "tokens", "period": "day", "amount": 5}]}
    everyone = Subject(kind=SubjectKind.EVERYONE, id=1)

    assert wording.changed(change(Action.CLEAR_LIMIT, everyone, before=before)).startswith(
        "Everyone in this server no longer has limits set by a moderator"
    )


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"], ids=["nothing", "spaces", "unseen"])
def test_an_amount_or_a_time_of_nothing_is_not_given_a_name(typed: str) -> None:
    assert wording.not_an_amount(NotAnAmount(typed)).startswith("There is no amount.")
    assert wording.not_an_instant(NotAnInstant(typed), zone="UTC").startswith("There is no time.")


def test_a_reset_says_what_no_longer_counts_and_its_undoing_that_it_does() -> None:
    spent = spent_state(Amounts(tokens=1_200, microusd=500_000, answers=3))

    assert wording.changed(change(Action.RESET, before=spent)) == (
        "<@7> starts afresh: 1,200 tokens, $0.50 and 3 answers used today no longer count."
    )
    assert wording.changed(change(Action.UNRESET, after=spent, undoes=11)) == (
        "Taken back. What <@7> had used that day counts again: 1,200 tokens, $0.50 and 3 answers."
    )


def test_the_audit_lists_changes_with_number_time_and_author() -> None:
    made = change(after=limits_state([limit(USER)]))

    page = wording.audit_page([made], is_newest=True)

    assert f"**#12** <t:{int(NOW.timestamp())}:f> <@2>" in page
    assert "50,000 tokens a day" in page


def test_a_page_of_the_audit_holds_what_fits() -> None:
    long = change(after=limits_state([limit(USER)]), reason="(" * 500)

    fitting = wording.audit_fitting([long] * 10, is_newest=True)

    assert 1 < fitting < 10
    assert "more line" not in wording.audit_page([long] * fitting, is_newest=True)
    assert "more line" in wording.audit_page([long] * (fitting + 1), is_newest=True)


def test_an_empty_audit_says_so() -> None:
    assert wording.audit_page([], is_newest=True) == "Nothing has been changed in this server yet."
    assert wording.audit_page([], is_newest=False) == "Nothing is older."


# -- questions ----------------------------------------------------------------------------------


def test_a_question_shows_from_what_to_what() -> None:
    before, after = [limit(ROLE, 10_000)], [limit(ROLE, None)]

    assert wording.ask_limits(ROLE, before, after, reason="a test") == (
        "**Change the limits of all members of <@&8>?**\n"
        "From: 10,000 tokens a day\nTo: no limit\nReason: a test"
    )


def test_a_question_about_a_cap_calls_it_one() -> None:
    cap = limit(SERVER, 5_000_000, MONTHLY_DOLLARS)

    assert wording.ask_limits(SERVER, [], [cap]) == (
        "**Change the cap of this server?**\nFrom: no cap\nTo: a cap of $5 a month for all together"
    )


def test_where_nothing_is_set_it_is_said_what_applies() -> None:
    assert wording.limits_named(USER, []) == "none of their own"
    assert wording.limits_named(EVERYONE, []) == "the usual limits"
    assert wording.limits_named(CHANNEL, []) == "no cap"


def test_a_question_about_a_pause_says_how_it_is_now() -> None:
    pause = Block(subject=CHANNEL, until=MIDNIGHT)

    assert wording.ask_block(CHANNEL, None, None).endswith("\nAt present: answers go on.")
    assert wording.ask_block(CHANNEL, pause, None) == (
        "**Pause all answers in <#5>, until a moderator takes it back?**\n"
        f"At present: paused until {THEN}."
    )
    assert "At present: not blocked." in wording.ask_block(ROLE, None, MIDNIGHT)


def test_a_question_about_a_grant_names_all_of_it() -> None:
    assert wording.ask_grant(ROLE, Unit.DOLLARS, 500_000, MIDNIGHT) == (
        f"**Give $0.50 more, once, until {THEN}, to each member of <@&8>?**"
    )


# -- the overview -------------------------------------------------------------------------------


def test_the_overview_lists_everything_that_is_set() -> None:
    text = wording.server_rules(
        [limit(), limit(USER, None), limit(CHANNEL, 100)],
        [replace(GRANT, reason="a contest")],
        [Block(subject=SERVER, until=None), Block(subject=ROLE, until=MIDNIGHT, reason="spam")],
        zone="Europe/Berlin",
        log_channel=77,
    )

    assert text == (
        "**Paused**\n- This server, until a moderator takes it back.\n"
        f"**Blocked**\n- <@&8>, until {THEN}. Reason: spam\n"
        "**Limits, for each**\n- Everyone in this server: 50,000 tokens a day\n- <@7>: no limit\n"
        "**Caps, for all together**\n- <#5>: 100 tokens a day\n"
        f"**Extra allowances**\n- <@7>: 10,000 tokens until {THEN}. Reason: a contest\n"
        "-# Days begin at midnight in Europe/Berlin. Changes are told in <#77>.\n"
        "-# One member: `/quota show user:`"
    )


@pytest.mark.parametrize(
    ("gone", "words"), [(1, "a role that is gone;"), (2, "2 roles that are gone;")]
)
def test_the_overview_counts_roles_that_are_gone(gone: int, words: str) -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=1, gone=gone)

    assert text.endswith(f"\n-# Left out: what was set for {words} it binds nobody.")


def test_a_footer_without_a_limit_has_no_share() -> None:
    assert wording.share_left(None) == ()


def test_an_empty_overview_says_what_can_be_set() -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=None)

    assert text.startswith("Nothing is set in this server: everybody has the usual limits")
    assert "`/quota set everyone`" in text
    assert "`/settings log-channel`" in text


def test_an_overview_of_a_large_server_fits_into_a_message() -> None:
    many = [limit(Subject(kind=SubjectKind.USER, id=LONGEST_ID - n)) for n in range(500)]

    text = wording.server_rules(many, [], [], zone="UTC", log_channel=1)

    assert len(text) <= 2_000
    assert "more lines" in text
    assert text.endswith("`/quota show user:`")


# -- mistakes -----------------------------------------------------------------------------------


def test_an_amount_that_makes_no_sense_is_answered_with_examples() -> None:
    sentence = wording.not_an_amount(NotAnAmount("`@everyone`"))

    assert sentence.startswith("`ˋ@\u200beveryoneˋ` is no amount.")
    assert "`50k`, `$5`, `20 answers`" in sentence


def test_a_time_that_makes_no_sense_is_answered_with_examples() -> None:
    assert wording.not_an_instant(NotAnInstant("soon"), zone="UTC").startswith(
        "`soon` is no time that I can read. Please write for example `2h`"
    )
    assert "passed already, by the time of UTC" in wording.not_an_instant(
        InstantPassed("2020-01-01"), zone="UTC"
    )
    assert "more than a year away" in wording.not_an_instant(InstantTooFar("99w"), zone="UTC")


MISTAKES = [
    wording.quota_not_allowed(),
    wording.not_allowed_any_more(),
    wording.not_an_amount(NotAnAmount("x" * 5_000)),
    wording.not_an_amount(AmountTooLarge("9" * 5_000)),
    wording.not_an_instant(NotAnInstant("x" * 5_000), zone="America/Argentina/ComodRivadavia"),
    wording.only_in_a_server(),
    wording.no_such_subject(),
    wording.is_a_bot(is_self=True),
    wording.is_a_bot(is_self=False),
    wording.is_a_bots_role(ROLE),
    wording.is_everyone("/quota set everyone"),
    wording.would_block_yourself(),
    wording.cap_without_amount(CHANNEL),
    wording.limit_already(CHANNEL),
    wording.grant_without_amount(),
    *(wording.nothing_to_clear(subject) for subject in SUBJECTS),
    *(wording.grant_helps(unit) for unit in Unit),
    *(wording.not_blocked(subject) for subject in SUBJECTS),
    wording.nothing_to_reset(7),
    wording.has_left(7),
    wording.price_unknown("n" * 300),
    wording.nothing_to_export(),
    wording.may_not_attach(),
    wording.no_such_page(),
    wording.question_open(MIDNIGHT),
    wording.question_over(),
    wording.question_cancelled(),
]


@pytest.mark.parametrize("sentence", dict.fromkeys(MISTAKES))
def test_what_can_not_be_done_is_told_in_a_sentence(sentence: str) -> None:
    assert 0 < len(sentence) <= 300
    assert sentence == sentence.strip()


FAR_SUBJECTS = [replace(subject, id=LONGEST_ID) for subject in SUBJECTS]
MANY_LIMITS = [limit(FAR_SUBJECTS[1], MOST, measure) for measure in MEASURES]


@pytest.mark.parametrize("subject", FAR_SUBJECTS, ids=lambda subject: subject.kind.value)
def test_the_longest_texts_still_fit_into_a_message_and_are_harmless(subject: Subject) -> None:
    every = [limit(subject, MOST, measure) for measure in MEASURES]
    block = Block(subject=subject, until=MIDNIGHT, reason=LONG)
    texts = [
        wording.ask_limits(subject, every, every, reason=LONG),
        wording.ask_block(subject, block, MIDNIGHT, reason=LONG),
        wording.ask_grant(subject, Unit.DOLLARS, MOST, MIDNIGHT, reason=LONG),
        wording.blocked(Blocked(block)),
        *(
            wording.changed(
                change(
                    subject=subject,
                    before=limits_state(every),
                    after=limits_state(held),
                    reason=LONG,
                )
            )
            for held in (every, [])
        ),
        wording.quota_own(
            ruling(Source.ROLES, *every, grants=(replace(GRANT, reason=LONG),) * 20),
            [standing(each, MOST, reserved=MOST, granted=MOST) for each in every],
            block=Blocked(block),
            recent=["-# " + "x" * 200] * 5,
        ),
        wording.quota_why(
            ASKER,
            Rules(limits=tuple(every), blocks=(block,)),
            ruling(Source.ROLES, *every),
            [standing(each, MOST, reserved=MOST, granted=MOST) for each in every],
            block=Blocked(block),
        ),
        wording.server_rules(every, [GRANT] * 50, [block] * 50, zone="UTC", log_channel=1),
        wording.audit_page([change(subject=subject, reason=LONG)] * 10, is_newest=True),
    ]

    for text in texts:
        assert 0 < len(text) <= 1_960
        assert "@everyone" not in text
        assert "](http" not in text


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
def test_every_refusal_is_short(unit: Unit, subject: Subject) -> None:
    of = limit(subject, MOST, Measure(unit=unit, period=Period.MONTH))

    for held in (standing(of, MOST), standing(of, 1, reserved=MOST), standing(of, MOST - 1)):
        for has_price in (True, False):
            sentence = wording.quota_exceeded(QuotaExceeded(held, has_price=has_price))
            assert 0 < len(sentence) <= 330


def test_every_refusal_of_a_ceiling_is_short() -> None:
    of = ceiling(MOST)

    for held in (standing(of, MOST), standing(of, 1, reserved=MOST), standing(of, MOST - 1)):
        assert 0 < len(wording.quota_exceeded(QuotaExceeded(held))) <= 330
