import pytest

from bot.core import wording
from bot.core.moderation.audit_values import block_state, grant_state, limits_state, spent_state
from bot.core.moderation.changes import Action
from bot.core.quota.limits import Amounts, Block, Subject, SubjectKind
from tests.core.wording.quotas.samples import (
    CHANNEL,
    EVERYONE,
    GRANT,
    MIDNIGHT,
    NOW,
    ROLE,
    SERVER,
    SUBJECTS,
    THEN,
    USER,
    change,
    limit,
)


def test_nothing_for_everyone_leaves_those_with_limits_of_their_own() -> None:
    everyone = Subject(kind=SubjectKind.EVERYONE, id=1)
    after = {"limits": [{"unit": "tokens", "period": "day", "amount": 0}]}

    assert wording.changed(change(Action.SET_LIMIT, everyone, after=after)) == (
        "Everyone in this server now has no quota: I answer those who have a limit of their own, "
        "or by a role. Before: the usual limits."
    )


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


def test_lifting_a_block_promises_no_answer() -> None:
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


def test_clearing_everyones_limits_speaks_of_one_and_all() -> None:
    before = {"limits": [{"unit": "tokens", "period": "day", "amount": 5}]}
    everyone = Subject(kind=SubjectKind.EVERYONE, id=1)

    assert wording.changed(change(Action.CLEAR_LIMIT, everyone, before=before)).startswith(
        "Everyone in this server no longer has limits set by a moderator"
    )


def test_reset_and_its_undoing_say_what_counts() -> None:
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


def test_where_nothing_is_set_it_is_said_what_applies() -> None:
    assert wording.limits_named(USER, []) == "none of their own"
    assert wording.limits_named(EVERYONE, []) == "the usual limits"
    assert wording.limits_named(CHANNEL, []) == "no cap"
