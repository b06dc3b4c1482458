"""Configuration: what wins, what is wrong, and that no message tells a secret."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import Config, Need, load_config
from bot.config.sections.endpoint import ENDPOINT_KEYS, TIMEOUT_KEYS
from bot.core.errors import ConfigurationError
from bot.core.models.tokens import Detail, PatchRule, RateCard, TileRule, UnknownRule
from bot.core.quota.cap_syntax import parse_cap
from bot.core.quota.rules import each_has
from bot.core.secrets import Secret
from bot.responses.models import find_card
from bot.responses.profiles import Profile, SystemText

TOKEN = "MTA1.GxYz.a1b2-c3_d4"
KEY = "sk-a1b2c3d4e5f6"
ENVIRON = {"DISCORD_TOKEN": TOKEN, "GLIMPSE_API_KEY": KEY}
ENDPOINT = '[endpoint]\nbase_url = "https://api.openai.com/v1"\nmodel = "gpt-5.2"\n'
EVERYTHING: frozenset[Need] = frozenset({"discord", "endpoint"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, toml: str, environ: Mapping[str, str] | None = None) -> Config:
    file.write_text(toml, encoding="utf-8")
    return load_config(file, environ or {})


def problems_of(
    file: Path | None, toml: str = "", environ: Mapping[str, str] | None = None, *needs: Need
) -> list[str]:
    """Read a configuration with mistakes; the file's name is shortened to `config.toml`."""
    if file:
        file.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_config(file, environ or {}, needs=needs)
    return [problem.replace(str(file), "config.toml") for problem in raised.value.problems]


# What is read


def test_nothing_configured_gives_the_defaults() -> None:
    config = load_config(None, {})

    assert not config.discord.token
    assert config.database_url.reveal() == "sqlite+aiosqlite:///glimpse.db"
    assert config.answers.tokens_per_day == 100_000
    assert config.answers.zone == ZoneInfo("UTC")
    assert config.process.heartbeat_file is None
    assert config.logging.format == "text"


def test_file_values_reach_the_settings_of_their_rooms(file: Path) -> None:
    config = read(
        file,
        """
        [discord]
        message_content_intent = true
        gateway_url = "ws://127.0.0.1:8080/gw"
        [endpoint]
        base_url = "https://llm.example.org/v1/"
        api_key = "sk-1234567890"
        model = "gpt-5.2-pro"
        authorization = "RAW"
        detail = "high"
        max_output_tokens = 2_000
        [endpoint.timeouts]
        idle = 600
        [quota]
        tokens_per_day = "unlimited"
        time_zone = "Europe/Berlin"
        [triggers]
        automatic_channels = [1234, "5678", 1234]
        [images]
        directory = "pictures"
        keep_days = 7
        [history]
        newest_turns = 12
        [answers]
        time_limit = 60.5
        [process]
        name = "shard-0"
        heartbeat_file = "alive"
        [logging]
        level = "debug"
        """,
    )

    assert config.discord.gateway_url == "ws://127.0.0.1:8080/gw"
    assert config.endpoint.base_url == "https://llm.example.org/v1"
    assert config.endpoint.api_key == Secret("sk-1234567890")
    assert config.endpoint.authorization == "raw"
    assert config.endpoint.idle_timeout == 600
    assert config.endpoint.detail is Detail.HIGH
    assert config.answers.detail is Detail.HIGH
    assert config.answers.max_output_tokens == 2_000
    assert config.answers.tokens_per_day is None
    assert config.answers.zone == ZoneInfo("Europe/Berlin")
    assert config.answers.automatic_channels == {1234, 5678}
    assert config.answers.newest_turns == 12
    assert config.answers.time_limit == 60.5
    assert config.answers.owner == "shard-0"
    assert config.images.directory == Path("pictures")
    assert config.images.keep_days == 7
    assert config.process.heartbeat_file == Path("alive")
    assert config.logging.level == "DEBUG"


def test_profile_sets_what_is_not_set_by_hand(file: Path) -> None:
    config = read(
        file,
        """
        [endpoint]
        base_url = "https://my.gateway.example/v1"
        model = "gpt-5.2"
        profile = "Azure"
        takes_files = false
        headers = { "X-Team" = "Town" }
        [endpoint.timeouts]
        thinking = 1_200
        """,
    )

    endpoint = config.endpoint
    assert (endpoint.profile, endpoint.authorization) == ("azure", "api-key")
    assert endpoint.has_web_search
    assert not endpoint.takes_files
    assert endpoint.headers == (("X-Team", "Town"),)
    assert endpoint.thinking_timeout == 1_200
    assert endpoint.idle_timeout == 300


def test_profile_is_found_by_the_address_where_none_is_named(file: Path) -> None:
    config = read(file, '[endpoint]\nbase_url = "https://gptproto.com/v1"\nmodel = "gpt-5.2-pro"\n')

    assert config.endpoint.profile == "gptproto"
    assert config.endpoint.system_text == "system"
    assert config.endpoint.first_byte_timeout == 600


def test_every_trait_of_an_endpoint_can_be_set_by_hand(file: Path) -> None:
    config = read(
        file,
        """
        [endpoint]
        base_url = "http://localhost:8000"
        model = "m"
        authorization = "X-Api-Key"
        system_text = "developer"
        optional_fields = ["stream", "detail"]
        reasoning_effort = "HIGH"
        reasoning_summary = "auto"
        takes_files = true
        takes_functions = true
        has_web_search = true
        has_image_tool = true
        has_images_api = true
        [endpoint.timeouts]
        first_byte = 30
        thinking = 40
        idle = 50
        """,
    )

    endpoint = config.endpoint
    assert endpoint.authorization == "X-Api-Key"
    assert endpoint.system_text is SystemText.DEVELOPER
    assert endpoint.optional_fields == {"stream", "detail"}
    assert (endpoint.reasoning_effort, endpoint.reasoning_summary) == ("high", "auto")
    assert endpoint.takes_files
    assert endpoint.takes_functions
    assert endpoint.has_web_search
    assert endpoint.has_image_tool
    assert endpoint.has_images_api
    assert endpoint.first_byte_timeout == 30
    assert endpoint.thinking_timeout == 40
    assert endpoint.idle_timeout == 50


def test_every_trait_of_a_profile_has_a_key() -> None:
    keys = {key.name for key in ENDPOINT_KEYS} | {f"{key.name}_timeout" for key in TIMEOUT_KEYS}

    assert {trait.name for trait in fields(Profile)} <= keys


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


def test_file_that_begins_with_a_byte_order_mark_is_read(file: Path) -> None:
    assert read(file, "\ufeff[process]\nname = 'a'\n").process.name == "a"


def test_path_with_a_tilde_is_in_the_home_directory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    config = read(file, "[images]\ndirectory = '~/pictures'\n")

    assert config.images.directory == Path("/home/ada/pictures")


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


# What is missing


def test_what_is_needed_and_missing_is_named_with_the_ways_to_give_it(file: Path) -> None:
    assert problems_of(file, "", {}, "discord", "endpoint") == [
        "`token` of [discord] is missing: set DISCORD_TOKEN in the environment, or write it into config.toml.",
        "`base_url` of [endpoint] is missing: write it into config.toml. Without a model: "
        '`base_url = "built-in"` lets the describer that comes along answer; it reads and measures '
        "pictures, offline.",
        "`model` of [endpoint] is missing: write it into config.toml.",
    ]


def test_without_a_file_the_missing_is_to_be_written_into_one() -> None:
    assert problems_of(None, "", {}, "discord") == [
        "`token` of [discord] is missing: set DISCORD_TOKEN in the environment, "
        "or write it into a configuration file (--config)."
    ]


def test_endpoint_without_discord_needs_no_token(file: Path) -> None:
    file.write_text(ENDPOINT)

    config = load_config(file, {"GLIMPSE_API_KEY": KEY}, needs={"endpoint"})

    assert not config.discord.token
    assert config.endpoint.model == "gpt-5.2"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://192.168.1.20:8000/v1",
        "http://ollama:11434/v1",  # another container
        "http://host.docker.internal:11434/v1",
    ],
)
def test_endpoint_nearby_needs_no_key(file: Path, address: str) -> None:
    file.write_text(f"[endpoint]\nbase_url = '{address}'\nmodel = 'gemma3'\n")

    assert not load_config(file, {}, needs={"endpoint"}).endpoint.api_key


def test_built_in_describer_needs_neither_model_nor_key(file: Path) -> None:
    file.write_text("[endpoint]\nbase_url = 'built-in'\n")

    assert load_config(file, {}, needs={"endpoint"}).endpoint.base_url == "built-in"


def test_endpoint_on_the_internet_needs_a_key(file: Path) -> None:
    assert problems_of(file, ENDPOINT, {}, "endpoint") == [
        "`api_key` of [endpoint] is missing: set GLIMPSE_API_KEY in the environment, "
        "or write it into config.toml."
    ]


# What is wrong


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


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\ntokens_per_day = -1", "tokens_per_day is -1, but must be a whole number from 0"),
        ("[quota]\ntokens_per_day = 'no limit'", 'or "unlimited"'),
        ("[quota]\ntokens_per_day = 1e5", "tokens_per_day is 100000.0, but must be a whole number"),
        ("[quota]\nserver_ceiling = 'automatic'", 'is "automatic", but must be a whole number from 0'),
        ("[quota]\nserver_ceiling = 1e6", 'or "unlimited", or "auto"'),
        ("[quota]\nserver_ceiling = -1", "server_ceiling is -1, but must be a whole number from 0"),
        ("[quota]\ntime_zone = '/etc/localtime'", 'time_zone is "/etc/localtime"'),
        ("[quota]\ntime_zone = 'Europe'", 'time_zone is "Europe"'),
        ("[quota]\ntime_zone = ''", 'time_zone is ""'),
        ("[quota]\ntime_zone = 1", "time_zone is 1, but"),
        ("[quota]\ncaps = '25 USD a day'", "caps is \"25 USD a day\", but must be a list such as"),
        ("[quota]\ncaps = ['25 EUR a day']", 'caps holds "25 EUR a day", but each entry must be'),
        ("[quota]\ncaps = [5]", "caps holds 5, but each entry must be"),
        ("[quota]\ncaps = ['$5 a day', '6 USD/day']", "caps has two caps in dollars a day"),
        ("[quota]\nblocked_users = ['me']", 'blocked_users holds "me", which is no user id'),
        ("[quota]\nblocked_users = ['me']", "choose Copy User ID."),
        ("[quota]\nblocked_servers = [-1]", "holds -1, which is no server id"),
        ("[quota]\nblocked_servers = 5", "blocked_servers is 5, but must be a list of server ids"),
        ("[answers]\ntime_limit = nan", "time_limit is NaN, but must be a number of seconds"),
        ("[answers]\ntime_limit = inf", "time_limit is Infinity"),
        ("[answers]\ntime_limit = true", "time_limit is true"),
        ("[answers]\ninstructions = '  '", "instructions is"),
        ("[answers]\ninstructions = 2026-01-01", "instructions is a date"),
        ("[discord]\nmessage_content_intent = 'yes'", 'is "yes", but must be true or false'),
        ("[discord]\ngateway_url = 'https://discord.com'", "begins with wss:// or ws://"),
        ("[endpoint]\nbase_url = 'https://a b.example'", 'base_url is "https://a b.example"'),
        ("[endpoint]\nbase_url = 'https://a.example:99999'", "but must be an address"),
        ("[endpoint]\nbase_url = 'https://a.example/?key=1'", "must not hold a key or password"),
        ("[endpoint]\nbase_url = 5", "base_url is 5, but must be an address"),
        ("[endpoint]\nmodel = 'gpt 5'", "must be a name of 1 to 200 characters without spaces"),
        ("[endpoint]\nmodel = \"gpt\\n\"", "model is"),
        ("[endpoint]\nauthorization = 'token'", 'must be "bearer", "raw", or the name of a header such as'),
        ("[endpoint]\nauthorization = 'Content-Type'", "or the name of a header such as"),
        ("[endpoint]\nauthorization = 5", "or the name of a header such as"),
        ("[endpoint]\nprofile = 'openapi'", 'profile is "openapi", but must be "openai", "gptproto"'),
        ("[endpoint]\nsystem_text = 'user'", 'must be "instructions", "system" or "developer"'),
        ("[endpoint]\noptional_fields = 'store'", "but must be a list of any of"),
        ("[endpoint]\noptional_fields = ['top_k']", 'is "top_k", but must be "store"'),
        ("[endpoint]\nreasoning_effort = 'hard'", 'reasoning_effort is "hard", but must be "none"'),
        ("[endpoint]\nheaders = 'X-Title'", "but must be names and values in braces"),
        ("[endpoint]\nheaders = { 'X Title' = 'a' }", "but a name is made of letters and hyphens"),
        ("[endpoint]\nheaders = { Accept = 'a' }", 'names "Accept", which is set by itself'),
        ("[endpoint]\nheaders = { X-Api-Key = 'a' }", "a key belongs in `api_key`"),
        ("[endpoint]\nheaders = { X-Title = 5 }", "a value that is no line of plain text"),
        ("[endpoint]\nheaders = { X-Title = \"a\\nb\" }", "a value that is no line of plain text"),
        ("[endpoint]\nbase_url = 'ftp://h.example'", "but must be an address that begins with"),
        ("[endpoint]\ntimeouts = 5", "`endpoint.timeouts` is a whole number, but must be a section"),
        ("discord = 'x'", "`discord` is text, but must be a section: write [discord] on a line"),
        ("[[discord]]\ntoken = 'x'", "`discord` is a list, but must be a section"),
        ("[images]\ndirectory = ''", 'directory is "", but must be a path'),
        ("[images]\ndirectory = \"a\\u0000b\"", "but must be a path"),
        ("[images]\ndirectory = '~nobody-of-this-name/x'", "the home directory is not known"),
        ("[triggers]\nautomatic_channels = 5", "is 5, but must be a list of channel ids"),
        ("[triggers]\nautomatic_channels = ['general']", 'holds "general", which is no channel id'),
        ("[triggers]\nautomatic_channels = [true]", "holds true, which is no channel id"),
        ("[triggers]\nautomatic_channels = [0]", "holds 0, which is no channel id"),
        ("[triggers]\nautomatic_channels = ['99999999999999999999']", "which is no channel id"),
        ("[discord]\nmodel = 'x'", "[discord] has no key `model`; did you mean `model` of [endpoint]?"),
        ("[quota]\nkeep_dayz = 1", "[quota] has no key `keep_dayz`; did you mean `keep_days` of [images]?"),
        ("[quota]\nzzz = 1", "[quota] has no key `zzz`."),
        ("[zzz]\n", "there is no section [zzz]."),
        ("[database]\nurl = 'mysql://db/glimpse'", "url must be an address: sqlite+aiosqlite:///"),
        ("[database]\nurl = 'sqlite+aiosqlite:///:memory:'", "url names no file or server"),
        ("[database]\nurl = 'sqlite+aiosqlite:///'", "url names no file or server"),
        ("[database]\nurl = 5", "url is a whole number, but must be text"),
    ],
)  # fmt: skip
def test_wrong_value_is_told_with_what_was_found_and_what_is_allowed(
    file: Path, toml: str, complaint: str
) -> None:
    [problem] = problems_of(file, toml)

    assert complaint in problem
    assert problem.startswith("config.toml: ")
    assert problem[-1] in ".?"


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\nsmallest_answer = 30_000", "smallest_answer is 30000, more than tokens_per_answer (20000)"),
        ("[quota]\ntokens_per_day = 400", "smallest_answer is 500, more than tokens_per_day (400)"),
        ("[quota]\nserver_ceiling = 400", "smallest_answer is 500, more than server_ceiling (400)"),
        (
            "[discord]\nmessage_content_intent = false\n[triggers]\nautomatic_channels = [1]",
            "automatic_channels needs [discord] message_content_intent = true",
        ),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other_are_told(
    file: Path, toml: str, complaint: str
) -> None:
    [problem] = problems_of(file, toml)

    assert complaint in problem


def test_limit_of_zero_is_allowed_although_smaller_than_any_answer(file: Path) -> None:
    assert read(file, "[quota]\ntokens_per_day = 0\n").answers.tokens_per_day == 0


def test_what_the_operator_has_laid_down_of_quotas_is_read(file: Path) -> None:
    house = read(
        file,
        """
        [quota]
        tokens_per_day = 5_000
        caps = ["25 USD a day", "1m tokens an hour"]
        blocked_users = ["80351110224678912", 7]
        blocked_servers = [41771983423143937]
        """,
    ).house

    assert house.default == each_has(5_000)
    assert house.caps == (parse_cap("$25 per day"), parse_cap("1,000,000 tokens an hour"))
    assert house.blocked_users == {80351110224678912, 7}
    assert house.blocked_servers == {41771983423143937}


@pytest.mark.parametrize(
    ("toml", "ceiling"),
    [
        pytest.param("", 2_000_000, id="twenty-members-by-default"),
        pytest.param("tokens_per_day = 5_000", 100_000, id="twenty-members"),
        pytest.param("tokens_per_day = 0", 2_000_000, id="those-whom-moderators-gave-a-limit"),
        pytest.param('tokens_per_day = "unlimited"', None, id="nothing-to-multiply"),
        pytest.param('tokens_per_day = "unlimited"\nserver_ceiling = 9_000', 9_000, id="set"),
        pytest.param("server_ceiling = 0", 0, id="direct-messages-alone"),
        pytest.param('server_ceiling = "unlimited"', None, id="lifted"),
        pytest.param('server_ceiling = "auto"', 2_000_000, id="auto"),
    ],
)
def test_ceiling_of_a_server_is_set_or_twenty_times_what_a_member_may_use(
    file: Path, toml: str, ceiling: int | None
) -> None:
    assert read(file, f"[quota]\n{toml}\n").house.server_ceiling == ceiling


# Secrets


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
def test_token_that_can_not_be_one_is_told_before_discord_says_so(
    value: str, complaint: str
) -> None:
    assert problems_of(None, "", {"DISCORD_TOKEN": value}, "discord") == [
        f"DISCORD_TOKEN, in the environment, {complaint}."
    ]


def test_token_that_is_empty_in_the_file_is_told(file: Path) -> None:
    assert problems_of(file, "[discord]\ntoken = ''\n") == [
        "config.toml: [discord] token is empty."
    ]


def test_secret_file_that_is_not_there_is_told_without_its_name() -> None:
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

secrets = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=30, max_size=80
)


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


@pytest.mark.parametrize("value", ["123456789", "1234.56789", "2026-01-01", "2026-01-01T00:00:00Z"])
def test_secret_of_a_wrong_type_is_told_by_its_type_only(file: Path, value: str) -> None:
    [problem] = problems_of(file, f"[discord]\ntoken = {value}\n")

    assert problem.startswith("config.toml: [discord] token is ")
    assert problem.endswith(", but must be text in quotes.")
    assert value not in problem


@given(token=secrets, key=secrets, password=secrets)
@settings(deadline=None)
def test_configuration_shows_no_secret(token: str, key: str, password: str) -> None:
    environ = {
        "DISCORD_TOKEN": token,
        "GLIMPSE_API_KEY": key,
        "GLIMPSE_DATABASE_URL": f"postgresql+asyncpg://glimpse:{password}@db/glimpse",
    }

    shown = repr(load_config(None, environ)) + str(load_config(None, environ))

    assert not [secret for secret in (token, key, password) if secret in shown]


def test_secrets_of_the_configuration_are_those_a_log_must_not_show() -> None:
    url = "postgresql+asyncpg://glimpse:p%40ss@db/glimpse"

    config = load_config(None, {**ENVIRON, "GLIMPSE_DATABASE_URL": url})

    assert {secret.reveal() for secret in config.secrets} == {TOKEN, KEY, "p%40ss", "p@ss"}


def test_date_is_what_tomllib_makes_of_an_unquoted_date() -> None:
    """The names of types in messages rest on it."""
    assert tomllib.loads("a = 2026-01-01") == {"a": date(2026, 1, 1)}


# Models that the operator describes

PRICED = """
[endpoint]
base_url = "https://llm.example.org/v1"
model = "org/seer-1.5"
[models."org/seer-1.5"]
input_price = 1.25
cached_input_price = 0.125
output_price = 10
context_tokens = 64_000
max_output_tokens = 8_000
image_rule = "patches"
image_budget = 900
image_multiplier = 1
efforts = ["high", "low"]
temperature = false
streams = false
"""


def test_what_is_said_of_a_model_reaches_its_card(file: Path) -> None:
    endpoint = read(file, PRICED).endpoint

    card = find_card(endpoint.model, endpoint.base_url, endpoint.overrides)

    assert card.rate_card == RateCard(input=1_250_000, output=10_000_000, cached_input=125_000)
    assert (card.context_tokens, card.max_output_tokens) == (64_000, 8_000)
    assert card.image_rule == PatchRule(budget=900, multiplier=1.0)
    assert card.efforts == ("low", "high")
    assert card.takes_temperature is False
    assert card.streams is False


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        (
            'image_rule = "tiles"\nimage_base = 85\nimage_per_tile = 170',
            TileRule(base=85, per_tile=170),
        ),
        ('image_rule = "unknown"\nimage_assumed = 577', UnknownRule(assumed=577)),
        ('image_rule = "unknown"', UnknownRule()),
        ("efforts = []", None),
    ],
)
def test_image_rule_of_a_model_may_be_any(file: Path, keys: str, rule: object) -> None:
    config = read(file, f'[models."seer"]\n{keys}')

    assert config.endpoint.overrides["seer"].image_rule == rule


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        pytest.param(
            '[models."seer"]\ninput_price = -1\noutput_price = 2',
            'config.toml: [models."seer"] input_price is -1, '
            "but must be a number of US dollars from 0 to 1_000_000.",
            id="negative price",
        ),
        pytest.param(
            '[models."seer"]\ninput_price = nan\noutput_price = 2',
            'config.toml: [models."seer"] input_price is NaN, '
            "but must be a number of US dollars from 0 to 1_000_000.",
            id="no number",
        ),
        pytest.param(
            '[models."seer"]\noutput_price = 2',
            'config.toml: [models."seer"] has output_price without input_price: '
            "both are needed to know a cost.",
            id="half a price",
        ),
        pytest.param(
            '[models."seer"]\ninputprice = 2',
            'config.toml: [models."seer"] has no key `inputprice`; did you mean `input_price`?',
            id="stray",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9',
            'config.toml: [models."seer"] has image_rule = "patches" without image_multiplier.',
            id="half a rule",
        ),
        pytest.param(
            '[models."seer"]\nimage_base = 85',
            'config.toml: [models."seer"] has image_base, which belongs to image_rule = "tiles".',
            id="key of another rule",
        ),
        pytest.param(
            '[models."seer"]\nefforts = ["huge"]',
            'config.toml: [models."seer"] efforts is "huge", but must be '
            '"none", "minimal", "low", "medium", "high", "xhigh" or "max".',
            id="no effort",
        ),
        pytest.param(
            '[models."seer"]\nefforts = "low"',
            'config.toml: [models."seer"] efforts is "low", but must be a list of any of '
            '"none", "minimal", "low", "medium", "high", "xhigh" or "max".',
            id="no list",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9\nimage_multiplier = 0',
            'config.toml: [models."seer"] image_multiplier is 0, '
            "but must be a number from 0.01 to 100.",
            id="multiplier of nothing",
        ),
        pytest.param(
            '[models."seer"]\nimage_rule = "patches"\nimage_budget = 9\nimage_multiplier = true',
            'config.toml: [models."seer"] image_multiplier is true, '
            "but must be a number from 0.01 to 100.",
            id="multiplier that is none",
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
def test_model_that_is_described_wrongly_is_told_in_one_sentence(
    file: Path, toml: str, problem: str
) -> None:
    assert problems_of(file, toml) == [problem]
