"""Kinds of values that travel as HTTP headers."""

from pathlib import Path

import pytest

from tests.config.configurations import problem_of


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[endpoint]\nauthorization = 'token'", 'must be "bearer", "raw", or the name of a header such as'),
        ("[endpoint]\nauthorization = 'Content-Type'", "or the name of a header such as"),
        ("[endpoint]\nauthorization = 5", "or the name of a header such as"),
        ("[endpoint]\nheaders = 'X-Title'", "but must be names and values in braces"),
        ("[endpoint]\nheaders = { 'X Title' = 'a' }", "but a name is made of letters and hyphens"),
        ("[endpoint]\nheaders = { Accept = 'a' }", 'names "Accept", which is set by itself'),
        ("[endpoint]\nheaders = { X-Api-Key = 'a' }", "a key belongs in `api_key`"),
        ("[endpoint]\nheaders = { X-Title = 5 }", "a value that is no line of plain text"),
        ("[endpoint]\nheaders = { X-Title = \"a\\nb\" }", "a value that is no line of plain text"),
    ],
)  # fmt: skip
def test_wrong_header_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)
