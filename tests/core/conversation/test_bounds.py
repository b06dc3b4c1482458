"""The money that one answer may cost, as a bound of what is sent and written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.events import Usage
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import fit_context
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.turns import Image, Role, Turn
from bot.core.models.tokens import Purse, RateCard, UnknownRule

PRICES = st.builds(RateCard, input=st.integers(0, 200_000_000), output=st.integers(0, 200_000_000))
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


@given(
    st.integers(0, 3_000_000),
    PRICES,
    st.lists(st.integers(0, 4_000), max_size=5),
    st.integers(0, 3),
)
def test_input_and_output_stay_within_the_purse(
    microusd: int, card: RateCard, lengths: list[int], images: int
) -> None:
    bounds = replace(BOUNDS, purse=Purse(microusd=microusd, prices=card))
    history = [
        replace(asked("word " * length), message_id=n, role=Role.USER if n % 2 else Role.ASSISTANT)
        for n, length in enumerate(lengths, start=11)
    ]

    try:
        context = fit_context(history, asked(images=images), instructions="be kind", bounds=bounds)
    except QuestionTooLarge:
        return

    most = Usage(input_tokens=context.input_estimate, output_tokens=context.max_output_tokens)
    assert card.cost(most) <= microusd
    assert context.max_output_tokens >= bounds.smallest_output


def test_a_picture_is_paid_at_the_price_of_input() -> None:
    """Ten cents do for a picture and an answer, though not for as many tokens of output."""
    bounds = replace(BOUNDS, purse=Purse(microusd=100_000, prices=GPTPROTO))

    context = fit_context([], asked(images=1), instructions="", bounds=bounds)

    assert not context.left_out
    assert context.input_estimate > 1_600
    assert 500 <= context.max_output_tokens <= 100_000_000_000 // 117_600_000 - 200


def test_a_question_that_the_purse_cannot_pay_is_too_large() -> None:
    bounds = replace(BOUNDS, purse=Purse(microusd=60_000, prices=GPTPROTO))

    with pytest.raises(QuestionTooLarge):
        fit_context([], asked("word " * 500), instructions="", bounds=bounds)
