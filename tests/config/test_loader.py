"""Reading the configuration: the file, the environment, secret files, and every mistake in a sentence."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.config import Need, load_config
from bot.core.errors import ConfigurationError
from bot.core.secrets import Secret
from tests.config.configurations import TOKEN, problems_of, read, secrets

EVERYTHING: frozenset[Need] = frozenset({"discord", "endpoint"})


def test_file_that_begins_with_a_byte_order_mark_is_read(file: Path) -> None:
    assert read(file, "\ufeff[process]\nname = 'a'\n").process.name == "a"


def test_environment_comes_before_the_file(file: Path) -> None:
    toml = "[discord]\ntoken = 'from-file-1'\n[database]\nurl = 'sqlite+aiosqlite:///file.db'\n"
    environ = {
        "DISCORD_TOKEN": TOKEN,
        "GLIMPSE_DATABASE_URL": "postgresql+asyncpg://db.example/glimpse",
        "GLIMPSE_HEARTBEAT_FILE": "/run/alive",
    }

    config = read(file, toml, environ)

    assert config.discord.token == Secret(TOKEN)
    assert config.database_url.reveal() == "postgresql+asyncpg://db.example/glimpse"
    assert config.process.heartbeat_file == Path("/run/alive")


def test_empty_variable_counts_as_unset(file: Path) -> None:
    config = read(
        file, f"[discord]\ntoken = '{TOKEN}'\n", {"DISCORD_TOKEN": "", "DISCORD_TOKEN_FILE": ""}
    )

    assert config.discord.token == Secret(TOKEN)


def test_secret_file_is_read_without_its_last_line_break(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")

    config = load_config(None, {"DISCORD_TOKEN_FILE": str(tmp_path / "token")})

    assert config.discord.token == Secret(TOKEN)


def test_variable_and_secret_file_both_set_is_a_mistake() -> None:
    environ = {"DISCORD_TOKEN": TOKEN, "DISCORD_TOKEN_FILE": "/run/secrets/token"}

    assert problems_of(None, "", environ, "discord") == [
        "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set in the environment: keep one."
    ]


def test_missing_file_is_told_with_what_to_do(file: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_config(file, {})

    [problem] = raised.value.problems
    assert problem.startswith(f"{file} does not exist: copy config.example.toml")


def test_directory_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_config(tmp_path, {})

    assert raised.value.problems == (f"{tmp_path} can't be read: Is a directory.",)


def test_file_that_is_not_utf_8_is_told(file: Path) -> None:
    file.write_bytes("[process]\nname = 'a'".encode("utf-16"))

    with pytest.raises(ConfigurationError) as raised:
        load_config(file, {})

    assert raised.value.problems == (f"{file} is not UTF-8 text: save it as UTF-8.",)


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        (
            "[process]\nname = main\n",
            "line 2, column 8: this is not TOML: Invalid value. Text must",
        ),
        ("[process\n", "line 1, column 9: this is not TOML: Expected ']'"),
        (
            "[process]\nname = 'a'\nname = 'b'\n",
            "line 3, column 11: this is not TOML: Cannot overwrite",
        ),
        ("[answers]\n\ninstructions = '''", "line 3, at the end: this is not TOML: "),
        ("a = " + "[" * 20_000, "the tables and lists are nested too deeply"),
        ("a = " + "1" * 5_000, "this is not TOML: Exceeds the limit"),
    ],
    ids=["unquoted", "open-section", "twice", "open-text", "nested", "long-number"],
)
def test_file_that_is_not_toml_is_told_with_the_line(file: Path, toml: str, where: str) -> None:
    [problem] = problems_of(file, toml)

    assert where in problem


def test_every_mistake_is_told_at_once(file: Path) -> None:
    toml = """
        tokens_per_day = 5
        [discrod]
        [quota]
        token_per_day = 100
        tokens_per_answer = true
        time_zone = "Europe/Belrin"
        [endpoint]
        base_url = "openai"
        max_output_tokens = 5
        [endpoint.timeouts]
        idle = "long"
        [images]
        keep_day = 3
        [logging]
        format = "xml"
        """

    assert problems_of(file, toml, {}, "discord", "endpoint") == [
        "config.toml: outside all sections there is no key `tokens_per_day`; "
        "did you mean `tokens_per_day` of [quota]?",
        "config.toml: there is no section [discrod]; did you mean [discord]?",
        "config.toml: [quota] has no key `token_per_day`; did you mean `tokens_per_day`?",
        "config.toml: [images] has no key `keep_day`; did you mean `keep_days`?",
        'config.toml: [endpoint] base_url is "openai", '
        "but must be an address that begins with https:// or http://, or `built-in`.",
        "config.toml: [endpoint] max_output_tokens is 5, but must be a whole number from 16 to 1_000_000.",
        'config.toml: [endpoint.timeouts] idle is "long", but must be a number of seconds from 1 to 3600.',
        "config.toml: [quota] tokens_per_answer is true, "
        "but must be a whole number from 100 to 10_000_000.",
        'config.toml: [quota] time_zone is "Europe/Belrin", but must be the name of a time zone, '
        'such as "Europe/Berlin" or "UTC" (did you mean "Europe/Berlin"?).',
        'config.toml: [logging] format is "xml", but must be "text" or "json".',
        "`token` of [discord] is missing: set DISCORD_TOKEN in the environment, or write it into config.toml.",
        "`model` of [endpoint] is missing: write it into config.toml.",
    ]


def test_missing_secret_file_is_reported_without_its_name() -> None:
    assert problems_of(None, "", {"DISCORD_TOKEN_FILE": TOKEN}, "discord") == [
        "the file that DISCORD_TOKEN_FILE names can't be read: No such file or directory."
    ]


def test_secret_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")

    assert problems_of(None, "", {"DISCORD_TOKEN_FILE": str(tmp_path / "token")}, "discord") == [
        "the file that DISCORD_TOKEN_FILE names is not UTF-8 text."
    ]


SECRET_PLACES = {
    "list": "[discord]\ntoken = ['{secret}']",
    "table": "[discord]\ntoken = {{ value = '{secret}' }}",
    "section": "[discord.token]\nvalue = '{secret}'",
    "spaces": "[discord]\ntoken = ' {secret}'",
    "line-break": '[endpoint]\napi_key = "{secret}\\n"',
    "unquoted": "[discord]\ntoken = {secret}",
    "unclosed": "[discord]\ntoken = '{secret}",
    "misspelt-key": "[discord]\ntoken_ = '{secret}'",
    "misspelt-section": "[discrod]\ntoken = '{secret}'",
    "no-section": "token = '{secret}'",
    "in-place-of-a-section": "discord = '{secret}'",
    "other-key": "[endpoint]\nbase_url = '{secret}'",
    "in-a-url": "[endpoint]\nbase_url = 'https://{secret}@api.openai.com/v1'",
    "in-a-bad-url": "[endpoint]\nbase_url = 'ftp://me:{secret}@api.openai.com/v1'",
    "in-a-query": "[endpoint]\nbase_url = 'https://api.openai.com/v1?key={secret}'",
    "in-a-database-url": "[database]\nurl = 'mysql://me:{secret}@db/glimpse'",
    "as-a-choice": "[endpoint]\nauthorization = '{secret}'",
    "as-a-header": "[endpoint]\nheaders = {{ {secret} = 'x' }}",
    "as-a-profile": "[endpoint]\nprofile = '{secret}'",
    "as-a-field": "[endpoint]\noptional_fields = ['{secret}']",
    "as-a-limit": "[quota]\ntokens_per_day = '{secret}'",
    "as-a-zone": "[quota]\ntime_zone = '{secret}'",
    "as-a-channel": "[triggers]\nautomatic_channels = ['{secret}']",
    "as-a-number": "[answers]\ntime_limit = '{secret}'",
    "as-the-key": "[discord]\n{secret} = 'token'",
    "as-the-section": "[{secret}]\n",
}


@pytest.mark.parametrize("place", SECRET_PLACES.values(), ids=SECRET_PLACES.keys())
@given(secret=secrets)
@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_secret_in_a_wrong_place_is_in_no_message(file: Path, place: str, secret: str) -> None:
    file.write_text(place.format(secret=secret))

    with pytest.raises(ConfigurationError) as raised:
        load_config(file, {}, needs=EVERYTHING)

    assert secret not in "\n".join((str(raised.value), repr(raised.value)))
    assert secret[:12] not in str(raised.value)
