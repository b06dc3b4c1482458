import pytest

from bot.core import wording
from bot.core.calendar.instants import InstantPassed, InstantTooFar, NotAnInstant
from bot.core.quota.amounts import AmountTooLarge, NotAnAmount
from bot.core.quota.limits import Unit
from tests.core.wording.quotas.samples import CHANNEL, MIDNIGHT, ROLE, SUBJECTS


def test_a_grant_says_under_which_limits_it_helps() -> None:
    assert wording.grant_helps(Unit.DOLLARS) == (
        "-# It helps under limits in dollars, and lifts no cap."
    )


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"], ids=["nothing", "spaces", "unseen"])
def test_empty_amount_or_time_is_not_quoted(typed: str) -> None:
    assert wording.not_an_amount(NotAnAmount(typed)).startswith("There is no amount.")
    assert wording.not_an_instant(NotAnInstant(typed), zone="UTC").startswith("There is no time.")


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
    wording.is_everyone("/manage set everyone"),
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
    wording.unknown_button(),
    wording.question_open(MIDNIGHT),
    wording.question_over(),
    wording.question_cancelled(),
]


@pytest.mark.parametrize("sentence", dict.fromkeys(MISTAKES))
def test_what_can_not_be_done_is_told_in_a_sentence(sentence: str) -> None:
    assert 0 < len(sentence) <= 300
    assert sentence == sentence.strip()
