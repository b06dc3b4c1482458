"""From values of keys to the settings of the rooms."""

from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import load_config
from bot.config.sections.endpoint import ENDPOINT_KEYS, TIMEOUT_KEYS
from bot.core.models.tokens import Detail
from bot.core.quota.amounts import parse_cap
from bot.core.quota.rules import default_limits
from bot.core.secrets import Secret
from bot.responses.profiles import Profile, SystemText
from tests.config.configurations import read


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


def test_limit_of_zero_is_allowed_although_smaller_than_any_answer(file: Path) -> None:
    assert read(file, "[quota]\ntokens_per_day = 0\n").answers.tokens_per_day == 0


def test_what_the_operator_has_laid_down_of_quotas_is_read(file: Path) -> None:
    rules = read(
        file,
        """
        [quota]
        tokens_per_day = 5_000
        caps = ["25 USD a day", "1m tokens an hour"]
        blocked_users = ["80351110224678912", 7]
        blocked_servers = [41771983423143937]
        """,
    ).operator_rules

    assert rules.default == default_limits(5_000)
    assert rules.caps == (parse_cap("$25 per day"), parse_cap("1,000,000 tokens an hour"))
    assert rules.blocked_users == {80351110224678912, 7}
    assert rules.blocked_servers == {41771983423143937}
