"""Kinds of text with rules of their own: secrets, addresses, databases, time zones."""

from pathlib import Path

import pytest

from bot.config import load_config
from tests.config.configurations import TOKEN, problem_of, problems_of, read


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("api.openai.com/v1", "https://api.openai.com/v1"),
        (" gptproto.com ", "https://gptproto.com"),
        ("localhost:11434", "http://localhost:11434"),
        ("ollama:11434/v1/", "http://ollama:11434/v1"),
        ("192.168.1.20:8000", "http://192.168.1.20:8000"),
        ("[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("https://h.example/v1/responses", "https://h.example/v1/responses"),
        ("h.example/v1?api-version=1", "https://h.example/v1?api-version=1"),
    ],
)
def test_address_of_an_endpoint_may_be_written_without_a_scheme(
    file: Path, written: str, address: str
) -> None:
    assert read(file, f"[endpoint]\nbase_url = '{written}'\n").endpoint.base_url == address


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////var/lib/glimpse/glimpse.db",
        "sqlite:///glimpse.db",
        "postgresql+asyncpg://glimpse:pass@db/glimpse",
        "postgres://db/glimpse",
    ],
)
def test_database_url_of_a_known_kind_is_accepted(url: str) -> None:
    assert load_config(None, {"GLIMPSE_DATABASE_URL": url}).database_url.reveal() == url


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (TOKEN + "\n", "contains a line break: it must be one word"),
        ("a1b2 c3d4", "contains a space: it must be one word"),
        ("a1b2\tc3d4", "contains a space: it must be one word"),
        ("Bearer sk-a1b2c3", "begins with a word and a space: leave both out"),
        ("Bot MTA1.a1b2", "begins with a word and a space: leave both out"),
        (f"'{TOKEN}'", "stands in quotes twice: leave one pair out"),
        ("a1b2“c3d4", "contains a character that no key has"),
        ("a1b2\x00c3d4", "contains a character that no key has"),
        ("your-token-here", "is still a placeholder: put the real one there"),
        ("your token here", "is still a placeholder: put the real one there"),
        ("YOUR_API_KEY", "is still a placeholder: put the real one there"),
        ("<token>", "is still a placeholder: put the real one there"),
        ("${DISCORD_TOKEN}", "is still a placeholder: put the real one there"),
        ("changeme", "is still a placeholder: put the real one there"),
        ("xxxxxxxx", "is still a placeholder: put the real one there"),
        ("…", "is still a placeholder: put the real one there"),
    ],
)
def test_impossible_token_is_told(value: str, complaint: str) -> None:
    assert problems_of(None, "", {"DISCORD_TOKEN": value}, "discord") == [
        f"DISCORD_TOKEN, in the environment, {complaint}."
    ]


def test_token_that_is_empty_in_the_file_is_told(file: Path) -> None:
    assert problems_of(file, "[discord]\ntoken = ''\n") == [
        "config.toml: [discord] token is empty."
    ]


@pytest.mark.parametrize("value", ["123456789", "1234.56789", "2026-01-01", "2026-01-01T00:00:00Z"])
def test_secret_of_a_wrong_type_is_reported_without_its_value(file: Path, value: str) -> None:
    [problem] = problems_of(file, f"[discord]\ntoken = {value}\n")

    assert problem.startswith("config.toml: [discord] token is ")
    assert problem.endswith(", but must be text in quotes.")
    assert value not in problem


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\ntime_zone = '/etc/localtime'", 'time_zone is "/etc/localtime"'),
        ("[quota]\ntime_zone = 'Europe'", 'time_zone is "Europe"'),
        ("[quota]\ntime_zone = ''", 'time_zone is ""'),
        ("[quota]\ntime_zone = 1", "time_zone is 1, but"),
        ("[discord]\ngateway_url = 'https://discord.com'", "begins with wss:// or ws://"),
        ("[endpoint]\nbase_url = 'https://a b.example'", 'base_url is "https://a b.example"'),
        ("[endpoint]\nbase_url = 'https://a.example:99999'", "but must be an address"),
        ("[endpoint]\nbase_url = 'https://a.example/?key=1'", "must not hold a key or password"),
        ("[endpoint]\nbase_url = 5", "base_url is 5, but must be an address"),
        ("[endpoint]\nbase_url = 'ftp://h.example'", "but must be an address that begins with"),
        ("[database]\nurl = 'mysql://db/glimpse'", "url must be an address: sqlite+aiosqlite:///"),
        ("[database]\nurl = 'sqlite+aiosqlite:///:memory:'", "url names no file or server"),
        ("[database]\nurl = 'sqlite+aiosqlite:///'", "url names no file or server"),
        ("[database]\nurl = 5", "url is a whole number, but must be text"),
    ],
)  # fmt: skip
def test_wrong_text_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)
