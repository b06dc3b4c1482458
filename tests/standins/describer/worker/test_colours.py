"""Names of colours."""

import pytest

from bot.standins.describer.worker.colours import name_colour


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ("ff0000", "red"),
        ("8b0000", "dark red"),
        ("ffc0cb", "pink"),
        ("ff00ff", "pink"),
        ("ffa500", "orange"),
        ("8b4513", "brown"),
        ("ffff00", "yellow"),
        ("808000", "olive"),
        ("f5f5dc", "cream"),
        ("d2b48c", "beige"),
        ("00ff00", "green"),
        ("006400", "dark green"),
        ("90ee90", "light green"),
        ("008080", "turquoise"),
        ("87ceeb", "light blue"),
        ("4285f4", "blue"),
        ("5865f2", "blue"),
        ("000080", "dark blue"),
        ("800080", "purple"),
        ("708090", "greyish blue"),
        ("000000", "black"),
        ("313338", "dark grey"),
        ("808080", "grey"),
        ("dddddd", "light grey"),
        ("ffffff", "white"),
    ],
)
def test_colour_has_the_name_that_people_use(rgb: str, name: str) -> None:
    assert name_colour(*bytes.fromhex(rgb)) == name
