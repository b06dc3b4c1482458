from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.quota.limits import Block, Subject, SubjectKind
from tests.core.wording.quotas.samples import (
    CHANNEL,
    GRANT,
    LONGEST_ID,
    MIDNIGHT,
    ROLE,
    SERVER,
    THEN,
    USER,
    limit,
)


def test_gone_log_channel_is_promised_no_entries() -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=77, is_log_there=False)

    assert "Changes are told nowhere, as I can't see <#77>: `/manage settings log-channel`" in text


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
        "-# One member: `/manage show user:`"
    )


@pytest.mark.parametrize(
    ("gone", "words"), [(1, "a role that is gone;"), (2, "2 roles that are gone;")]
)
def test_the_overview_counts_roles_that_are_gone(gone: int, words: str) -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=1, gone=gone)

    assert text.endswith(f"\n-# Left out: what was set for {words} it binds nobody.")


def test_an_empty_overview_says_what_can_be_set() -> None:
    text = wording.server_rules([], [], [], zone="UTC", log_channel=None)

    assert text.startswith("Nothing is set in this server: everybody has the usual limits")
    assert "`/manage set everyone`" in text
    assert "`/manage settings log-channel`" in text


def test_an_overview_of_a_large_server_fits_into_a_message() -> None:
    many = [limit(Subject(kind=SubjectKind.USER, id=LONGEST_ID - n)) for n in range(500)]

    text = wording.server_rules(many, [], [], zone="UTC", log_channel=1)

    assert len(text) <= 2_000
    assert "more lines" in text
    assert text.endswith("`/manage show user:`")
