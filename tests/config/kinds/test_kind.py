"""Kinds of numbers, words, choices and paths."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.config.configurations import problem_of, read


def test_path_with_a_tilde_is_in_the_home_directory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    config = read(file, "[images]\ndirectory = '~/pictures'\n")

    assert config.images.directory == Path("/home/ada/pictures")


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\ntokens_per_day = -1", "tokens_per_day is -1, but must be a whole number from 0"),
        ("[quota]\ntokens_per_day = 'no limit'", 'or "unlimited"'),
        ("[quota]\ntokens_per_day = 1e5", "tokens_per_day is 100000.0, but must be a whole number"),
        ("[answers]\ntime_limit = nan", "time_limit is NaN, but must be a number of seconds"),
        ("[answers]\ntime_limit = inf", "time_limit is Infinity"),
        ("[answers]\ntime_limit = true", "time_limit is true"),
        ("[answers]\ninstructions = '  '", "instructions is"),
        ("[answers]\ninstructions = 2026-01-01", "instructions is a date"),
        ("[discord]\nmessage_content_intent = 'yes'", 'is "yes", but must be true or false'),
        ("[endpoint]\nmodel = 'gpt 5'", "must be a name of 1 to 200 characters without spaces"),
        ("[endpoint]\nmodel = \"gpt\\n\"", "model is"),
        ("[endpoint]\nprofile = 'openapi'", 'profile is "openapi", but must be "openai", "gptproto"'),
        ("[endpoint]\nsystem_text = 'user'", 'must be "instructions", "system" or "developer"'),
        ("[endpoint]\noptional_fields = 'store'", "but must be a list of any of"),
        ("[endpoint]\noptional_fields = ['top_k']", 'is "top_k", but must be "store"'),
        ("[endpoint]\nreasoning_effort = 'hard'", 'reasoning_effort is "hard", but must be "none"'),
        ("[images]\ndirectory = ''", 'directory is "", but must be a path'),
        ("[images]\ndirectory = \"a\\u0000b\"", "but must be a path"),
        ("[images]\ndirectory = '~nobody-of-this-name/x'", "the home directory is not known"),
        ('[pictures]\nthrough = "yes"', 'must be "off", "tool" or "images-api"'),
        ("[pictures]\nmax_count = 5", "must be a whole number from 1 to 4"),
        ("[pictures]\npartial_images = 4", "must be a whole number from 0 to 3"),
        ("[pictures]\ntime_limit = 900", "must be a number of seconds from 10 to 780"),
        ("[pictures]\ntext_price = -1", "is -1, but must be a number of US dollars from 0 to 1_000"),
        ("[pictures]\ntext_price = nan", "must be a number of US dollars"),
        ("[pictures]\ntext_price = true", "must be a number of US dollars"),
    ],
)  # fmt: skip
def test_wrong_value_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)


def test_date_is_what_tomllib_makes_of_an_unquoted_date() -> None:
    """The names of types in messages rest on it."""
    assert tomllib.loads("a = 2026-01-01") == {"a": date(2026, 1, 1)}
