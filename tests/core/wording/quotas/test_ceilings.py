"""The operator's ceiling for a server, as members and moderators read of it."""

from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.pictures.errors import PictureTooDear
from bot.core.quota.errors import QuotaExceeded
from bot.core.quota.limits import Limit, Subject, SubjectKind
from tests.core.wording.quotas.samples import (
    LONGEST_ID,
    MOST,
    RESET,
    SERVER,
    limit,
    ruling,
    standing,
)

ONLY_THE_OPERATOR = (
    f"the ceiling resets {RESET}, and only the operator can raise it, moderators can't."
)


def ceiling(amount: int = 200_000) -> Limit:
    return replace(limit(SERVER, amount), is_ceiling=True)


def refused(of: Limit, spent: int, *, reserved: int = 0) -> str:
    return wording.refusal(QuotaExceeded(standing(of, spent, reserved=reserved)))


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
def test_reached_ceiling_names_its_reset_and_the_operator(
    spent: int, reserved: int, words: str
) -> None:
    assert refused(ceiling(), spent, reserved=reserved) == words


def test_ceiling_too_low_for_any_answer_promises_no_reset() -> None:
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


def test_every_refusal_of_a_ceiling_is_short() -> None:
    of = ceiling(MOST)

    for held in (standing(of, MOST), standing(of, 1, reserved=MOST), standing(of, MOST - 1)):
        assert 0 < len(wording.quota_exceeded(QuotaExceeded(held))) <= 330
