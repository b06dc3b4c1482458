from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.answers.events import Ending
from bot.core.quota.errors import Blocked
from bot.core.quota.limits import Block, Limit
from bot.core.quota.rules import RuleSource
from tests.core.wording.quotas.samples import (
    CHANNEL,
    GRANT,
    MIDNIGHT,
    MONTHLY_DOLLARS,
    OTHER_ROLE,
    RESET,
    ROLE,
    SERVER,
    THEN,
    USER,
    limit,
    ruling,
    standing,
)


def test_own_quota_is_a_bar_for_each_limit() -> None:
    held = (limit(), limit(measure=MONTHLY_DOLLARS, amount=5_000_000))
    standings = [standing(held[0], 12_345), standing(held[1], 1_000_000)]

    assert wording.quota_own(ruling(RuleSource.DEFAULT, *held), standings) == (
        "**Your quota**, the usual one of this bot:\n"
        f"`████████░░` 75\u202f% left · 12,345 of 50,000 tokens used today · resets {RESET}\n"
        f"`████████░░` 80\u202f% left · $1 of $5 used this month · resets {RESET}"
    )


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        (RuleSource.OWN, [limit(USER)], "set for you"),
        (RuleSource.ROLES, [limit(ROLE)], "by your role <@&8>"),
        (
            RuleSource.ROLES,
            [limit(ROLE), limit(OTHER_ROLE, 5, MONTHLY_DOLLARS)],
            "by your roles <@&8> and <@&9>",
        ),
        (RuleSource.ROLES, [], "by your roles"),
        (RuleSource.EVERYONE, [limit()], "as for everyone in this server"),
        (RuleSource.DEFAULT, [limit()], "the usual one of this bot"),
    ],
    ids=["own", "role", "roles", "unlimited role", "everyone", "default"],
)
def test_a_quota_says_whose_it_is(source: RuleSource, limits: list[Limit], words: str) -> None:
    assert wording.origin(ruling(source, *limits)) == words


def test_what_a_moderator_sees_of_a_member_speaks_of_them() -> None:
    held = limit(USER, 1_000)

    text = wording.quota_of(ruling(RuleSource.OWN, held), [standing(held, reserved=400)], user_id=7)

    assert text.startswith("**<@7>'s quota**, set for them:\n")
    assert "400 held by answers being written" in text


def test_no_limit_is_shown_without_a_bar() -> None:
    assert wording.quota_own(ruling(RuleSource.OWN), []) == "**Your quota**: no limit, set for you."


def test_a_cap_is_shown_as_shared_and_named() -> None:
    cap = limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS)

    text = wording.quota_own(ruling(RuleSource.OWN, cap), [standing(cap, 4_000_000)])

    assert (
        "**Shared by all**:\n<#5>: `██░░░░░░░░` 20\u202f% left · $4 of $5 used this month" in text
    )


def test_a_block_stands_first() -> None:
    block = Blocked(Block(subject=USER, until=MIDNIGHT, reason="calm down"))

    text = wording.quota_own(ruling(RuleSource.OWN), [], block=block)

    assert text.startswith(
        f"**You may not use this bot here until {THEN}. A moderator of this server can change that "
        "with `/manage unblock`. Reason: calm down**\n"
    )


def test_rest_of_a_grant_is_shown_with_its_end() -> None:
    text = wording.quota_own(ruling(RuleSource.OWN, grants=(GRANT, replace(GRANT, left=0))), [])

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
    text = wording.quota_own(ruling(RuleSource.OWN), [], recent=["-# one", "-# two"])

    assert text.endswith("\n**Your last answers**:\n-# one\n-# two")


def test_the_operators_block_names_the_operator() -> None:
    of_user = Blocked(Block(subject=USER, until=None), is_operators=True)
    of_server = Blocked(Block(subject=SERVER, until=None), is_operators=True)

    assert wording.blocked(of_user).startswith("The operator of this bot has blocked you;")
    assert wording.blocked(of_user, user_id=7).startswith(
        "The operator of this bot has blocked <@7>"
    )
    assert "blocked this server;" in wording.blocked(of_server)
