"""Sections with names of the operator's."""

from pathlib import Path

import pytest

from tests.config.configurations import problems_of


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        pytest.param(
            '[models."seer"]\ninputprice = 2',
            'config.toml: [models."seer"] has no key `inputprice`; did you mean `input_price`?',
            id="stray",
        ),
        pytest.param(
            "[models.gpt-5.2]\nstreams = true",
            'config.toml: [models."gpt-5"] holds a section: '
            'write a name with dots in quotes, [models."gpt-5.2"].',
            id="name without quotes",
        ),
        pytest.param(
            "[models]\nseer = 3",
            'config.toml: [models."seer"] is a whole number, but must be a section.',
            id="no section",
        ),
        pytest.param(
            "models = 3",
            "config.toml: `models` is a whole number, but must be sections: "
            'write [models."NAME"] on a line of its own.',
            id="no sections",
        ),
        pytest.param(
            f'[models."{"x" * 201}"]',
            'config.toml: [models."xxx…"] has a name of 201 characters: 1 to 200 are allowed.',
            id="long name",
        ),
    ],
)
def test_section_that_is_named_wrongly_is_told_in_one_sentence(
    file: Path, toml: str, problem: str
) -> None:
    assert problems_of(file, toml) == [problem]
