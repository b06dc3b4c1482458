"""Kinds of values about pictures that are made."""

from pathlib import Path

import pytest

from tests.config.configurations import problem_of


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[pictures]\nsizes = []", "must be a list of picture sizes"),
        ('[pictures]\nsizes = ["big"]', 'holds "big", but must be a list of picture sizes'),
        ('[pictures]\nsizes = "auto"', "must be a list of picture sizes"),
        ('[pictures]\nqualities = ["Very High"]', "must be a list of qualities"),
        ('[pictures]\ndollars_per_picture = ["low -0.04"]', "holds"),
        ('[pictures]\ndollars_per_picture = ["any 5000"]', "holds"),
        ("[pictures]\ndollars_per_picture = 0.04", "must be a list such as"),
    ],
)
def test_wrong_value_about_pictures_is_told(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)
