"""What pictures and text cost. The table's figures follow from OpenAI's documented arithmetic."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.answers.events import Usage
from bot.core.models.tokens import (
    Detail,
    ImageRule,
    ModelCard,
    PatchRule,
    Purse,
    RateCard,
    TileRule,
    UnknownRule,
    billed_size,
    dearest,
    estimate_text,
    image_tokens,
)

PRICES = st.builds(RateCard, input=st.integers(0, 200_000_000), output=st.integers(0, 200_000_000))
GPT_4O = TileRule(base=85, per_tile=170)
GPT_5 = TileRule(base=70, per_tile=140)
O3 = TileRule(base=75, per_tile=150)
RULES: tuple[ImageRule, ...] = (
    GPT_4O,
    GPT_5,
    O3,
    *(PatchRule(budget=1536, multiplier=m) for m in (1.0, 1.2, 1.62, 2.46, 1.5, 1.72)),
    PatchRule(budget=2500, multiplier=1.0, max_side=2048),
    PatchRule(budget=10_000, multiplier=1.0, max_side=6000),
)
TABLE = """
32x32: 255|210|225|1|2|2|3|2|2|1|1
33x32: 255|210|225|2|3|4|5|3|4|2|2
512x512: 255|210|225|256|308|415|630|384|441|256|256
513x512: 425|350|375|272|327|441|670|408|468|272|272
768x768: 765|630|675|576|692|934|1417|864|991|576|576
1024x1024: 765|630|675|1024|1229|1659|2520|1536|1762|1024|1024
1280x720: 1105|910|975|920|1104|1491|2264|1380|1583|920|920
1366x768: 1105|910|975|1032|1239|1672|2539|1548|1776|1032|1032
1920x1080: 1105|910|975|1508|1810|2443|3710|2262|2594|2040|2040
1800x2400: 765|630|675|1452|1743|2353|3572|2178|2498|2451|4275
2048x2048: 765|630|675|1521|1826|2465|3742|2282|2617|2500|4096
2048x4096: 1105|910|975|1458|1750|2362|3587|2187|2508|2048|8192
4000x3000: 765|630|675|1452|1743|2353|3572|2178|2498|2451|9890
600x400: 425|350|375|247|297|401|608|371|425|247|247
"""
ROWS = [
    (*map(int, size.split("x")), rule, int(tokens))
    for size, figures in (line.split(": ") for line in TABLE.strip().splitlines())
    for rule, tokens in zip(RULES, figures.split("|"), strict=True)
]


@pytest.mark.parametrize(("width", "height", "rule", "tokens"), ROWS)
def test_image_tokens_follow_the_documented_arithmetic(
    width: int, height: int, rule: ImageRule, tokens: int
) -> None:
    assert image_tokens(width, height, rule) == tokens


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [(256, 256, 77), (512, 512, 308), (768, 1024, 922), (2048, 768, 1844), (1600, 1600, 1826)],
)
def test_image_tokens_of_a_multiplied_patch_model_agree_with_bills(
    width: int, height: int, tokens: int
) -> None:
    assert image_tokens(width, height, PatchRule(budget=1536, multiplier=1.2)) == tokens


def test_low_detail_of_a_tile_model_costs_the_base_alone() -> None:
    assert image_tokens(4000, 3000, GPT_4O, Detail.LOW) == 85


def test_low_detail_of_a_patch_model_saves_nothing() -> None:
    rule = PatchRule(budget=1536, multiplier=1.2)

    assert image_tokens(1024, 1024, rule, Detail.LOW) == 1229


def test_image_of_an_unknown_model_costs_what_is_assumed() -> None:
    assert image_tokens(10, 10, UnknownRule(assumed=900)) == 900


@settings(deadline=None)
@given(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from(RULES))
def test_billed_size_is_never_larger_nor_dearer_than_the_image(
    width: int, height: int, rule: ImageRule
) -> None:
    small_width, small_height = billed_size(width, height, rule)

    assert 1 <= small_width <= width
    assert 1 <= small_height <= height
    assert image_tokens(small_width, small_height, rule) <= image_tokens(width, height, rule)


@pytest.mark.parametrize(
    ("size", "rule", "expected"),
    [
        ((1000, 700), PatchRule(budget=1536, multiplier=1.0), (1000, 700)),
        ((1800, 2400), PatchRule(budget=1536, multiplier=1.0), (1056, 1408)),
        ((4000, 3000), GPT_4O, (1024, 768)),
        ((500, 300), GPT_4O, (500, 300)),
        ((4096, 1024), UnknownRule(), (2048, 512)),
    ],
)
def test_billed_size_is_what_the_model_would_shrink_to(
    size: tuple[int, int], rule: ImageRule, expected: tuple[int, int]
) -> None:
    assert billed_size(*size, rule) == expected


# The counts are those of cl100k_base and o200k_base, the larger of both.
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("Bitte erkläre die Fehlermeldung der Datenbankverbindung.", 14, id="German"),
        pytest.param("今天天气很好，我们去公园散步吧。", 20, id="Chinese"),
        pytest.param("😀🎉🔥🥲🫠🦩🪿🧌", 23, id="emoji"),
        pytest.param("def f(a, b):\n    return a[b] or {}\n", 13, id="code"),
        pytest.param("The quick brown fox jumps over the lazy dog.", 10, id="English"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_estimate_is_not_below_a_real_tokenizer_nor_far_above(text: str, tokens: int) -> None:
    assert tokens <= estimate_text(text) <= 2 * tokens


@settings(deadline=None)
@given(st.text(), st.text())
def test_estimate_of_two_texts_is_about_the_sum(one: str, other: str) -> None:
    both = estimate_text(one + other)

    assert both <= estimate_text(one) + estimate_text(other) <= both + 1


def test_cost_of_the_documented_example_is_rounded_up() -> None:
    card = RateCard(input=14_700_000, output=117_600_000)

    assert card.cost(Usage(input_tokens=1250, output_tokens=89)) == 28_842


def test_cost_of_cached_input_is_at_its_own_price() -> None:
    card = RateCard(input=2_000_000, output=8_000_000, cached_input=500_000)
    usage = Usage(input_tokens=1000, output_tokens=10, cached_tokens=800, reasoning_tokens=10)

    assert card.cost(usage) == 200 * 2 + 400 + 80


def test_cached_input_without_a_price_costs_as_other_input() -> None:
    card = RateCard(input=2_000_000, output=8_000_000)

    assert card.cost(Usage(input_tokens=1000, output_tokens=0, cached_tokens=800)) == 2000


@pytest.mark.parametrize("size", [(70_000, 1), (1, 65_000), (50_000, 20), (100_000, 33)])
def test_strip_thinner_than_a_patch_is_never_enlarged(size: tuple[int, int]) -> None:
    rule = PatchRule(budget=1536, multiplier=1.0)

    width, height = billed_size(*size, rule)

    assert width <= size[0]
    assert height <= size[1]
    assert image_tokens(*size, rule) <= 1536


@given(st.integers(0, 10**9), PRICES, st.integers(0, 10**6))
def test_what_a_purse_leaves_is_what_it_can_pay(microusd: int, card: RateCard, sent: int) -> None:
    room = Purse(microusd=microusd, prices=card).output_room(sent)

    if room >= 0 and card.output:
        assert card.cost(Usage(input_tokens=sent, output_tokens=room)) <= microusd
        more = Usage(input_tokens=sent, output_tokens=room + 1)
        assert (sent * card.input + more.output_tokens * card.output) > microusd * 1_000_000


def test_dearest_takes_the_highest_price_of_each_kind() -> None:
    first = ModelCard(name="a", rate_card=RateCard(input=5, output=10))
    other = ModelCard(name="b", rate_card=RateCard(input=7, output=8, cached_input=9))
    free = ModelCard(name="c")

    assert dearest(first, [other, free]) == RateCard(input=9, output=10)
    assert dearest(free, [first]) is None
