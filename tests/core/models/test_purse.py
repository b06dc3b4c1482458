"""Money that one answer may cost: input and output each at the dearest price it may have."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.events import Usage
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import fit
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.turns import Image, Role, Turn
from bot.core.models.tokens import ModelCard, Purse, RateCard, UnknownRule, dearest

GPTPROTO = RateCard(input=14_700_000, output=117_600_000)
BOUNDS = Bounds(
    allowance=20_000,
    context_tokens=128_000,
    max_output_tokens=4_000,
    smallest_output=500,
    max_images=4,
    rule=UnknownRule(assumed=1_600),
)


def asked(words: str = "what is it?", *, images: int = 0) -> Turn:
    shown = tuple(
        Image(hash=f"{n:064}", media_type="image/png", width=9, height=9, name=f"{n}.png")
        for n in range(images)
    )
    return Turn(role=Role.USER, text=words, images=shown, message_id=1, author_name="Ada")


prices = st.builds(RateCard, input=st.integers(0, 200_000_000), output=st.integers(0, 200_000_000))


@given(st.integers(0, 10**9), prices, st.integers(0, 10**6))
def test_what_a_purse_leaves_is_what_it_can_pay(microusd: int, card: RateCard, sent: int) -> None:
    room = Purse(microusd=microusd, prices=card).output_room(sent)

    if room >= 0 and card.output:
        assert card.cost(Usage(input_tokens=sent, output_tokens=room)) <= microusd
        more = Usage(input_tokens=sent, output_tokens=room + 1)
        assert (sent * card.input + more.output_tokens * card.output) > microusd * 1_000_000


@given(
    st.integers(0, 3_000_000),
    prices,
    st.lists(st.integers(0, 4_000), max_size=5),
    st.integers(0, 3),
)
def test_context_with_all_that_may_be_written_is_within_the_purse(
    microusd: int, card: RateCard, lengths: list[int], images: int
) -> None:
    bounds = replace(BOUNDS, purse=Purse(microusd=microusd, prices=card))
    history = [
        replace(asked("word " * length), message_id=n, role=Role.USER if n % 2 else Role.ASSISTANT)
        for n, length in enumerate(lengths, start=11)
    ]

    try:
        context = fit(history, asked(images=images), instructions="be kind", bounds=bounds)
    except QuestionTooLarge:
        return

    most = Usage(input_tokens=context.input_estimate, output_tokens=context.max_output_tokens)
    assert card.cost(most) <= microusd
    assert context.max_output_tokens >= bounds.smallest_output


def test_a_picture_is_paid_at_the_price_of_input() -> None:
    """Ten cents do for a picture and an answer, though not for as many tokens of output."""
    bounds = replace(BOUNDS, purse=Purse(microusd=100_000, prices=GPTPROTO))

    context = fit([], asked(images=1), instructions="", bounds=bounds)

    assert not context.left_out
    assert context.input_estimate > 1_600
    assert 500 <= context.max_output_tokens <= 100_000_000_000 // 117_600_000 - 200


def test_a_question_that_the_purse_cannot_pay_is_too_large() -> None:
    bounds = replace(BOUNDS, purse=Purse(microusd=60_000, prices=GPTPROTO))

    with pytest.raises(QuestionTooLarge):
        fit([], asked("word " * 500), instructions="", bounds=bounds)


def test_dearest_is_each_kind_at_its_highest_of_whoever_may_answer() -> None:
    first = ModelCard(name="a", rate_card=RateCard(input=5, output=10))
    other = ModelCard(name="b", rate_card=RateCard(input=7, output=8, cached_input=9))
    free = ModelCard(name="c")

    assert dearest(first, [other, free]) == RateCard(input=9, output=10)
    assert dearest(free, [first]) is None
