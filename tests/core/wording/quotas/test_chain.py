from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.quota.limits import Block, Requester, Rules, Subject, SubjectKind
from bot.core.quota.rules import OperatorRules, default_limits, find_block, rule
from tests.core.wording.quotas.samples import (
    ASKER,
    CHANNEL,
    EVERYTHING,
    LONGEST_ID,
    MEASURES,
    MIDNIGHT,
    MONTHLY_DOLLARS,
    MOST,
    NOW,
    OTHER_ROLE,
    ROLE,
    SERVER,
    THEN,
    USER,
    limit,
    standing,
)

OPERATOR = OperatorRules(default=default_limits(50_000))


def explain(rules: Rules, *, operator: OperatorRules = OPERATOR, asker: Requester = ASKER) -> str:
    decided = rule(rules, asker, operator)
    standings = [standing(one) for one in (*decided.limits, *decided.caps)]
    block = find_block(rules, asker, operator, NOW)
    return wording.quota_why(asker, rules, decided, standings, block=block)


def test_long_list_of_roles_is_shortened_and_keeps_the_advice() -> None:
    roles = [Subject(kind=SubjectKind.ROLE, id=LONGEST_ID - number) for number in range(40)]
    limits = tuple(limit(role, MOST, measure) for role in roles for measure in MEASURES)

    assert "; and 34 more; the highest" in explain(
        Rules(limits=tuple(limit(role) for role in roles))
    )
    assert explain(Rules(limits=limits)).endswith("with `/manage set role`.")


def test_chain_without_rules_is_shown_down_to_the_default() -> None:
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
        "`/manage set everyone`."
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
    assert text.endswith("with `/manage set role`.")


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
    text = explain(Rules(), operator=replace(OPERATOR, blocked_users=frozenset({7})))

    assert "1. The operator has blocked you or this server: **yes**\n" in text
    assert "only the operator can change that" in text


def test_full_cap_decides_and_others_show_their_rest() -> None:
    caps = (limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS), limit(SERVER, 100))
    decided = rule(Rules(limits=caps), ASKER, OPERATOR)
    standings = [standing(decided.caps[0], 4_000_000), standing(decided.caps[1], 100)]

    text = wording.quota_why(ASKER, Rules(limits=caps), decided, standings, block=None)

    assert "<#5> a cap" not in text
    assert "<#5> $5 a month, $1 left; **this server 100 tokens a day, 0 left**, resets" in text
    assert "no answer until there is room again" in text
    assert text.endswith("can change that with `/manage set server`.")


def test_full_cap_and_used_up_limit_are_both_named() -> None:
    held = Rules(limits=(limit(CHANNEL, 100), limit(USER, 100)))
    decided = rule(held, ASKER, OPERATOR)
    standings = [standing(one, 100) for one in (*decided.limits, *decided.caps)]

    text = wording.quota_why(ASKER, held, decided, standings, block=None)

    assert text.endswith("with `/manage set user` and `/manage set channel`.")


def test_a_full_cap_on_everything_is_the_operators() -> None:
    decided = rule(Rules(), ASKER, replace(OPERATOR, caps=(limit(EVERYTHING, 100),)))
    standings = [standing(one, 100) for one in decided.caps]

    text = wording.quota_why(ASKER, Rules(), decided, standings, block=None)

    assert text.endswith("Only the operator of this bot can change that.")


def test_a_limit_of_nothing_has_no_room_to_wait_for() -> None:
    text = explain(Rules(limits=(limit(USER, 0),)))

    assert "So you have 0 tokens a day here, and are not answered." in text


def test_in_direct_messages_there_is_neither_server_nor_moderator() -> None:
    text = explain(Rules(), asker=Requester(guild_id=0, user_id=7))

    assert "server is paused" not in text
    assert "only the operator of this bot can change that" in text


def test_the_ceiling_is_named_in_the_chain_as_the_operators() -> None:
    text = explain(Rules(), operator=replace(OPERATOR, server_ceiling=2_000_000))

    assert (
        "10. Caps, which must have room as well: the operator's ceiling for this server 2,000,000 "
        "tokens a day, 2,000,000 left\n"
    ) in text
    assert text.endswith("A moderator of this server can change that with `/manage set everyone`.")


def test_full_ceiling_decides_and_only_the_operator_can_change_it() -> None:
    held = Rules(limits=(limit(SERVER, 100), limit(USER, 100)))
    decided = rule(held, ASKER, replace(OPERATOR, server_ceiling=100))
    standings = [standing(one, 100) for one in (*decided.limits, *decided.caps)]

    text = wording.quota_why(ASKER, held, decided, standings, block=None)

    assert "; **the operator's ceiling for this server 100 tokens a day, 0 left**, resets" in text
    assert text.endswith("Only the operator of this bot can change that.")
