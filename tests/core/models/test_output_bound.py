"""The bound of a model's output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models.output_bound import OutputBound, with_margin
from bot.core.models.tokens import WEIGHT, estimate_text, weigh_text

texts = st.lists(st.text(max_size=200), max_size=20)


def test_margin_is_as_documented() -> None:
    assert with_margin(0) == 50
    assert with_margin(1_000) == 1_650


def test_megabyte_in_one_piece_is_cut_inside_it() -> None:
    """Ten deltas of a megabyte cost 1.28 million tokens against a day's million."""
    bound = OutputBound(1_000)

    taken = bound.take("word " * 200_000)

    assert bound.is_passed
    assert with_margin(1_000) - 1 <= estimate_text(taken) <= with_margin(1_000)


@given(pieces=texts, allowed=st.integers(0, 300))
def test_taken_text_is_the_longest_beginning_that_fits(pieces: list[str], allowed: int) -> None:
    bound, whole = OutputBound(allowed), "".join(pieces)

    taken = "".join(bound.take(piece) for piece in pieces if not bound.is_passed)

    assert whole.startswith(taken)
    assert weigh_text(taken) <= with_margin(allowed) * WEIGHT
    assert bound.is_passed is (weigh_text(whole) > with_margin(allowed) * WEIGHT)
    next_character = whole[len(taken) : len(taken) + 1]
    assert not next_character or bound.is_passed
    assert weigh_text(taken + next_character) > with_margin(allowed) * WEIGHT or not next_character


@pytest.mark.parametrize("tokens", [49, 50])
def test_unseen_output_takes_room_from_the_text(tokens: int) -> None:
    bound = OutputBound(0)
    bound.count(tokens)

    assert bound.take("x" * 5) == ("xxx" if tokens == 49 else "")
    assert bound.is_passed


def test_output_up_to_the_margin_passes_no_bound() -> None:
    bound = OutputBound(0)

    bound.count(50)

    assert not bound.is_passed
