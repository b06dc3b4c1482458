from bot.core import wording
from bot.core.quota.limits import Block, Unit
from tests.core.wording.quotas.samples import (
    CHANNEL,
    MIDNIGHT,
    MONTHLY_DOLLARS,
    ROLE,
    SERVER,
    THEN,
    limit,
)


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
