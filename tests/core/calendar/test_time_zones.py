from zoneinfo import available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.calendar.time_zones import UnknownZone, find_zone_name, suggest_zone_names

NAMES = frozenset(available_timezones())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("UTC", "UTC"),
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("Japan", "Japan"),
    ],
)
def test_zone_is_found_by_its_name_or_its_place(typed: str, found: str) -> None:
    assert find_zone_name(typed, NAMES) == found


def unknown(typed: str) -> UnknownZone:
    with pytest.raises(UnknownZone) as caught:
        find_zone_name(typed, NAMES)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Europe/Berlni", "Europe/Berlin"),
        ("Berln", "Europe/Berlin"),
        ("America/NewYork", "America/New_York"),
        ("Toky", "Asia/Tokyo"),
        ("Louisville", "America/Kentucky/Louisville"),  # two zones have a place of that name
    ],
)
def test_unknown_zone_names_the_nearest(typed: str, nearest: str) -> None:
    error = unknown(typed)

    assert nearest in error.nearest
    assert not error.is_short


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("CET", "Europe/Berlin"),
        ("cest", "Europe/Berlin"),
        ("EST", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("PDT", "America/Los_Angeles"),
        ("GMT", "Europe/London"),
        ("NZ", "Pacific/Auckland"),
    ],
)
def test_letters_are_pointed_to_a_place(typed: str, place: str) -> None:
    error = unknown(typed)

    assert place in error.nearest
    assert error.is_short


@pytest.mark.parametrize("typed", ["UTC+1", "GMT-5", "+01:00", "-3"])
def test_offset_is_no_zone(typed: str) -> None:
    assert unknown(typed).is_short


@pytest.mark.parametrize(
    "typed", ["", "   ", "localtime", "Factory", "../../etc/passwd", "x" * 6000]
)
def test_nonsense_is_no_zone(typed: str) -> None:
    assert unknown(typed).text == typed


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_has_neighbours_that_are(typed: str) -> None:
    try:
        found: tuple[str, ...] = (find_zone_name(typed, NAMES),)
    except UnknownZone as error:
        found = error.nearest

    assert set(found) <= NAMES


@pytest.mark.parametrize("typed", ["UTC", "utc", "Japan", "berlin", " europe/berlin "])
def test_zone_that_is_typed_is_suggested_first(typed: str) -> None:
    assert suggest_zone_names(typed, NAMES, most=25)[0] == find_zone_name(typed, NAMES)


@given(st.sampled_from(sorted(NAMES)))
def test_every_zone_is_suggested_first_by_its_name(name: str) -> None:
    assume(can_be_chosen(name))

    assert suggest_zone_names(name, NAMES, most=1) == (name,)


def can_be_chosen(name: str) -> bool:
    try:
        return find_zone_name(name, NAMES) == name
    except UnknownZone:
        return False


def test_suggestions_begin_with_the_place_that_is_typed() -> None:
    assert suggest_zone_names("berl", NAMES, most=25)[0] == "Europe/Berlin"
    assert suggest_zone_names("CET", NAMES, most=25)[0] == "Europe/Berlin"
    assert suggest_zone_names("san", NAMES, most=5)[0].rpartition("/")[2].startswith("San")
    assert len(suggest_zone_names("", NAMES, most=25)) == 25
    assert suggest_zone_names("x" * 50, NAMES, most=25) == ()
