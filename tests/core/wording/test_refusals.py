import pytest

from bot.core import wording
from bot.core.calendar.periods import Period
from bot.core.conversation.errors import AlreadyAnswered, NothingToRead, QuestionTooLarge
from bot.core.conversation.turns import LeftOut
from bot.core.pictures.errors import PictureTooDear
from bot.core.quota.errors import Blocked, QuotaExceeded
from bot.core.quota.limits import Block, Limit, Measure, Subject, Unit
from tests.core.wording.quotas.samples import (
    CHANNEL,
    EVERYTHING,
    MIDNIGHT,
    MONTHLY_DOLLARS,
    MOST,
    RESET,
    ROLE,
    SERVER,
    SUBJECTS,
    THEN,
    USER,
    limit,
    standing,
)
from tests.core.wording.samples import UNREADABLE, exceeded


def test_a_question_that_is_too_large_says_by_how_much() -> None:
    sentence = wording.refusal(QuestionTooLarge(needed=9_000, allowed=8_000))

    assert "about 9,000 tokens, where 8,000 are allowed" in sentence


def test_a_question_answered_already_gets_no_words() -> None:
    assert wording.refusal(AlreadyAnswered()) == ""


def test_question_of_unreadable_files_names_them_and_why() -> None:
    error = NothingToRead((LeftOut(name="setup.exe", reason=UNREADABLE),))

    assert wording.refusal(error) == (
        "Not looked at: `setup.exe` can't be read: only pictures, PDFs and text can."
    )


def test_member_without_a_quota_reads_no_picture_figures() -> None:
    error = PictureTooDear(exceeded(limit=0), needed=5_000)

    assert wording.refusal(error) == wording.quota_exceeded(exceeded(limit=0))


def refused(of: Limit, spent: int, *, reserved: int = 0, granted: int = 0) -> str:
    held = standing(of, spent, reserved=reserved, granted=granted)
    return wording.refusal(QuotaExceeded(held))


def test_used_up_limit_names_reset_and_who_can_raise_it() -> None:
    assert refused(limit(), 50_000) == (
        f"Your 50,000 tokens for today are used up. The limit resets {RESET}; a "
        "moderator can raise it."
    )


def test_nearly_used_up_limit_names_its_rest() -> None:
    assert refused(limit(), 49_700).startswith(
        "Only 300 of your 50,000 tokens for today are left, too few for an answer."
    )


def test_limit_too_small_for_any_answer_promises_no_reset() -> None:
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
        "You have no quota here. A moderator can give you one with `/manage set`."
    )


def test_a_cap_is_named_and_not_called_the_members_own() -> None:
    text = refused(limit(CHANNEL, 5_000_000, MONTHLY_DOLLARS), 4_990_000)

    assert text == (
        "Only $0.01 of the $5 that all of <#5> may use this month together is left, too little for an "
        f"answer. The cap resets {RESET}; a moderator can raise it."
    )


def test_cap_on_everything_names_the_operator_alone() -> None:
    assert refused(limit(EVERYTHING, 100), 100).endswith(
        "only the operator of this bot can raise it."
    )
    assert "operator" in refused(limit(EVERYTHING, 0), 0)


def test_a_cap_of_nothing_says_how_to_change_it() -> None:
    assert "`/manage set channel`" in refused(limit(CHANNEL, 0), 0)


def test_full_cap_on_everything_says_that_it_is_for_all() -> None:
    assert refused(limit(EVERYTHING, 9_000), 9_000).startswith(
        "The 9,000 tokens that all whom this bot answers may use today together are used up."
    )


def test_a_limit_of_answers_counts_answers() -> None:
    answers = Measure(unit=Unit.ANSWERS, period=Period.HOUR)

    assert refused(limit(USER, 20, answers), 20).startswith(
        "Your 20 answers for this hour are used up."
    )


def test_limit_in_dollars_without_a_price_says_what_helps() -> None:
    held = standing(limit(USER, 5_000_000, MONTHLY_DOLLARS))

    text = wording.quota_exceeded(QuotaExceeded(held, has_price=False))

    assert text == (
        "The price of this model isn't known, so your limit of $5 a month can't be kept and I don't "
        "answer. A moderator can choose another model or limit tokens instead."
    )


@pytest.mark.parametrize(("allowed", "spent"), [(0, 0), (5_000, 5_000)])
def test_refusal_in_direct_messages_names_no_moderator(allowed: int, spent: int) -> None:
    text = wording.refusal(QuotaExceeded(standing(limit(amount=allowed), spent), is_direct=True))

    assert "nly the operator of this bot" in text
    assert "moderator" not in text


def test_picture_beyond_a_dollar_limit_is_refused_in_dollars() -> None:
    held = standing(limit(USER, 500_000, MONTHLY_DOLLARS), 400_000)

    text = wording.refusal(PictureTooDear(QuotaExceeded(held), needed=4_000))

    assert text.startswith("Only $0.10 of your $0.50 for this month is left, too little for this")


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
def test_block_names_subject_end_and_who_can_change_it(block: Block, words: str) -> None:
    text = wording.refusal(Blocked(block))

    assert text.startswith(words)
    assert "`/manage unblock`" in text or "`/manage resume" in text


def test_server_pause_is_resumed_by_its_own_command() -> None:
    paused = wording.refusal(Blocked(Block(subject=SERVER, until=None)))

    assert "`/manage resume where:the whole server`" in paused
    assert "`/manage resume where:the whole server`" in wording.not_blocked(CHANNEL)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind.value)
def test_every_refusal_is_short(unit: Unit, subject: Subject) -> None:
    of = limit(subject, MOST, Measure(unit=unit, period=Period.MONTH))

    for held in (standing(of, MOST), standing(of, 1, reserved=MOST), standing(of, MOST - 1)):
        for has_price in (True, False):
            sentence = wording.quota_exceeded(QuotaExceeded(held, has_price=has_price))
            assert 0 < len(sentence) <= 330
