"""How closely pictures are looked at: never dearer than asked, never larger than what is billed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.models.tokens import (
    Detail,
    ImageRule,
    ModelCard,
    PatchRule,
    TileRule,
    UnknownRule,
    billed_size,
    image_tokens,
)
from bot.core.vision.picture_intent import Use
from bot.core.vision.views import (
    SMALLEST_SIDE,
    WHOLE,
    Look,
    Plan,
    Region,
    Size,
    is_enough,
    plan_looks,
    view_of,
)

PATCHES = PatchRule(budget=1536, multiplier=1.2)
TILES = TileRule(base=85, per_tile=170)
OF_54 = PatchRule(budget=2500, multiplier=1.2, max_side=2048)
ORIGINAL = PatchRule(budget=10_000, multiplier=1.2, max_side=6000)
RULES: tuple[ImageRule, ...] = (PATCHES, TILES, OF_54, ORIGINAL, UnknownRule())

PATCH_MODEL = ModelCard(name="patches", image_rule=PATCHES)
TILE_MODEL = ModelCard(name="tiles", image_rule=TILES)
MODEL_OF_54 = ModelCard(name="close", image_rule=OF_54, original_rule=ORIGINAL)
UNKNOWN_MODEL = ModelCard(name="unknown")
CARDS = (PATCH_MODEL, TILE_MODEL, MODEL_OF_54, UNKNOWN_MODEL)

PHOTO: Size = (4000, 3000)
PLENTY = 100_000

sizes = st.tuples(st.integers(1, 9_000), st.integers(1, 9_000))
looks = st.builds(
    Look,
    rule=st.sampled_from(RULES),
    use=st.sampled_from(Use),
    detail=st.sampled_from(Detail),
    most_tokens=st.none() | st.integers(1, 15_000),
)


def sent(size: Size, **changes: object) -> Size:
    view = view_of(size, Look(**{"rule": PATCHES, **changes}))  # type: ignore[arg-type]
    return view.width, view.height


def plan(
    card: ModelCard,
    *pictures: Size | None,
    use: Use = Use.USUAL,
    room: int = PLENTY,
    chosen: Detail = Detail.AUTO,
    is_alone: bool = True,
) -> Plan:
    return plan_looks(pictures, card, use=use, room=room, chosen=chosen, is_alone=is_alone)


# -- properties ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(sizes, looks)
def test_view_is_no_larger_than_billed_and_says_its_price(size: Size, look: Look) -> None:
    view = view_of(size, look)

    given_size = view.width, view.height
    assert view.width >= 1
    assert view.height >= 1
    assert view.tokens == image_tokens(*given_size, look.rule, look.detail)
    # What is sent is not shrunk again: every pixel is paid for. Only lettering is ever enlarged.
    longest = max(billed_size(*given_size, look.rule))
    assert longest >= max(given_size) - 1
    assert look.use is Use.READ or (view.width <= size[0] and view.height <= size[1])


@settings(deadline=None)
@given(sizes, looks)
def test_view_is_never_billed_more_than_its_cap(size: Size, look: Look) -> None:
    view = view_of(size, look)

    is_priced = look.most_tokens is not None and not isinstance(look.rule, UnknownRule)
    allowed = look.most_tokens if look.most_tokens is not None and is_priced else view.tokens
    assert view.tokens <= allowed or max(view.width, view.height) <= SMALLEST_SIDE


@settings(deadline=None)
@given(
    st.lists(st.none() | sizes, max_size=6),
    st.sampled_from(CARDS),
    st.sampled_from(Use),
    st.sampled_from(Detail),
    st.integers(0, 30_000),
)
def test_pictures_that_are_planned_stay_within_their_room(
    pictures: list[Size | None], card: ModelCard, use: Use, chosen: Detail, room: int
) -> None:
    found = plan(card, *pictures, use=use, chosen=chosen, room=room)

    assert len(found.looks) == len(pictures)
    views = [view_of(size or PHOTO, look) for size, look in zip(pictures, found.looks, strict=True)]
    rule = card.rule_for(found.detail)
    smallest = image_tokens(SMALLEST_SIDE, SMALLEST_SIDE, rule, found.detail)
    seen = [view for view in views if view.tokens > smallest]
    assert isinstance(rule, UnknownRule) or sum(view.tokens for view in seen) <= room


@settings(deadline=None)
@given(sizes, st.sampled_from(RULES), st.integers(1, 5_000))
def test_capped_view_keeps_the_shape(size: Size, rule: ImageRule, most: int) -> None:
    width, height = sent(size, rule=rule, most_tokens=most)
    usual_width, usual_height = sent(size, rule=rule)

    # Equal but for rounding down to whole pixels.
    assert abs(width * usual_height - height * usual_width) <= max(usual_width, usual_height)


# -- by use -------------------------------------------------------------------------------------


def test_usual_view_is_what_the_model_is_billed_for() -> None:
    assert sent(PHOTO) == billed_size(*PHOTO, PATCHES)


def test_glance_at_a_patch_model_saves_by_a_smaller_picture() -> None:
    view = view_of(PHOTO, Look(rule=PATCHES, use=Use.GLANCE))

    assert (view.width, view.height, view.tokens) == (554, 416, 281)
    assert not view.is_reduced


def test_glance_at_a_tile_model_costs_the_base() -> None:
    found = plan(TILE_MODEL, PHOTO, use=Use.GLANCE)

    view = view_of(PHOTO, found.looks[0])
    assert found.detail is Detail.LOW
    assert (view.width, view.height, view.tokens) == (512, 384, 85)


def test_glance_beside_earlier_pictures_is_one_tile() -> None:
    found = plan(TILE_MODEL, PHOTO, use=Use.GLANCE, is_alone=False)

    assert found.detail is Detail.AUTO
    assert view_of(PHOTO, found.looks[0]).tokens == 255


def test_glance_at_an_unknown_model_is_the_usual_look() -> None:
    found = plan(UNKNOWN_MODEL, PHOTO, use=Use.GLANCE)

    assert found.detail is Detail.AUTO
    assert view_of(PHOTO, found.looks[0]) == view_of(PHOTO, Look(rule=UnknownRule()))


@pytest.mark.parametrize(
    ("size", "rule", "expected"),
    [
        pytest.param((600, 400), PATCHES, (1200, 800), id="twice at most"),
        pytest.param((700, 700), PATCHES, (1024, 1024), id="until it is legible"),
        pytest.param((2048, 512), PATCHES, (2435, 608), id="as far as the budget goes"),
        pytest.param((700, 700), TILES, (700, 700), id="too little to gain under tiles"),
        pytest.param((400, 400), TILES, (768, 768), id="up to the side that tiles bill"),
        pytest.param(PHOTO, PATCHES, (1408, 1056), id="large already"),
        pytest.param((600, 400), UnknownRule(), (600, 400), id="nothing known"),
    ],
)
def test_small_lettering_is_enlarged_up_to_what_is_billed(
    size: Size, rule: ImageRule, expected: Size
) -> None:
    assert sent(size, rule=rule, use=Use.READ) == expected


def test_reading_wants_high_detail() -> None:
    assert plan(PATCH_MODEL, PHOTO, use=Use.READ).detail is Detail.HIGH


def test_reading_takes_the_original_where_it_is_affordable() -> None:
    found = plan(MODEL_OF_54, PHOTO, use=Use.READ, room=PLENTY)

    assert found.detail is Detail.ORIGINAL
    assert found.looks[0].rule == ORIGINAL


@pytest.mark.parametrize(
    ("size", "room"),
    [
        pytest.param(PHOTO, 20_000, id="would take most of the room"),
        pytest.param((1200, 900), PLENTY, id="shows nothing more"),
    ],
)
def test_reading_stays_at_high_detail_otherwise(size: Size, room: int) -> None:
    assert plan(MODEL_OF_54, size, use=Use.READ, room=room).detail is Detail.HIGH


@pytest.mark.parametrize("chosen", [Detail.LOW, Detail.HIGH, Detail.ORIGINAL])
@pytest.mark.parametrize("use", Use)
def test_detail_chosen_by_the_operator_wins(chosen: Detail, use: Use) -> None:
    assert plan(MODEL_OF_54, PHOTO, use=use, chosen=chosen).detail is chosen


def test_low_detail_for_a_patch_model_sends_a_small_picture() -> None:
    found = plan(PATCH_MODEL, PHOTO, chosen=Detail.LOW)

    assert view_of(PHOTO, found.looks[0]).tokens == 281


# -- by what can be paid ------------------------------------------------------------------------


def test_room_enough_for_all_leaves_the_looks_alike() -> None:
    found = plan(PATCH_MODEL, PHOTO, PHOTO, None)

    assert set(found.looks) == {Look(rule=PATCHES)}


def test_tight_room_goes_to_the_larger_pictures() -> None:
    found = plan(PATCH_MODEL, PHOTO, (320, 240), PHOTO, room=1_500)

    views = [
        view_of(size, look)
        for size, look in zip((PHOTO, (320, 240), PHOTO), found.looks, strict=True)
    ]
    assert [view.is_reduced for view in views] == [True, False, True]
    assert 1_300 <= sum(view.tokens for view in views) <= 1_500


def test_tile_model_without_room_for_a_tile_each_looks_low() -> None:
    found = plan(TILE_MODEL, PHOTO, PHOTO, room=400)

    assert found.detail is Detail.LOW
    assert [view_of(PHOTO, look).tokens for look in found.looks] == [85, 85]


def test_room_for_some_shows_those_in_a_useful_size() -> None:
    found = plan(PATCH_MODEL, *[PHOTO] * 4, room=150)

    views = [view_of(PHOTO, look) for look in found.looks]
    assert max(views[0].width, views[0].height) >= SMALLEST_SIDE
    assert sum(view.tokens for view in views[:2]) <= 150


def test_animation_shares_what_may_be_paid_among_its_frames() -> None:
    look = Look(rule=PATCHES, most_tokens=900)

    assert look.shared_by(3).most_tokens == 300
    assert Look(rule=PATCHES).shared_by(3) == Look(rule=PATCHES)


# -- earlier pictures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "look", "enough"),
    [
        pytest.param((1408, 1056), Look(rule=PATCHES), True, id="as it would be sent now"),
        pytest.param((554, 416), Look(rule=PATCHES), False, id="seen at a glance only"),
        pytest.param((554, 416), Look(rule=PATCHES, use=Use.GLANCE), True, id="another glance"),
        pytest.param((1408, 1056), Look(rule=PATCHES, use=Use.GLANCE), True, id="more than wanted"),
        pytest.param((1408, 1056), Look(rule=PATCHES, most_tokens=900), False, id="too dear"),
        pytest.param((1408, 1056), Look(rule=TILES), False, id="would be shrunk"),
        pytest.param((1408, 1056), Look(rule=OF_54), False, id="shows less than could be seen"),
    ],
)
def test_earlier_picture_stays_where_it_shows_enough(kept: Size, look: Look, enough: bool) -> None:
    assert is_enough(kept, PHOTO, look) is enough


def test_picture_enlarged_for_reading_stays_enlarged() -> None:
    assert is_enough((800, 600), (400, 300), Look(rule=PATCHES))


# -- parts --------------------------------------------------------------------------------------


def test_region_is_a_box_of_whole_pixels() -> None:
    assert Region(left=0.25, top=0.5, right=0.75, bottom=1).box((100, 51)) == (25, 25, 75, 51)
    assert WHOLE.box((7, 3)) == (0, 0, 7, 3)


def test_tiny_region_has_at_least_one_pixel() -> None:
    assert Region(left=0.5, top=0.5, right=0.5001, bottom=0.5001).box((10, 10)) == (5, 5, 6, 6)


@pytest.mark.parametrize(
    "sides", [(0.5, 0, 0.5, 1), (0.6, 0, 0.5, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1), (0, 1, 1, 1)]
)
def test_region_without_extent_or_outside_is_refused(
    sides: tuple[float, float, float, float],
) -> None:
    left, top, right, bottom = sides

    with pytest.raises(ValueError, match="a region has"):
        Region(left=left, top=top, right=right, bottom=bottom)
