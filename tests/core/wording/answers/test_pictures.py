from dataclasses import replace

import pytest

from bot.core import wording
from bot.core.pictures.errors import PictureTooDear
from bot.core.pictures.orders import LONGEST_ALT
from bot.core.quota.errors import QuotaExceeded
from tests.core.wording.quotas.samples import CHANNEL, RESET, limit, standing
from tests.core.wording.samples import PICTURE_CHARGE, left


def test_picture_footer_names_model_tokens_cost_and_rest() -> None:
    footer = wording.picture_footer(PICTURE_CHARGE, tightest=left(61))

    assert footer == ("-# gpt-image-2 · 4,210 tokens · $0.167 · 61\u202f% of today's quota left")


def test_a_pictures_footer_marks_estimates_and_unknown_costs() -> None:
    estimated = replace(PICTURE_CHARGE, is_estimated=True)

    assert "≈\u202f4,210 tokens · ≈\u202f$0.167" in wording.picture_footer(estimated)
    unknown = replace(PICTURE_CHARGE, cost_microusd=None)
    assert wording.picture_footer(unknown) == "-# gpt-image-2 · 4,210 tokens · cost unknown"


@pytest.mark.parametrize(
    ("microusd", "shown"),
    [
        (0, "$0.000"),
        (999, "under $0.001"),
        (1_000, "$0.001"),
        (42_240, "$0.042"),
        (1_234_567, "$1.23"),
        (2_000_000_000, "$2,000.00"),
    ],
)
def test_money_is_shown_as_finely_as_it_matters(microusd: int, shown: str) -> None:
    assert wording.dollars(microusd) == shown


def test_alt_text_has_the_revised_prompt() -> None:
    alt = wording.picture_alt(model="gpt-image-2", prompt="a\ncat", revised="a small  cat")

    assert alt == (
        "Picture made by gpt-image-2 for the prompt: a cat"
        " | What the model made of it: a small  cat"
    )


def test_alt_text_does_not_repeat_an_unchanged_prompt() -> None:
    alt = wording.picture_alt(model="m", prompt="a cat", revised="a cat", is_whole=False)

    assert alt == "Unfinished picture by m for the prompt: a cat"


def test_an_alt_text_keeps_within_discords_bound() -> None:
    alt = wording.picture_alt(model="m", prompt="cat " * 1_000)

    assert len(alt) <= LONGEST_ALT
    assert alt.endswith("…")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("auto", "as the model chooses"),
        ("1024x1024", "1024×1024, square"),
        ("1536x1024", "1536×1024, landscape"),
        ("1024x1536", "1024×1536, portrait"),
        ("high", "high"),
        ("xhigh", "xhigh"),
    ],
)
def test_a_choice_of_the_command_is_shown_in_words(value: str, shown: str) -> None:
    assert wording.imagine_choice(value) == shown


def test_a_picture_beyond_a_cap_names_the_cap() -> None:
    exceeded = QuotaExceeded(standing(limit(CHANNEL, 9_000), 6_000, reserved=1_000))

    assert wording.picture_too_dear(PictureTooDear(exceeded, needed=4_000)) == (
        "This would take about 4,000 tokens, and 2,000 of the 9,000 tokens that all of <#5> share are "
        "left (1,000 are held by answers being written). A smaller size, a lower quality or fewer "
        f"pictures take less; it resets {RESET}."
    )
    too_small = PictureTooDear(exceeded, needed=10_000)
    assert "and the cap of <#5> is 9,000 a day." in wording.picture_too_dear(too_small)
