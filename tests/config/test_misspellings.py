"""Keys and sections that do not exist, and what may be meant."""

from pathlib import Path

import pytest

from tests.config.configurations import problem_of


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[endpoint]\ntimeouts = 5", "`endpoint.timeouts` is a whole number, but must be a section"),
        ("discord = 'x'", "`discord` is text, but must be a section: write [discord] on a line"),
        ("[[discord]]\ntoken = 'x'", "`discord` is a list, but must be a section"),
        ("[discord]\nmodel = 'x'", "[discord] has no key `model`; did you mean `model` of [endpoint]?"),
        ("[quota]\nkeep_dayz = 1", "[quota] has no key `keep_dayz`; did you mean `keep_days` of [images]?"),
        ("[quota]\nzzz = 1", "[quota] has no key `zzz`."),
        ("[zzz]\n", "there is no section [zzz]."),
    ],
)  # fmt: skip
def test_unknown_key_or_section_is_reported_with_a_suggestion(
    file: Path, toml: str, complaint: str
) -> None:
    assert complaint in problem_of(file, toml)
